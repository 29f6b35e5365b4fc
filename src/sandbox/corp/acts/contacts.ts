import type { Corp } from '../corp.js';
import type { Person } from '../person.js';
import { change, isContact, type Relation } from '../relations.js';
import { emitEvent } from './events.js';

export interface Meeting {
  /** How they met: 1 by QR, 4 in a group chat, 13 through a friend … */
  readonly addWay: number;
  /** The channel code scanned. */
  readonly state?: string;
  readonly welcome: boolean;
  /** The customer added the staff member, who has not added them back yet. */
  readonly half?: boolean;
}

/** A customer adds a staff member. Returns the welcome code, if the platform gave one. An ended pair becomes active again. */
export function addContact(corp: Corp, person: Person, userid: string, meeting: Meeting): string | undefined {
  const known = corp.relations.of(userid, person.externalUserId);
  if (known && known.bond === 'mutual') return undefined;
  const relation = known ?? newRelation(corp, person, userid);
  if (!known) corp.relations.add(relation);
  // A half contact that was welcomed gets no second code when it becomes mutual (contract §3.1).
  const isWelcomed = known?.bond === 'half' && corp.welcomes.wasUsedFor(known);
  const state = meeting.state ?? (known?.bond === 'half' ? known.state : undefined);
  change(relation, corp.now(), () => {
    relation.bond = meeting.half ? 'half' : 'mutual';
    relation.createdAt = corp.now();
    relation.addWay = meeting.addWay;
    relation.state = state;
    relation.lastTalkAt = corp.now();
  });
  if (!meeting.half) corp.contactDiary.met(userid, corp.now());
  const givesCode = meeting.welcome && !isWelcomed && !corp.welcomes.isWithheld();
  const code = givesCode ? corp.welcomes.make(relation, corp.now()) : undefined;
  emitEvent(corp, 'change_external_contact', {
    ChangeType: meeting.half ? 'add_half_external_contact' : 'add_external_contact',
    UserID: userid,
    ExternalUserID: person.externalUserId,
    State: state,
    WelcomeCode: code,
  });
  if (code !== undefined) corp.outlets.awaitAnswer('callback');
  return code;
}

export function customerDeletesStaff(corp: Corp, relation: Relation): void {
  if (relation.bond !== 'mutual') return;
  change(relation, corp.now(), () => (relation.bond = 'left'));
  corp.contactDiary.deletedBy(relation.userid, corp.now());
  emitContactEvent(corp, relation, 'del_follow_user');
}

export function staffDeletesCustomer(corp: Corp, relation: Relation, because?: 'DELETE_BY_TRANSFER'): void {
  if (!isContact(relation)) return;
  change(relation, corp.now(), () => {
    relation.bond = 'ended';
    relation.tags.clear();
  });
  emitContactEvent(corp, relation, 'del_external_contact', because);
}

/** A staff member changes tags or the remark by hand, in the client. */
export function editByHand(corp: Corp, relation: Relation, edit: (relation: Relation) => void): void {
  if (!isContact(relation)) return;
  change(relation, corp.now(), edit);
  emitContactEvent(corp, relation, 'edit_external_contact');
}

function emitContactEvent(corp: Corp, relation: Relation, changeType: string, source?: string): void {
  emitEvent(corp, 'change_external_contact', {
    ChangeType: changeType,
    UserID: relation.userid,
    ExternalUserID: relation.person.externalUserId,
    Source: source,
  });
}

/** A pair that is no contact yet; `addContact` then makes it one. */
const newRelation = (corp: Corp, person: Person, userid: string): Relation => ({
  userid,
  person,
  bond: 'ended',
  createdAt: corp.now(),
  addWay: 0,
  state: undefined,
  remark: person.name,
  description: '',
  company: '',
  mobiles: [],
  tags: new Set(),
  lastTalkAt: corp.now(),
  changedAt: corp.now(),
  before: undefined,
});
