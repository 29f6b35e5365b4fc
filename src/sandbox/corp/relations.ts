import type { Person } from './person.js';

/**
 * `half`: the customer added the staff member, not yet the other way round. `left`: the customer deleted the staff
 * member (calls still work). `ended`: the staff member deleted the customer (84061 from then on).
 */
export type Bond = 'half' | 'mutual' | 'left' | 'ended';

/** One staff member's view of one customer; remark and tags belong to this pair. */
export interface Relation {
  readonly userid: string;
  readonly person: Person;
  bond: Bond;
  createdAt: number;
  addWay: number;
  state: string | undefined;
  remark: string;
  description: string;
  company: string;
  mobiles: string[];
  readonly tags: Set<string>;
  lastTalkAt: number;
}

export class Relations {
  private readonly byPair = new Map<string, Relation>();
  private readonly byStaff = new Map<string, Relation[]>();
  private readonly byPerson = new Map<string, Relation[]>();

  of(userid: string, externalUserId: string): Relation | undefined {
    return this.byPair.get(`${userid}\n${externalUserId}`);
  }

  /** Those the API shows: what ended or is only half is no contact. */
  ofStaff(userid: string): Relation[] {
    return (this.byStaff.get(userid) ?? []).filter(isContact);
  }

  ofPerson(externalUserId: string): Relation[] {
    return (this.byPerson.get(externalUserId) ?? []).filter(isContact);
  }

  all(): Relation[] {
    return [...this.byPair.values()];
  }

  add(relation: Relation): void {
    this.byPair.set(`${relation.userid}\n${relation.person.externalUserId}`, relation);
    listOf(this.byStaff, relation.userid).push(relation);
    listOf(this.byPerson, relation.person.externalUserId).push(relation);
  }
}

export const isContact = (relation: Relation): boolean => relation.bond === 'mutual' || relation.bond === 'left';

function listOf(map: Map<string, Relation[]>, key: string): Relation[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
