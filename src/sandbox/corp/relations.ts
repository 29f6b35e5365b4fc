import type { Person } from './person.js';

/**
 * `half`: the customer added the staff member, not yet the other way round. `left`: the customer deleted the staff
 * member (calls still work). `ended`: the staff member deleted the customer (84061 from then on). `unassigned`: the staff
 * member has left the company, and the customer was not transferred yet.
 */
export type Bond = 'half' | 'mutual' | 'left' | 'ended' | 'unassigned';

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
  changedAt: number;
  /** The state before the latest change by people; late reads show it. */
  before: RelationSnapshot | undefined;
}

type RelationSnapshot = Pick<
  Relation,
  'bond' | 'createdAt' | 'addWay' | 'state' | 'remark' | 'description' | 'company' | 'mobiles' | 'tags'
>;

/** For changes by people: late reads show the old state. Changes by the API bypass this and show at once. */
export function change(relation: Relation, at: number, work: (relation: Relation) => void): void {
  const { bond, createdAt, addWay, state, remark, description, company } = relation;
  const fields = { bond, createdAt, addWay, state, remark, description, company };
  relation.before = { ...fields, mobiles: [...relation.mobiles], tags: new Set(relation.tags) };
  relation.changedAt = at;
  work(relation);
}

/** Reads at `now` lag `lateMs` behind. */
export interface Lateness {
  readonly now: number;
  readonly lateMs: number;
}

const asSeen = (relation: Relation, { now, lateMs }: Lateness): Relation =>
  relation.before && now - relation.changedAt < lateMs ? { ...relation, ...relation.before } : relation;

export class Relations {
  private readonly byPair = new Map<string, Relation>();
  private readonly byStaff = new Map<string, Relation[]>();
  private readonly byPerson = new Map<string, Relation[]>();

  of(userid: string, externalUserId: string): Relation | undefined {
    return this.byPair.get(`${userid}\n${externalUserId}`);
  }

  /** The contacts that the API shows, without ended and half ones. */
  ofStaff(userid: string, late?: Lateness): Relation[] {
    return shown(this.byStaff.get(userid) ?? [], late);
  }

  ofPerson(externalUserId: string, late?: Lateness): Relation[] {
    return shown(this.byPerson.get(externalUserId) ?? [], late);
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

const shown = (relations: readonly Relation[], late?: Lateness): Relation[] =>
  (late && late.lateMs > 0 ? relations.map((one) => asSeen(one, late)) : relations).filter(isContact);

function listOf(map: Map<string, Relation[]>, key: string): Relation[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
