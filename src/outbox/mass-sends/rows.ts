import type { ActionOf } from '../../domain/action.js';
import type { Sql } from '../../platform/database/sql.js';
import type { DeliveryHooks } from '../delivery-hooks.js';
import type { MassBatch } from './mass-batch.store.js';
import { sentOtherwise } from '../other-way.js';
import type { OutboxRow, OutboxStore } from '../outbox.store.js';

/** WeCom takes this many customers in one mass-send (contract §7.3). */
export const MOST_RECEIVERS = 10_000;

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

/** Rows that can be one task: the same words by the same sender. */
export function byTask(rows: readonly OutboxRow[]): OutboxRow[][] {
  const tasks = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    const { sender, message } = massSend(row);
    const key = JSON.stringify([sender, message]);
    const task = tasks.get(key);
    if (task) task.push(row);
    else tasks.set(key, [row]);
  }
  return [...tasks.values()].flatMap((task) =>
    Array.from({ length: Math.ceil(task.length / MOST_RECEIVERS) }, (_, part) =>
      task.slice(part * MOST_RECEIVERS, (part + 1) * MOST_RECEIVERS),
    ),
  );
}

/** It fails, unless it certainly was not sent and can go another way. */
export async function failRow(
  tx: Sql,
  { store, hooks }: { readonly store: OutboxStore; readonly hooks: DeliveryHooks },
  row: OutboxRow,
  code: string,
  now: number,
  how: 'certainly_unsent' | 'unknown' = 'unknown',
): Promise<void> {
  if (how === 'certainly_unsent' && (await sentOtherwise(tx, { store, hooks }, row, { code }, now))) return;
  await hooks.onFailed(tx, { row, action: row.action, failure: { code } }, now);
  await store.settle(tx, [row], 'failed', { reason: code }, now);
}
