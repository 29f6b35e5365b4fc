import type { Sql } from '../platform/database/sql.js';
import type { DeliveryHooks } from './delivery-hooks.js';
import { sentOtherwise } from './other-way.js';
import type { OutboxStore, OutboxRow } from './outbox.store.js';

/** Of the rows that are due, those nothing stands against now. The others are cancelled or put off, with the reason. */
export async function filterSendable(
  tx: Sql,
  store: OutboxStore,
  consequences: DeliveryHooks,
  due: readonly OutboxRow[],
  now: number,
): Promise<OutboxRow[]> {
  const expired = due.filter((row) => row.expiresAt !== null && row.expiresAt < now);
  for (const row of expired) {
    if (await sentOtherwise(tx, { store, consequences }, row, { code: 'expired' }, now)) continue;
    await store.settle(tx, [row], 'failed', { reason: 'expired' }, now);
    await consequences.onFailed(tx, row, row.action, { code: 'expired' }, now);
  }
  const timely = due.filter((row) => !expired.includes(row));
  const objections = await consequences.blockers(tx, timely, now);
  const going: OutboxRow[] = [];
  for (const row of timely) {
    const objection = objections.get(row.id);
    if (objection === undefined) going.push(row);
    else if ('anew' in objection) {
      const filled = await store.fillAnew(tx, row, objection.anew, now);
      // By another channel it waits for that channel's worker.
      if (filled.kind === row.kind) going.push(filled);
      else await store.planAgain(tx, filled, filled.action, 'instead:channel_gone', now);
    } else if ('suppress' in objection) {
      await store.settle(tx, [row], 'suppressed', { reason: objection.suppress }, now);
      await consequences.onFailed(tx, row, row.action, { code: objection.suppress }, now);
    } else if ('postponeTo' in objection) await store.postpone(tx, row, objection.postponeTo, objection.reason);
    else {
      await store.settle(tx, [row], 'cancelled', { reason: objection.cancel }, now);
      await consequences.onFailed(tx, row, row.action, { code: objection.cancel }, now);
    }
  }
  return going;
}
