import { problemOf } from '../set-aside/set-aside.store.js';
import type { ActionResult, AttemptOutcome, Channel } from '../channels/channel.js';
import type { Action, ActionKind } from '../domain/action.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { GiveUp, RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { waitMs } from './backoff.js';
import type { DeliveryHooks, Failure } from './delivery-hooks.js';
import { isolateFailingRow } from './isolate-failing-row.js';
import { ThrottledKinds } from './throttled-kinds.js';
import { leaseStore, type Lane } from './lease.store.js';
import type { OutboxRow, SentRow } from './outbox-row.js';
import { outboxStore } from './outbox.store.js';
import { isNearExpiry, switchToFallback } from './fallback.js';
import { readPause, waitsForResume } from './pause.js';
import { filterSendable } from './sendable-rows.js';
import { BatchedWrites } from '../platform/database/batched-writes.js';

/** Longer than any call takes: a worker that lives settles its rows long before. */
const LEASE_MS = 120_000;
const CONCURRENCY = 16;
const ROWS_PER_TURN = 64;
/** With the backoff between them, so many attempts take about a day (`GIVE_UP_AFTER_MS`). */
const MAX_ATTEMPTS = 34;
/** A row outlives an outage of a day. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** An action whose end cannot be recorded because of a bug is performed at most this often. */
const MAX_UNSETTLED_ATTEMPTS = 8;
/** Messages that a member may have got from an interrupted attempt. */
const reachesMembers: ReadonlySet<ActionKind> = new Set([
  'send_welcome',
  'mass_send',
  'chat_dm',
  'group_say',
  'sms',
  'kf_say',
  'kf_welcome',
]);

/**
 * Leases due rows, performs them and settles them. The process may be killed at any point: an attempt is recorded before the
 * channel is called. An interrupted attempt is repeated only where that is harmless; otherwise the channel is first asked
 * for its outcome.
 */
export class DeliveryWorker {
  private readonly settlements: BatchedWrites<SentRow>;
  private readonly throttled = new ThrottledKinds();

  constructor(
    private readonly db: Database,
    private readonly channels: readonly Channel[],
    private readonly hooks: DeliveryHooks,
    private readonly world: { readonly clock: Clock; readonly logger: Logger; readonly worker: string },
  ) {
    this.settlements = new BatchedWrites(db, (tx, rows) => outboxStore.settleSent(tx, rows));
  }

  /** Performs what is due now; returns how many rows were processed. */
  async deliver(lane: Lane = 'all'): Promise<number> {
    const now = this.world.clock.now();
    const without = this.throttled.at(now);
    const { isAnyDue, isAnyOrphaned } = await leaseStore.whatIsDue(this.db.read, { without, lane }, now);
    const orphans = isAnyOrphaned && lane !== 'urgent' ? await this.leaseOrphans() : [];
    await this.forEach(orphans, (row) => this.resume(row));
    // A row that was resumed may be due again.
    const { leased, stopped } = isAnyDue || orphans.length > 0 ? await this.leaseDue(lane) : { leased: [], stopped: 0 };
    await this.forEach(leased, (row) => this.perform(row));
    return orphans.length + leased.length + stopped;
  }

  /** Kinds that wait for a quota now. */
  throttledKinds(): readonly ActionKind[] {
    return this.throttled.at(this.world.clock.now());
  }

  private async forEach(rows: readonly OutboxRow[], work: (row: OutboxRow) => Promise<void>): Promise<void> {
    const queue = [...rows];
    await Promise.all(
      Array.from({ length: Math.min(CONCURRENCY, queue.length) }, async () => {
        for (let row = queue.shift(); row; row = queue.shift()) await this.runGuarded(row, work);
      }),
    );
  }

  /** An error of one row does not stop the others. Its lease runs out, and it is resumed then. */
  private async runGuarded(row: OutboxRow, work: (row: OutboxRow) => Promise<void>): Promise<void> {
    try {
      await work(row);
    } catch (cause) {
      this.world.logger.error(
        { err: cause, outboxId: row.id, kind: row.kind },
        'a delivery was interrupted; it is resumed when its lease has run out',
      );
    }
  }

  private async leaseOrphans(): Promise<OutboxRow[]> {
    const { clock, worker } = this.world;
    const now = clock.now();
    return this.db.write((tx) => leaseStore.leaseOrphaned(tx, { worker, leaseMs: LEASE_MS }, ROWS_PER_TURN, now));
  }

  /** `stopped`: how many due rows may not be sent now, or were set aside. */
  private async leaseDue(lane: Lane): Promise<{ leased: OutboxRow[]; stopped: number }> {
    const { clock, logger, worker } = this.world;
    const now = clock.now();
    const without = this.throttled.at(now);
    const result = await isolateFailingRow({ db: this.db, logger }, ROWS_PER_TURN, now, async (tx, limit, onRead) => {
      const due = await leaseStore.due(tx, { which: lane, pause: await readPause(tx), limit, without }, now);
      onRead(due);
      const sendable = await filterSendable(tx, this.hooks, due, now);
      const ids = sendable.map((row) => row.id);
      await leaseStore.lease(tx, ids, { worker, leaseMs: LEASE_MS }, now);
      return {
        leased: sendable.map((row) => ({ ...row, attempts: row.attempts + 1, attemptedAt: now })),
        stopped: due.length - sendable.length,
      };
    });
    return result ?? { leased: [], stopped: 1 };
  }

  /** Decides about an attempt that was interrupted before its end was recorded. */
  private async resume(row: OutboxRow): Promise<void> {
    const channel = this.channelFor(row.action);
    // A repeated action is planned like any due row: the pause, its expiry and the blockers apply to it, too.
    const afterMs = this.world.clock.now() - (row.attemptedAt ?? 0);
    if (channel ? channel.isRepeatable(row.kind, afterMs) : !reachesMembers.has(row.kind))
      return this.settle(row, (tx) => outboxStore.requeue(tx, row));
    const outcome = await this.findOutcome(channel, row);
    if (outcome === null) return;
    if (outcome.outcome === 'not_done') return this.settle(row, (tx) => outboxStore.requeue(tx, row));
    const now = this.world.clock.now();
    const { action } = row;
    await this.settle(row, async (tx) => {
      if (outcome.outcome === 'done') {
        const { done } = outcome;
        await this.hooks.onSent(tx, { row, action, done }, now);
        await outboxStore.settle(tx, [row], { state: 'sent', ref: done.ref }, now);
      } else {
        // It may have been sent. A message that is lost is better than one that is sent twice.
        const code = 'outcome_unknown';
        await this.hooks.onFailed(tx, { row, action, failure: { code } }, now);
        await outboxStore.settle(tx, [row], { state: 'failed', reason: code }, now);
      }
    });
  }

  /** Null when the other side cannot be asked now: the row stays `sending` and is asked about again after its next lease. */
  private async findOutcome(channel: Channel | undefined, row: OutboxRow): Promise<AttemptOutcome | null> {
    // The channel is no longer configured, so nobody can be asked. Another channel might send the message a second time.
    if (channel === undefined) return { outcome: 'unknown' };
    try {
      return await channel.findOutcome(row.action, row.attemptedAt ?? 0);
    } catch (cause) {
      this.world.logger.warn(
        { err: cause, outboxId: row.id, kind: row.kind },
        'the outcome of an interrupted action could not be read; it is read again when its lease has run out',
      );
      return null;
    }
  }

  private async perform(row: OutboxRow): Promise<void> {
    // Another row of this batch has just used up the quota of this kind.
    if (this.throttledKinds().includes(row.kind)) return this.postponeWithoutAttempt(row, 'wecom_quota_full');
    let action: Action | null = row.action;
    let done: ActionResult | undefined;
    try {
      // The pause also stops what was leased a moment ago and has not begun.
      if (row.proactive && waitsForResume(row, await readPause(this.db.read)))
        return await this.postponeWithoutAttempt(row, 'paused');
      action = await this.hooks.beforeSend(row);
      if (action !== null) {
        const channel = this.channelFor(action);
        if (!channel) throw new GiveUp('no_channel');
        done = await channel.send(action, row.key);
      }
    } catch (cause) {
      const failedAction = action ?? row.action;
      return cause instanceof RetryLater
        ? this.settleRetry(row, failedAction, cause)
        : this.settleFailure(row, failedAction, cause);
    }
    const now = this.world.clock.now();
    const performed = action;
    await this.settle(row, async (tx) => {
      if (performed === null || done === undefined) return { row, reason: 'nothing_to_do', at: now };
      await this.hooks.onSent(tx, { row, action: performed, done }, now);
      return { row, ref: done.ref, ...reasonOf(done), at: now };
    });
  }

  /** Plans a leased row again. The attempt that its lease counted does not count. */
  private postponeWithoutAttempt(row: OutboxRow, reason: string): Promise<void> {
    const { notBefore: until, attempts } = row;
    return this.settle(row, (tx) => outboxStore.postpone(tx, row, { until, reason, attempts: attempts - 1 }));
  }

  /**
   * Writes how a row ended. When that fails the row stays `sending` and is resumed after its lease, like an interrupted
   * attempt. It is not planned again here, because that could send a sent message twice.
   */
  private async settle(row: OutboxRow, write: (tx: Sql) => Promise<SentRow | void>): Promise<void> {
    try {
      await this.settlements.write(async (tx) => (await write(tx)) ?? undefined);
    } catch (cause) {
      this.world.logger.error(
        { err: cause, outboxId: row.id, kind: row.kind },
        'the outcome of an action could not be stored; the action is resumed when its lease has run out',
      );
      // A bug would repeat with every lease, and the action with it.
      if (cause instanceof RetryLater || row.attempts < MAX_UNSETTLED_ATTEMPTS) return;
      const now = this.world.clock.now();
      await this.settlements.write(async (tx) => {
        await outboxStore.setAside(tx, row, { reason: 'bug', problem: problemOf(cause) }, now);
        return undefined;
      });
    }
  }

  /** Plans the row again, switches it to its fallback, or ends it when its time or its attempts are used up. */
  private async settleRetry(row: OutboxRow, action: Action, cause: RetryLater): Promise<void> {
    const now = this.world.clock.now();
    this.throttled.record(row.kind, cause, now);
    const until = now + waitMs(cause, row.attempts);
    const isExpired = row.expiresAt !== null && until > row.expiresAt;
    const waited = !cause.countsAsAttempt;
    const isExhausted = row.attempts >= MAX_ATTEMPTS && now - row.createdAt >= GIVE_UP_AFTER_MS;
    const isRetried = !isExpired && (waited || !isExhausted);
    const failure = { code: cause.code, waited };
    return this.settle(row, async (tx) => {
      if (!isRetried || isNearExpiry(row, now))
        if (await switchToFallback(tx, this.hooks, { row, failure }, now)) return;
      if (isRetried) {
        const attempts = waited ? row.attempts - 1 : row.attempts;
        return outboxStore.postpone(tx, row, { until, reason: cause.code, attempts });
      }
      await this.hooks.onFailed(tx, { row, action, failure: { code: cause.code } }, now);
      await outboxStore.settle(tx, [row], { state: isExpired ? 'failed' : 'dead', reason: cause.code }, now);
    });
  }

  /** Ends the row, or switches it to its fallback. Anything but `GiveUp` is a bug. */
  private async settleFailure(row: OutboxRow, action: Action, cause: unknown): Promise<void> {
    const now = this.world.clock.now();
    const failure: Failure = cause instanceof GiveUp ? cause : { code: 'bug' };
    const { code } = failure;
    // A welcome code works once. On a second attempt "expired" is what WeCom answers when the first got through (contract §7.1).
    if (row.kind === 'send_welcome' && row.attempts > 1 && code === 'welcome_code_expired')
      return this.settle(row, (tx) => outboxStore.settle(tx, [row], { state: 'sent', reason: 'unconfirmed' }, now));
    if (code === 'bug')
      this.world.logger.error(
        { err: cause, outboxId: row.id, kind: row.kind },
        'an action failed with an unexpected error and is not tried again',
      );
    await this.settle(row, async (tx) => {
      if (await switchToFallback(tx, this.hooks, { row, failure }, now)) return;
      await this.hooks.onFailed(tx, { row, action, failure }, now);
      await outboxStore.settle(tx, [row], { state: code === 'bug' ? 'dead' : 'failed', reason: code }, now);
    });
  }

  private channelFor(action: Action): Channel | undefined {
    return this.channels.find((channel) => channel.abilities.has(action.kind));
  }
}

/** The reason of a message that was sent without its picture. */
export const reasonOf = ({ without }: ActionResult): { readonly reason?: string } =>
  without === undefined ? {} : { reason: `without:${without}` };
