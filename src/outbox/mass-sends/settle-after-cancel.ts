import type { Sql } from '../../platform/database/sql.js';
import { massBatchStore, type MassBatch } from './mass-batch.store.js';
import { failRow, massSend } from './rows.js';
import type { MassSendWorld } from './deps.js';
import { sentOtherwise } from '../other-way.js';
import type { OutboxRow } from '../outbox.store.js';
import type { MassSendProgress } from './progress.js';

/** Why a task was cancelled, when the message itself is still wanted. */
const handsOn: ReadonlySet<string> = new Set(['handed_on', 'sender_gone', 'not_confirmed']);
const makesAnew: ReadonlySet<string> = new Set(['handed_on', 'withdrawn']);

/**
 * The end of a cancelled task. Only what WeCom shows as unsent goes on, in the same row and under the same key: to a
 * colleague who has the customer, or in a new task without those who withdrew. All in one transaction. False
 * while somebody of a tapped task is not listed yet: they are looked at again.
 */
export async function settleAfterCancel(
  tx: Sql,
  world: MassSendWorld,
  batch: MassBatch,
  { left, read, isLastLook }: { left: readonly OutboxRow[]; read: MassSendProgress; isLastLook: boolean },
  now: number,
): Promise<boolean> {
  const { store, hooks } = world;
  const reason = batch.reason ?? 'not_confirmed';
  const unsent = new Set(read.unsent);
  const blockers = await hooks.blockers(tx, left, now);
  const others: ReadonlyMap<number, string> = handsOn.has(reason)
    ? await hooks.massSends.otherSenders(tx, left)
    : new Map();
  let isOver = true;
  for (const row of left) {
    const blocker = blockers.get(row.id);
    const isUnsent = read.untapped || massSend(row).externalUserIds.every((id) => unsent.has(id));
    const isTimely = row.expiresAt === null || row.expiresAt > now;
    const other = others.get(row.id);
    if (!isUnsent) {
      if (isLastLook) await failRow(tx, world, row, 'outcome_unknown', now);
      else isOver = false;
    } else if (blocker !== undefined && 'cancel' in blocker) {
      await store.settle(tx, [row], 'cancelled', { reason: blocker.cancel }, now);
      await hooks.onFailed(tx, { row, action: row.action, failure: { code: blocker.cancel } }, now);
    } else if (isTimely && other !== undefined) await store.handOn(tx, row, other, now);
    else if (
      isTimely &&
      reason === 'handed_on' &&
      (await sentOtherwise(tx, world, row, { code: 'not_confirmed' }, now))
    )
      continue;
    else if (isTimely && makesAnew.has(reason)) await store.planAgain(tx, row, row.action, 'made_anew', now);
    else {
      const code = reason === 'handed_on' || reason === 'withdrawn' ? 'expired' : reason;
      await failRow(tx, world, row, code, now, 'certainly_unsent');
    }
  }
  if (isOver) await massBatchStore.close(tx, batch, reason, now);
  return isOver;
}
