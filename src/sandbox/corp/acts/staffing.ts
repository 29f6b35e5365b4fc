import type { Corp } from '../corp.js';
import type { Staff } from '../person.js';
import { change, type Relation } from '../relations.js';
import { reportBrokenLinks } from './acquisition.js';
import { addContact, staffDeletesCustomer } from './contacts.js';
import { emitEvent } from './events.js';

/** The staff member leaves the company. Their customers wait for a transfer, their groups for a new owner. */
export function leaveCompany(corp: Corp, staff: Staff): void {
  for (const relation of corp.relations.ofStaff(staff.userid))
    change(relation, corp.now(), () => (relation.bond = 'unassigned'));
  for (const group of corp.groups.all()) if (group.owner === staff.userid) group.status = 1;
  staff.hasLeft = true;
  staff.followsCustomers = false;
  emitDirectoryEvent(corp, 'delete_user', staff);
  reportBrokenLinks(corp);
}

/** An administrator grants or withdraws the right to have customers. */
export function grantCustomers(corp: Corp, staff: Staff, isGranted: boolean): void {
  staff.followsCustomers = isGranted;
  reportBrokenLinks(corp);
}

export function renameStaff(corp: Corp, staff: Staff, name: string): void {
  corp.rename(staff, name);
  emitDirectoryEvent(corp, 'update_user', staff, name);
}

/** The transfer fails: the customer refused, or the new staff member has too many customers (contract §3.1). */
export function failTransfer(corp: Corp, relation: Relation, to: string, because: string): void {
  emitEvent(corp, 'change_external_contact', {
    ChangeType: 'transfer_fail',
    FailReason: because,
    UserID: to,
    ExternalUserID: relation.person.externalUserId,
  });
}

/** An administrator transfers a customer: the old relation ends with DELETE_BY_TRANSFER, the new one begins. */
export function transferCustomer(corp: Corp, relation: Relation, to: string): void {
  if (relation.bond === 'unassigned') change(relation, corp.now(), () => (relation.bond = 'ended'));
  else staffDeletesCustomer(corp, relation, 'DELETE_BY_TRANSFER');
  // 202: assigned by an administrator (contract §4.3). A transferred customer is not welcomed.
  addContact(corp, relation.person, to, { addWay: 202, welcome: false });
}

function emitDirectoryEvent(corp: Corp, changeType: string, staff: Staff, name?: string): void {
  emitEvent(corp, 'change_contact', { ChangeType: changeType, UserID: staff.userid, Name: name });
}
