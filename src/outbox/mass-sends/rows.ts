import type { ActionOf } from '../../domain/action.js';
import { goesToGroups, receiversOf } from '../../domain/sending/mass-send-receivers.js';
import type { Sql } from '../../platform/database/sql.js';
import type { DeliveryHooks } from '../delivery-hooks.js';
import type { MassBatch } from './mass-batch.store.js';
import { switchToFallback } from '../fallback.js';
import type { OutboxRow } from '../outbox-row.js';
import { outboxStore } from '../outbox.store.js';

/** WeCom takes this many customers in one mass-send, and this many groups (contract §7.3). */
export const MAX_RECEIVERS = 10_000;
const MAX_GROUPS = 2_000;

export function massSend(row: OutboxRow): ActionOf<'mass_send'> {
  if (row.action.kind !== 'mass_send') throw new Error(`outbox row ${row.id} is no mass-send`);
  return row.action;
}

/** The customer, or the group, whom the message of one row goes to. */
export const receiverOf = (row: OutboxRow): string => receiversOf(massSend(row))[0] ?? '';

export function taskOf(batch: MassBatch, rows: readonly OutboxRow[]): ActionOf<'mass_send'> {
  const chatIds = rows.flatMap((row) => massSend(row).chatIds ?? []);
  return {
    kind: 'mass_send',
    sender: batch.sender,
    message: batch.message,
    externalUserIds: rows.flatMap((row) => massSend(row).externalUserIds),
    // Without a list of groups WeCom would post into all groups of the sender.
    ...(chatIds.length === 0 ? {} : { chatIds }),
  };
}

/** Groups rows that can be one task: the same message by the same sender, to customers or to groups, up to WeCom's limit. */
export function groupByTask(rows: readonly OutboxRow[]): OutboxRow[][] {
  const tasks = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    const action = massSend(row);
    const key = JSON.stringify([action.sender, action.message, goesToGroups(action)]);
    const task = tasks.get(key);
    if (task) task.push(row);
    else tasks.set(key, [row]);
  }
  return [...tasks.values()].flatMap((task) => {
    const most = goesToGroups(massSend(task[0]!)) ? MAX_GROUPS : MAX_RECEIVERS;
    return Array.from({ length: Math.ceil(task.length / most) }, (_, part) =>
      task.slice(part * most, (part + 1) * most),
    );
  });
}

/** A row that failed. Only one that is certainly unsent may go by another channel. */
export interface FailedRow {
  readonly row: OutboxRow;
  readonly code: string;
  readonly certainlyUnsent?: boolean;
}

export async function failRow(
  tx: Sql,
  hooks: DeliveryHooks,
  { row, code, certainlyUnsent = false }: FailedRow,
  now: number,
): Promise<void> {
  const failure = { code };
  if (certainlyUnsent && (await switchToFallback(tx, hooks, { row, failure }, now))) return;
  await hooks.onFailed(tx, { row, action: row.action, failure }, now);
  await outboxStore.settle(tx, [row], { state: 'failed', reason: code }, now);
}
