import type { Corp } from '../corp.js';
import type { Person } from '../person.js';
import { isContact, type Relation } from '../relations.js';
import { tellEvent } from './events.js';

export interface Meeting {
  /** How they met: 1 by QR, 4 in a group chat, 13 through a friend … */
  readonly addWay: number;
  /** The channel code scanned. */
  readonly state?: string;
  readonly welcome: boolean;
  /** The customer added the staff member, who has not added them back yet. */
  readonly half?: boolean;
}

/** A customer adds a staff member; answers the welcome code, if the platform gave one. Meeting again revives the pair. */
export function addContact(corp: Corp, person: Person, userid: string, meeting: Meeting): string | undefined {
  const known = corp.relations.of(userid, person.externalUserId);
  if (known && known.bond === 'mutual') return undefined;
  const relation = known ?? freshRelation(corp, person, userid, meeting);
  if (!known) corp.relations.add(relation);
  relation.bond = meeting.half ? 'half' : 'mutual';
  relation.createdAt = corp.now();
  relation.addWay = meeting.addWay;
  relation.state = meeting.state;
  relation.lastTalkAt = corp.now();
  const code = meeting.welcome ? corp.welcomes.make(relation, corp.now()) : undefined;
  tellEvent(corp, 'change_external_contact', {
    ChangeType: meeting.half ? 'add_half_external_contact' : 'add_external_contact',
    UserID: userid,
    ExternalUserID: person.externalUserId,
    State: meeting.state,
    WelcomeCode: code,
  });
  if (code !== undefined) corp.outlets.awaitAnswer('callback');
  return code;
}

export function customerDeletesStaff(corp: Corp, relation: Relation): void {
  if (relation.bond !== 'mutual') return;
  relation.bond = 'left';
  tellEnd(corp, relation, 'del_follow_user');
}

export function staffDeletesCustomer(corp: Corp, relation: Relation): void {
  if (!isContact(relation)) return;
  relation.bond = 'ended';
  relation.tags.clear();
  tellEnd(corp, relation, 'del_external_contact');
}

/** A staff member changes tags or the remark by hand, in the client. */
export function editByHand(corp: Corp, relation: Relation, change: (relation: Relation) => void): void {
  if (!isContact(relation)) return;
  change(relation);
  tellEnd(corp, relation, 'edit_external_contact');
}

function tellEnd(corp: Corp, relation: Relation, changeType: string): void {
  tellEvent(corp, 'change_external_contact', {
    ChangeType: changeType,
    UserID: relation.userid,
    ExternalUserID: relation.person.externalUserId,
  });
}

const freshRelation = (corp: Corp, person: Person, userid: string, meeting: Meeting): Relation => ({
  userid,
  person,
  bond: 'mutual',
  createdAt: corp.now(),
  addWay: meeting.addWay,
  state: meeting.state,
  remark: person.name,
  description: '',
  company: '',
  mobiles: [],
  tags: new Set(),
  lastTalkAt: corp.now(),
});
