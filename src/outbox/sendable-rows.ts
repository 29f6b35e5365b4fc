import type { Sql } from '../platform/database/sql.js';
import type { DeliveryHooks } from './delivery-hooks.js';
import { sentOtherwise } from './other-way.js';
import type { OutboxStore, OutboxRow } from './outbox.store.js';

/** Of the rows that are due, those nothing stands against now. The others are cancelled or put off, with the reason. */
export async function filterSendable(
  tx: Sql,
  store: OutboxStore,
  hooks: DeliveryHooks,
  due: readonly OutboxRow[],
  now: number,
): Promise<OutboxRow[]> {
  const expired = due.filter((row) => row.expiresAt !== null && row.expiresAt < now);
  for (const row of expired) {
    if (await sentOtherwise(tx, { store, hooks }, row, { code: 'expired' }, now)) continue;
    await store.settle(tx, [row], 'failed', { reason: 'expired' }, now);
    await hooks.onFailed(tx, { row, action: row.action, failure: { code: 'expired' } }, now);
  }
  const timely = due.filter((row) => !expired.includes(row));
  const blockers = await hooks.blockers(tx, timely, now);
  const going: OutboxRow[] = [];
  for (const row of timely) {
    const blocker = blockers.get(row.id);
    if (blocker === undefined) going.push(row);
    else if ('anew' in blocker) {
      const filled = await store.fillAnew(tx, row, blocker.anew, now);
      // By another channel it waits for that channel's worker.
      if (filled.kind === row.kind) going.push(filled);
      else await store.planAgain(tx, filled, filled.action, 'instead:channel_gone', now);
    } else if ('suppress' in blocker) {
      await store.settle(tx, [row], 'suppressed', { reason: blocker.suppress }, now);
      await hooks.onFailed(tx, { row, action: row.action, failure: { code: blocker.suppress } }, now);
    } else if ('postponeTo' in blocker) await store.postpone(tx, row, blocker.postponeTo, blocker.reason);
    else {
      await store.settle(tx, [row], 'cancelled', { reason: blocker.cancel }, now);
      await hooks.onFailed(tx, { row, action: row.action, failure: { code: blocker.cancel } }, now);
    }
  }
  return going;
}
