import type { Sql } from '../platform/database/sql.js';
import type { Blocker, DeliveryHooks } from './delivery-hooks.js';
import { switchToFallback } from './fallback.js';
import type { NewWording, OutboxRow } from './outbox-row.js';
import { outboxStore } from './outbox.store.js';

/** Returns the due rows that may be sent now. The others are expired, cancelled, suppressed or postponed, with the reason. */
export async function filterSendable(
  tx: Sql,
  hooks: DeliveryHooks,
  due: readonly OutboxRow[],
  now: number,
): Promise<OutboxRow[]> {
  const expired = due.filter((row) => row.expiresAt !== null && row.expiresAt < now);
  for (const row of expired) await expire(tx, hooks, row, now);
  const unexpired = due.filter((row) => !expired.includes(row));
  const blockers = await hooks.blockers(tx, unexpired, now);
  const sendable: OutboxRow[] = [];
  for (const row of unexpired) {
    const blocker = blockers.get(row.id);
    const kept = blocker === undefined ? row : await applyBlocker(tx, hooks, { row, blocker }, now);
    if (kept !== null) sendable.push(kept);
  }
  return sendable;
}

async function expire(tx: Sql, hooks: DeliveryHooks, row: OutboxRow, now: number): Promise<void> {
  const failure = { code: 'expired' };
  if (await switchToFallback(tx, hooks, { row, failure }, now)) return;
  await outboxStore.settle(tx, [row], { state: 'failed', reason: failure.code }, now);
  await hooks.onFailed(tx, { row, action: row.action, failure }, now);
}

/** Returns the row as it may be sent now; null when it may not. */
async function applyBlocker(
  tx: Sql,
  hooks: DeliveryHooks,
  { row, blocker }: { readonly row: OutboxRow; readonly blocker: Blocker },
  now: number,
): Promise<OutboxRow | null> {
  if ('rewrite' in blocker) return rewrite(tx, row, blocker.rewrite, now);
  if ('postponeTo' in blocker) {
    await outboxStore.postpone(tx, row, { until: blocker.postponeTo, reason: blocker.reason });
    return null;
  }
  const [state, code] =
    'suppress' in blocker ? (['suppressed', blocker.suppress] as const) : (['cancelled', blocker.cancel] as const);
  await outboxStore.settle(tx, [row], { state, reason: code }, now);
  await hooks.onFailed(tx, { row, action: row.action, failure: { code } }, now);
  return null;
}

async function rewrite(tx: Sql, row: OutboxRow, wording: NewWording, now: number): Promise<OutboxRow | null> {
  const rewritten = await outboxStore.rewrite(tx, row, wording, now);
  if (rewritten.kind === row.kind) return rewritten;
  // It goes by another channel now, and the worker of that channel sends it.
  const { action } = rewritten;
  await outboxStore.planAgain(tx, rewritten, { action, reason: 'instead:channel_gone' }, now);
  return null;
}
