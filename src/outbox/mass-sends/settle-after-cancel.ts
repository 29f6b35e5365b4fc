import type { Sql } from '../../platform/database/sql.js';
import type { Blocker, DeliveryHooks } from '../delivery-hooks.js';
import { massBatchStore, type MassBatch } from './mass-batch.store.js';
import { failRow, receiverOf } from './rows.js';
import { switchToFallback } from '../fallback.js';
import type { OutboxRow } from '../outbox-row.js';
import { outboxStore } from '../outbox.store.js';
import type { MassSendProgress } from './progress.js';

/** A person has cancelled the message, or the task that it was in. */
export const STOPPED_BY_PERSON = 'stopped_by_person';

/** Reasons of a cancelled task whose messages may be sent by a colleague. */
const handedOnAfter: ReadonlySet<string> = new Set(['handed_on', 'sender_gone', 'not_confirmed']);
/** Reasons of a cancelled task whose messages may go in a new task by the same sender. */
const remadeAfter: ReadonlySet<string> = new Set(['handed_on', 'withdrawn']);

export interface CancelledTask {
  readonly batch: MassBatch;
  /** The rows whose end WeCom has not reported yet. */
  readonly left: readonly OutboxRow[];
  readonly progress: MassSendProgress;
  /** Rows that WeCom does not list by now end as `outcome_unknown`. */
  readonly isLastPoll: boolean;
}

/**
 * Settles the remaining rows of a cancelled task in one transaction. Only a row that WeCom reports as unsent is sent again,
 * in the same row and under the same key: by a colleague who has the customer, by another channel, or in a new task
 * without the members who withdrew. Returns false, and keeps the batch open, while WeCom does not list somebody yet.
 */
export async function settleAfterCancel(
  tx: Sql,
  hooks: DeliveryHooks,
  { batch, left, progress, isLastPoll }: CancelledTask,
  now: number,
): Promise<boolean> {
  const reason = batch.reason ?? 'not_confirmed';
  const unsent = new Set(progress.unsent);
  const blockers = await hooks.blockers(tx, left, now);
  const colleagues: ReadonlyMap<number, string> = handedOnAfter.has(reason)
    ? await hooks.massSends.otherSenders(tx, left)
    : new Map();
  let isSettled = true;
  for (const row of left) {
    if (progress.untapped || unsent.has(receiverOf(row)))
      await settleUnsent(
        tx,
        hooks,
        { row, reason, blocker: blockers.get(row.id), colleague: colleagues.get(row.id) },
        now,
      );
    else if (isLastPoll) await failRow(tx, hooks, { row, code: 'outcome_unknown' }, now);
    else isSettled = false;
  }
  if (isSettled) await massBatchStore.close(tx, batch, reason, now);
  return isSettled;
}

interface UnsentRow {
  readonly row: OutboxRow;
  /** Why the task was cancelled. */
  readonly reason: string;
  readonly blocker: Blocker | undefined;
  readonly colleague: string | undefined;
}

async function settleUnsent(
  tx: Sql,
  hooks: DeliveryHooks,
  { row, reason, blocker, colleague }: UnsentRow,
  now: number,
): Promise<void> {
  if (blocker !== undefined && 'cancel' in blocker) {
    const code = blocker.cancel;
    await outboxStore.settle(tx, [row], { state: 'cancelled', reason: code }, now);
    return hooks.onFailed(tx, { row, action: row.action, failure: { code } }, now);
  }
  // A person does not want it, so nobody else sends it either.
  if (reason === STOPPED_BY_PERSON) {
    await outboxStore.settle(tx, [row], { state: 'cancelled', reason }, now);
    return hooks.onFailed(tx, { row, action: row.action, failure: { code: reason } }, now);
  }
  if (row.expiresAt === null || row.expiresAt > now) {
    if (colleague !== undefined) return outboxStore.handOn(tx, row, colleague, now);
    const failure = { code: 'not_confirmed' };
    if (reason === 'handed_on' && (await switchToFallback(tx, hooks, { row, failure }, now))) return;
    if (remadeAfter.has(reason))
      return outboxStore.planAgain(tx, row, { action: row.action, reason: 'made_anew' }, now);
  }
  const code = remadeAfter.has(reason) ? 'expired' : reason;
  await failRow(tx, hooks, { row, code, certainlyUnsent: true }, now);
}
