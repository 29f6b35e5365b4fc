import { z } from 'zod';
import type { ActionResult, Channel } from '../../channels/channel.js';
import { HOUR_MS, MINUTE_MS } from '../../domain/day.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import { backoffMs, waitMs } from '../backoff.js';
import { reasonOf } from '../delivery.worker.js';
import { POLLS_MS } from './follow.js';
import { massBatchStore, taskMadeAt, type MassBatch } from './mass-batch.store.js';
import { failRow, massSend, receiverOf, taskOf } from './rows.js';
import { isSenderAtFault, type MassSendDeps } from './deps.js';
import { batchRowStore } from './batch-row.store.js';
import type { OutboxRow } from '../outbox-row.js';
import { outboxStore } from '../outbox.store.js';
import { readPause, waitsForResume } from '../pause.js';
import { filterSendable } from '../sendable-rows.js';

const LEASE_MS = 120_000;
/** A call whose answer was lost may still be on its way for a little longer than our own time-out. */
const OUTCOME_READABLE_AFTER_MS = 15_000;

/**
 * Makes the task of a batch at WeCom, once. WeCom takes no idempotency key, so after a lost answer the task is looked for before
 * it is made again.
 */
export class MassSendMaker {
  constructor(
    private readonly db: Database,
    private readonly deps: MassSendDeps,
  ) {}

  async make(channel: Channel, batch: MassBatch): Promise<void> {
    let rows = await batchRowStore.rowsOf(this.db.read, batch.id);
    let done: ActionResult | null;
    try {
      done = await this.findEarlierTask(channel, batch, rows);
    } catch (cause) {
      return this.settleUnknownOutcome(batch, rows, cause);
    }
    try {
      if (done === null) {
        rows = await this.beginAttempt(batch, rows);
        if (rows.length === 0) return;
        done = await channel.send(taskOf(batch, rows), `mass:${batch.id}`);
      }
    } catch (cause) {
      return this.settleFailure(batch, rows, cause);
    }
    try {
      await this.recordTask(batch, rows, done);
    } catch (cause) {
      // The task exists. It is looked for when the lease has run out, and found.
      this.deps.logger.error(
        { err: cause, batchId: batch.id },
        'a mass-send was made but could not be stored; it is looked for when its lease has run out',
      );
    }
  }

  /** The task of an earlier attempt whose answer was lost; null when there is none. Throws when that cannot be known now. */
  private async findEarlierTask(
    channel: Channel,
    batch: MassBatch,
    rows: readonly OutboxRow[],
  ): Promise<ActionResult | null> {
    if (batch.attempts === 0) return null;
    const sinceLastMs = this.deps.clock.now() - taskMadeAt(batch);
    if (sinceLastMs < OUTCOME_READABLE_AFTER_MS)
      throw new RetryLater('too_early_to_tell', OUTCOME_READABLE_AFTER_MS - sinceLastMs, { countsAsAttempt: false });
    const belongsToOther = (ref: string): Promise<boolean> => massBatchStore.belongsToOther(this.db.read, batch, ref);
    const earlier = await channel.findOutcome(
      taskOf(batch, rows),
      batch.attemptedAt ?? batch.createdAt,
      belongsToOther,
    );
    if (earlier.outcome === 'unknown') throw new RetryLater('cannot_reconcile');
    if (earlier.outcome === 'not_done') return null;
    if (earlier.done.ref === undefined) return earlier.done;
    // A task that was found may belong to another batch with the same message.
    for (const ref of [earlier.done.ref, ...(earlier.alike ?? [])])
      if (!(await belongsToOther(ref))) return { ...earlier.done, ref };
    return null;
  }

  /**
   * Records the attempt before WeCom is called, and returns the rows it is for. Rows that may not be sent any more leave the
   * batch; an empty batch is closed. Returns no rows when nothing is to be made now.
   */
  private async beginAttempt(batch: MassBatch, rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
    const now = this.deps.clock.now();
    return this.db.write(async (tx) => {
      // Looking for an earlier task takes time, and the pause stops everything that has not begun.
      const pause = await readPause(tx);
      if (rows.some((row) => waitsForResume(row, pause))) {
        await massBatchStore.releaseLease(tx, batch);
        return [];
      }
      const sendable = await this.sendableRows(tx, batch, now);
      const sendableIds = new Set(sendable.map((row) => row.id));
      await batchRowStore.remove(
        tx,
        rows.flatMap(({ id }) => (sendableIds.has(id) ? [] : [id])),
      );
      if (sendable.length === 0) await massBatchStore.close(tx, batch, 'nobody_to_send_to', now);
      else if (!(await massBatchStore.beginAttempt(tx, batch, now, LEASE_MS))) return [];
      return sendable;
    });
  }

  /** The rows that may still be sent with the message of the batch. Rows with another text by now are planned again. */
  private async sendableRows(tx: Sql, batch: MassBatch, now: number): Promise<OutboxRow[]> {
    // Some may have been cancelled since they were read, for example because their template was switched off.
    const left = (await batchRowStore.rowsOf(tx, batch.id)).filter((row) => row.state === 'sending');
    const isFresh = batch.attempts === 0 && now - batch.createdAt < MINUTE_MS;
    const message = storableJson(batch.message);
    const sendable: OutboxRow[] = [];
    for (const row of isFresh ? left : await filterSendable(tx, this.deps.hooks, left, now))
      if (storableJson(massSend(row).message) === message) sendable.push(row);
      else await outboxStore.postpone(tx, row, { until: now, reason: 'other_words' });
    return sendable;
  }

  private async recordTask(batch: MassBatch, rows: readonly OutboxRow[], done: ActionResult): Promise<void> {
    const now = this.deps.clock.now();
    const refused = new Set(z.array(z.string()).catch([]).parse(done.result?.['failed']));
    const isRefused = (row: OutboxRow): boolean => refused.has(receiverOf(row));
    const accepted = rows.filter((row) => !isRefused(row));
    const reason = reasonOf(done).reason ?? 'waits_for_staff';
    await this.db.write(async (tx) => {
      await massBatchStore.setMade(tx, batch, done.ref ?? null, now + POLLS_MS[0]);
      await outboxStore.settle(tx, accepted, { state: 'waiting', ref: done.ref, reason }, now);
      for (const row of rows.filter(isRefused))
        await failRow(tx, this.deps.hooks, { row, code: 'refused_by_wecom', certainlyUnsent: true }, now);
    });
  }

  /**
   * It cannot be known now whether an earlier attempt made the task. It is looked for again, ever less often, for as long as a
   * tap would be waited for. After that the rows end as `outcome_unknown` and the batch is set aside for an admin.
   */
  private async settleUnknownOutcome(batch: MassBatch, rows: readonly OutboxRow[], cause: unknown): Promise<void> {
    const { clock, hooks, logger } = this.deps;
    const now = clock.now();
    const isExpected = cause instanceof RetryLater || cause instanceof GiveUp;
    const code = isExpected ? cause.code : 'bug';
    if (!isExpected)
      logger.error(
        { err: cause, batchId: batch.id },
        'looking for an earlier mass-send failed with an unexpected error; it is looked for again',
      );
    const isTimeUp = now - taskMadeAt(batch) >= hooks.massSends.policy.giveUpAfterHours * HOUR_MS;
    if (!isTimeUp || (cause instanceof RetryLater && cause.throttlesKind)) {
      const polls = batch.polls + 1;
      const nextAt = now + (cause instanceof RetryLater ? waitMs(cause, polls) : backoffMs(polls));
      return this.db.write((tx) => massBatchStore.schedulePoll(tx, batch, nextAt, code));
    }
    await this.db.write(async (tx) => {
      for (const row of rows.filter(({ state }) => state === 'sending'))
        await failRow(tx, hooks, { row, code: 'outcome_unknown' }, now);
      const problem = `the outcome of its last attempt is unknown: ${code}`;
      await massBatchStore.setAside(tx, batch, { problem, reason: 'outcome_unknown' }, now);
    });
  }

  /** Plans another attempt after `RetryLater`; it looks for the task first. Otherwise the rows are handed on to colleagues or fail. */
  private async settleFailure(batch: MassBatch, rows: readonly OutboxRow[], cause: unknown): Promise<void> {
    const { clock, hooks, logger } = this.deps;
    const now = clock.now();
    if (cause instanceof RetryLater) {
      const nextAt = now + waitMs(cause, batch.attempts + 1);
      return this.db.write((tx) => massBatchStore.schedulePoll(tx, batch, nextAt, cause.code));
    }
    const batchCode = cause instanceof GiveUp ? cause.code : 'bug';
    if (batchCode === 'bug')
      logger.error(
        { err: cause, batchId: batch.id },
        'a mass-send failed with an unexpected error and is not tried again',
      );
    await this.db.write(async (tx) => {
      // No task exists, so nothing must be cancelled before a colleague gets the messages.
      const colleagues: ReadonlyMap<number, string> = isSenderAtFault(cause)
        ? await hooks.massSends.otherSenders(tx, rows)
        : new Map();
      // For several receivers 84061 does not say who is no contact any more, so nobody is taken to be.
      const code = batchCode === 'not_a_contact' && rows.length > 1 ? 'refused_by_wecom' : batchCode;
      for (const row of rows) {
        const colleague = colleagues.get(row.id);
        if (colleague === undefined) await failRow(tx, hooks, { row, code, certainlyUnsent: true }, now);
        else await outboxStore.handOn(tx, row, colleague, now);
      }
      await massBatchStore.close(tx, batch, batchCode, now);
    });
  }
}
