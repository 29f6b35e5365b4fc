import { problemOf } from '../set-aside/set-aside.store.js';
import type { Channel, ActionResult, AttemptOutcome } from '../channels/channel.js';
import type { Action, ActionKind } from '../domain/action.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { GiveUp, RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import { waitMs } from './backoff.js';
import type { DeliveryHooks, Failure } from './delivery-hooks.js';
import { goApart } from './go-apart.js';
import { ThrottledKinds } from './throttled-kinds.js';
import type { Lane, OutboxRow, OutboxStore, Sent } from './outbox.store.js';
import { isLate, sentOtherwise } from './other-way.js';
import { isPaused } from './pause.js';
import { filterSendable } from './sendable-rows.js';
import { BatchedWrites } from '../platform/database/batched-writes.js';

/** Longer than any call takes; a worker that lives settles long before. */
const LEASE_MS = 120_000;
const AT_ONCE = 16;
const ROWS_PER_TURN = 64;
/** An outage passes: a row outlives a day of it. So many attempts, each after its backoff, take about as long. */
const MAX_ATTEMPTS = 34;
/** An action whose end cannot be written down because of a bug is not performed more often than this. */
const MAX_UNSETTLED = 8;
const OUTLIVES_MS = 24 * 3_600_000;
/** Messages that a member may have got from an attempt whose end nobody heard. */
const reachesMembers: ReadonlySet<ActionKind> = new Set(['send_welcome', 'mass_send', 'chat_dm', 'group_say', 'sms']);

/**
 * Takes due rows, performs them and settles them. Kill it anywhere: a row is on record as being attempted before the
 * outside hears of it, and what was cut off is performed again only if that is harmless; else it is first asked after.
 */
export class DeliveryWorker {
  private readonly settlements: BatchedWrites<Sent>;
  private readonly held = new ThrottledKinds();

  constructor(
    private readonly db: Database,
    private readonly store: OutboxStore,
    private readonly channels: readonly Channel[],
    private readonly hooks: DeliveryHooks,
    private readonly world: { readonly clock: Clock; readonly logger: Logger; readonly worker: string },
  ) {
    this.settlements = new BatchedWrites(db, (tx, sent) => store.sent(tx, sent));
  }

  /** Performs what is due now; answers how many rows were touched. */
  async deliver(lane: Lane = 'all'): Promise<number> {
    const orphans = lane === 'urgent' ? [] : await this.takeOrphans();
    await this.each(orphans, (row) => this.resume(row));
    const { leased, stopped } = await this.leaseDue(lane);
    await this.each(leased, (row) => this.perform(row));
    return orphans.length + leased.length + stopped;
  }

  /** Kinds that wait for a quota at this moment. */
  throttledKinds(): readonly ActionKind[] {
    return this.held.at(this.world.clock.now());
  }

  private async each(rows: readonly OutboxRow[], work: (row: OutboxRow) => Promise<void>): Promise<void> {
    const queue = [...rows];
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, queue.length) }, async () => {
        for (let row = queue.shift(); row; row = queue.shift()) await this.alone(row, work);
      }),
    );
  }

  /** What one row throws is its own: its lease runs out, and it is asked after. The others go on. */
  private async alone(row: OutboxRow, work: (row: OutboxRow) => Promise<void>): Promise<void> {
    try {
      await work(row);
    } catch (cause) {
      this.world.logger.error({ err: cause, outboxId: row.id, kind: row.kind }, 'a delivery broke off');
    }
  }

  private async takeOrphans(): Promise<OutboxRow[]> {
    const now = this.world.clock.now();
    if (!(await this.store.anyOrphaned(this.db.read, now))) return [];
    return this.db.write((tx) => this.store.orphaned(tx, this.world.worker, now, LEASE_MS, ROWS_PER_TURN));
  }

  private async leaseDue(lane: Lane): Promise<{ leased: OutboxRow[]; stopped: number }> {
    const now = this.world.clock.now();
    const held = this.held.at(now);
    if (!(await this.store.anyDue(this.db.read, now, held, lane))) return { leased: [], stopped: 0 };
    const around = { db: this.db, store: this.store, logger: this.world.logger };
    const gone = await goApart(around, ROWS_PER_TURN, now, async (tx, limit, given) => {
      const due = await this.store.due(tx, now, lane, await isPaused(tx), limit, held);
      given(due);
      const going = await filterSendable(tx, this.store, this.hooks, due, now);
      await this.store.lease(
        tx,
        going.map((row) => row.id),
        this.world.worker,
        now,
        LEASE_MS,
      );
      return {
        leased: going.map((row) => ({ ...row, attempts: row.attempts + 1, attemptedAt: now })),
        stopped: due.length - going.length,
      };
    });
    return gone ?? { leased: [], stopped: 1 };
  }

  /** An attempt whose end nobody heard. */
  private async resume(row: OutboxRow): Promise<void> {
    const channel = this.channelFor(row.action);
    // What is performed again takes the way of every due row: the pause, the expiry and the blockers hold for it, too.
    const afterMs = this.world.clock.now() - (row.attemptedAt ?? 0);
    if (channel ? channel.isRepeatable(row.kind, afterMs) : !reachesMembers.has(row.kind))
      return this.settle(row, (tx) => this.store.requeue(tx, row));
    let reconciled: AttemptOutcome;
    try {
      // Where its channel is no more, nobody can be asked; by another one it might come a second time.
      reconciled = channel ? await channel.findOutcome(row.action, row.attemptedAt ?? 0) : { outcome: 'unknown' };
    } catch (cause) {
      // The other side cannot be asked now: the row stays on record as being attempted, and is asked after with its next lease.
      this.world.logger.warn(
        { err: cause, outboxId: row.id, kind: row.kind },
        'what became of an action cannot be told',
      );
      return;
    }
    if (reconciled.outcome === 'not_done') return this.settle(row, (tx) => this.store.requeue(tx, row));
    const now = this.world.clock.now();
    await this.settle(row, async (tx) => {
      if (reconciled.outcome === 'done') {
        await this.hooks.onSent(tx, { row, action: row.action, done: reconciled.done }, now);
        await this.store.settle(tx, [row], 'sent', { ref: reconciled.done.ref }, now);
      } else {
        // It may have been sent. Better once too few than once too many.
        await this.hooks.onFailed(tx, { row, action: row.action, failure: { code: 'outcome_unknown' } }, now);
        await this.store.settle(tx, [row], 'failed', { reason: 'outcome_unknown' }, now);
      }
    });
  }

  private async perform(row: OutboxRow): Promise<void> {
    // What was leased together with one that has just met the end of a quota is not tried against it.
    if (this.held.at(this.world.clock.now()).includes(row.kind))
      return this.settle(row, (tx) =>
        this.store.postpone(tx, row, row.notBefore, 'wecom_quota_full', row.attempts - 1),
      );
    let action: Action | null = row.action;
    let done: ActionResult | undefined;
    try {
      // "At once" is also for what was leased a moment ago and has not begun.
      if (row.proactive && (await isPaused(this.db.read)))
        return await this.settle(row, (tx) => this.store.postpone(tx, row, row.notBefore, 'paused', row.attempts - 1));
      action = await this.hooks.beforeSend(row);
      if (action !== null) {
        const channel = this.channelFor(action);
        if (!channel) throw new GiveUp('no_channel');
        done = await channel.send(action, row.key);
      }
    } catch (cause) {
      return this.settleFailure(row, action ?? row.action, cause);
    }
    const now = this.world.clock.now();
    const performed = action;
    await this.settle(row, async (tx) => {
      if (performed === null || done === undefined) return { row, reason: 'nothing_to_do', at: now };
      await this.hooks.onSent(tx, { row, action: performed, done }, now);
      return { row, ref: done.ref, ...reasonOf(done), at: now };
    });
  }

  /**
   * What became of a row could not be written: it stays on record as being attempted, and when its lease has run out it is
   * taken for what was cut off. To plan it anew would be to send twice what was sent.
   */
  private async settle(row: OutboxRow, write: (tx: Sql) => Promise<Sent | void>): Promise<void> {
    try {
      await this.settlements.write(async (tx) => (await write(tx)) ?? undefined);
    } catch (cause) {
      this.world.logger.error(
        { err: cause, outboxId: row.id, kind: row.kind },
        'what became of an action could not be written down; it is asked after when its lease has run out',
      );
      // A bug would come again with every lease, and the action with it.
      if (cause instanceof RetryLater || row.attempts < MAX_UNSETTLED) return;
      const now = this.world.clock.now();
      await this.settlements.write(async (tx) => {
        await this.store.setAside(tx, row, 'bug', problemOf(cause), now);
        return undefined;
      });
    }
  }

  private async settleFailure(row: OutboxRow, action: Action, cause: unknown): Promise<void> {
    const now = this.world.clock.now();
    if (cause instanceof RetryLater) {
      this.held.record(row.kind, cause, now);
      const next = now + waitMs(cause, row.attempts);
      const overdue = row.expiresAt !== null && next > row.expiresAt;
      const waited = !cause.countsAsAttempt;
      const outlived = row.attempts >= MAX_ATTEMPTS && now - row.createdAt >= OUTLIVES_MS;
      const goesOn = !overdue && (waited || !outlived);
      return this.settle(row, async (tx) => {
        const why = { code: cause.code, waited };
        if ((!goesOn || isLate(row, now)) && (await sentOtherwise(tx, this.ways, row, why, now))) return;
        if (goesOn) return this.store.postpone(tx, row, next, cause.code, waited ? row.attempts - 1 : row.attempts);
        await this.hooks.onFailed(tx, { row, action, failure: { code: cause.code } }, now);
        await this.store.settle(tx, [row], overdue ? 'failed' : 'dead', { reason: cause.code }, now);
      });
    }
    const failure: Failure = cause instanceof GiveUp ? cause : { code: 'bug' };
    const { code } = failure;
    // The code works once: on a second attempt "used up" is what a greeting that got through looks like (contract §7.1).
    if (row.kind === 'send_welcome' && row.attempts > 1 && code === 'welcome_code_expired') {
      return this.settle(row, (tx) => this.store.settle(tx, [row], 'sent', { reason: 'unconfirmed' }, now));
    }
    if (code === 'bug')
      this.world.logger.error(
        { err: cause, outboxId: row.id, kind: row.kind },
        'an action failed in a way nobody foresaw',
      );
    await this.settle(row, async (tx) => {
      if (await sentOtherwise(tx, this.ways, row, failure, now)) return;
      await this.hooks.onFailed(tx, { row, action, failure }, now);
      await this.store.settle(tx, [row], code === 'bug' ? 'dead' : 'failed', { reason: code }, now);
    });
  }

  private get ways(): Parameters<typeof sentOtherwise>[1] {
    return { store: this.store, hooks: this.hooks };
  }

  private channelFor(action: Action): Channel | undefined {
    return this.channels.find((channel) => channel.abilities.has(action.kind));
  }
}

/** Words that went without their picture say so. */
export const reasonOf = ({ without }: ActionResult): { readonly reason?: string } =>
  without === undefined ? {} : { reason: `without:${without}` };
