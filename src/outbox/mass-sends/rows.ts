import type { ActionOf } from '../../domain/action.js';
import type { Sql } from '../../platform/database/sql.js';
import type { DeliveryHooks } from '../delivery-hooks.js';
import type { MassBatch } from './mass-batch.store.js';
import { switchToFallback } from '../fallback.js';
import type { OutboxRow } from '../outbox-row.js';
import { outboxStore } from '../outbox.store.js';

/** WeCom takes this many customers in one mass-send (contract §7.3). */
export const MAX_RECEIVERS = 10_000;

export function massSend(row: OutboxRow): ActionOf<'mass_send'> {
  if (row.action.kind !== 'mass_send') throw new Error(`outbox row ${row.id} is no mass-send`);
  return row.action;
}

export const taskOf = (batch: MassBatch, rows: readonly OutboxRow[]): ActionOf<'mass_send'> => ({
  kind: 'mass_send',
  sender: batch.sender,
  message: batch.message,
  externalUserIds: rows.flatMap((row) => massSend(row).externalUserIds),
});

/** Groups rows that can be one task: the same message by the same sender, up to `MAX_RECEIVERS`. */
export function groupByTask(rows: readonly OutboxRow[]): OutboxRow[][] {
  const tasks = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    const { sender, message } = massSend(row);
    const key = JSON.stringify([sender, message]);
    const task = tasks.get(key);
    if (task) task.push(row);
    else tasks.set(key, [row]);
  }
  return [...tasks.values()].flatMap((task) =>
    Array.from({ length: Math.ceil(task.length / MAX_RECEIVERS) }, (_, part) =>
      task.slice(part * MAX_RECEIVERS, (part + 1) * MAX_RECEIVERS),
    ),
  );
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
