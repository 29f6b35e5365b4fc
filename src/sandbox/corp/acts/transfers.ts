import { DAY } from '../../calendar.js';
import type { Corp } from '../corp.js';
import type { CustomerGroup } from '../customer-group.js';
import type { Person } from '../person.js';
import type { Transfer } from '../transfers.js';
import { deliver } from './deliver.js';
import { failTransfer, transferCustomer } from './staffing.js';

/** The customer has a day to refuse; without an answer the transfer completes (contract §4.10). */
export function beginTransfer(corp: Corp, wanted: Omit<Transfer, 'status'>): void {
  const transfer = corp.transfers.begin(wanted);
  corp.timeline.after(DAY, () => complete(corp, transfer));
}

/** The customer refuses. False when no transfer waits for them. */
export function refuseTransfer(corp: Corp, person: Person, from: string): boolean {
  const transfer = corp.transfers.waiting(from, person.externalUserId);
  if (!transfer) return false;
  fail(corp, transfer, 3);
  return true;
}

function complete(corp: Corp, transfer: Transfer): void {
  const relation = corp.relations.of(transfer.from, transfer.externalUserId);
  if (transfer.status !== 2 || !relation) return;
  if (corp.relations.ofStaff(transfer.to).length >= corp.quotas.customersOfStaff) return fail(corp, transfer, 4);
  transfer.status = 1;
  transfer.doneAt = corp.now();
  transferCustomer(corp, relation, transfer.to);
  const { successMessage: text } = transfer;
  if (text !== '')
    deliver(corp, relation.person, { text, attachments: [], via: 'transfer', from: transfer.to, ref: '' });
}

function fail(corp: Corp, transfer: Transfer, status: 3 | 4): void {
  const relation = corp.relations.of(transfer.from, transfer.externalUserId);
  transfer.status = status;
  if (relation) failTransfer(corp, relation, transfer.to, status === 3 ? 'customer_refused' : 'customer_limit_exceed');
}

/** Transfers a group through the API. Like every API call, it sends no callback. The new owner joins if not in the group. */
export function transferGroup(corp: Corp, group: CustomerGroup, to: string): void {
  const wasLeft = corp.staff.get(group.owner)?.hasLeft ?? false;
  const now = corp.now();
  if (!group.members.has(to))
    corp.groups.add(group, { id: to, type: 1, joinedAt: now, scene: 1, invitor: group.owner });
  corp.groups.change(group, now, () => (group.owner = to));
  group.transferredAt.push(now);
  if (!wasLeft) return;
  group.status = 2;
  corp.timeline.after(DAY, () => {
    if (group.status === 2) group.status = 3;
  });
}
