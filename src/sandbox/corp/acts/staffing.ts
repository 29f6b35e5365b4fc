import type { Corp } from '../corp.js';
import type { Staff } from '../person.js';
import { change, type Relation } from '../relations.js';
import { addContact, staffDeletesCustomer } from './contacts.js';
import { tellEvent } from './events.js';

/** Leaves the company: customers wait for somebody to take them over, own groups for another owner. */
export function leaveCompany(corp: Corp, staff: Staff): void {
  for (const relation of corp.relations.ofStaff(staff.userid))
    change(relation, corp.now(), () => (relation.bond = 'unassigned'));
  for (const group of corp.groups.all()) if (group.owner === staff.userid) group.status = 1;
  staff.hasLeft = true;
  staff.followsCustomers = false;
  tellDirectory(corp, 'delete_user', staff);
}

export function renameStaff(corp: Corp, staff: Staff, name: string): void {
  corp.rename(staff, name);
  tellDirectory(corp, 'update_user', staff, name);
}

/** The takeover fails: the customer would not have it, or the new staff member has too many (contract §3.1). */
export function failTransfer(corp: Corp, relation: Relation, to: string, because: string): void {
  tellEvent(corp, 'change_external_contact', {
    ChangeType: 'transfer_fail',
    FailReason: because,
    UserID: to,
    ExternalUserID: relation.person.externalUserId,
  });
}

/** Somebody takes a customer over, by an administrator's hand: for the one it ends as a transfer, for the other it begins. */
export function transferCustomer(corp: Corp, relation: Relation, to: string): void {
  if (relation.bond === 'unassigned') change(relation, corp.now(), () => (relation.bond = 'ended'));
  else staffDeletesCustomer(corp, relation, 'DELETE_BY_TRANSFER');
  // 202: assigned by an administrator (contract §4.3). Nobody is welcomed who is handed on.
  addContact(corp, relation.person, to, { addWay: 202, welcome: false });
}

function tellDirectory(corp: Corp, changeType: string, staff: Staff, name?: string): void {
  tellEvent(corp, 'change_contact', { ChangeType: changeType, UserID: staff.userid, Name: name });
}
