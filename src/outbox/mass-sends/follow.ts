import type { Channel } from '../../channels/channel.js';
import { dayOf, HOUR_MS, MINUTE_MS, momentOf } from '../../domain/day.js';
import { unansweredReasons } from '../../domain/answered-occasions.js';
import { inStaffHours, nextReminder } from '../../domain/sending/mass-send-policy.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import { waitMs } from '../backoff.js';
import { madeAt, massBatchStore, type MassBatch } from './mass-batch.store.js';
import { failRow, massSend, taskOf } from './rows.js';
import { isSenderAtFault, type MassSendWorld } from './deps.js';
import type { OutboxRow } from '../outbox.store.js';
import { isPaused } from '../pause.js';
import { progress, type MassSendProgress } from './progress.js';
import { settleAfterCancel } from './settle-after-cancel.js';

/** When results are asked for after the task was made; then every two hours. */
export const POLLS_MS = [5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS, 120 * MINUTE_MS] as const;
/** A tap that crossed the cancelling shows in the results by then. */
const SETTLES_MS = 2 * MINUTE_MS;
/** What cannot be read so long after it was given up will not be. */
const READABLE_MS = 12 * HOUR_MS;
/** Looked up as they go, so that a task of thousands holds nobody up. */
const ROWS_AT_ONCE = 500;
/** WeCom's status of a receiver who did not get it (contract §7.4). */
const statusCodes: Readonly<Record<number, string>> = { 2: 'not_a_contact', 3: 'wecom_cap' };

/** What WeCom says of a task that it will say again. Any other answer that tells nothing is asked for again. */
const isLastWord = (cause: RetryLater | GiveUp): boolean =>
  cause.code === 'mass_send_cancelled' || isSenderAtFault(cause);
const withdrawals: ReadonlySet<string> = new Set([
  'opted_out',
  'stop_when',
  'move_closed',
  'template_off',
  'template_gone',
  ...unansweredReasons,
]);

/** Follows a task that WeCom has until nothing more can come of it. */
export class MassSendFollower {
  constructor(
    private readonly db: Database,
    private readonly world: MassSendWorld,
  ) {}

  async follow(channel: Channel, batch: MassBatch): Promise<void> {
    const { clock, store } = this.world;
    const now = clock.now();
    let read: MassSendProgress;
    try {
      read = await this.read(channel, batch);
    } catch (cause) {
      return this.unreadable(channel, batch, cause, now);
    }
    const withdrawn = await this.withdrawn(batch, now);
    const goesOn = await this.db.write(async (tx) => {
      const left = await this.take(tx, batch, read, now);
      if (left.length === 0) {
        await massBatchStore.close(tx, batch, '', now);
        return false;
      }
      if (read.finished) {
        // WeCom lists a receiver some time after the tap: who is not listed yet may be yet.
        if (!this.isTimeUp(batch, now)) {
          await massBatchStore.lookAgain(tx, batch, this.nextLook(batch, now));
          return false;
        }
        for (const row of left) await failRow(tx, this.world, row, 'not_listed', now);
        await massBatchStore.close(tx, batch, 'not_listed', now);
        return false;
      }
      const over = channel.abilities.has('cancel_mass_send')
        ? await this.whyOver(tx, batch, left, withdrawn, read, now)
        : null;
      if (over !== null) {
        await massBatchStore.turn(tx, batch, { state: 'cancelling', reason: over, nextAt: now });
        return false;
      }
      // A whole task can be cancelled, one customer in it cannot (contract §7.4): their record says what stands against it.
      for (const row of left) {
        const why = withdrawn.get(row.id);
        if (why !== undefined) await store.explain(tx, row, `${why}_in_task`);
      }
      await massBatchStore.lookAgain(tx, batch, this.nextLook(batch, now, left));
      return true;
    });
    if (goesOn) await this.remind(channel, batch, now);
  }

  /** Stops the rest of the task. Saying it twice is answered with 41093, which is as good. */
  async cancel(channel: Channel, batch: MassBatch): Promise<void> {
    const { clock, logger } = this.world;
    const now = clock.now();
    let reason = batch.reason ?? 'not_confirmed';
    try {
      await channel.send({ kind: 'cancel_mass_send', externalRef: batch.externalRef ?? '' }, `cancel:${batch.id}`);
    } catch (cause) {
      if (cause instanceof RetryLater && now - madeAt(batch) < this.unreadableMs())
        return this.db.write((tx) => massBatchStore.lookAgain(tx, batch, now + waitMs(cause, batch.polls + 1)));
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
      if (cause.code !== 'mass_send_cancelled') {
        // A late tap can still send it, so nobody else may.
        logger.warn({ batchId: batch.id, code: cause.code }, 'a mass-send could not be cancelled');
        reason = 'cannot_cancel';
      }
    }
    await this.db.write((tx) =>
      massBatchStore.turn(tx, batch, { state: 'cancelled', reason, nextAt: now + SETTLES_MS }),
    );
  }

  /** What was sent before the cancelling counts; the rest is withdrawn, handed on, or has failed. */
  async conclude(channel: Channel, batch: MassBatch): Promise<void> {
    const now = this.world.clock.now();
    let read: MassSendProgress | null = null;
    let problem = 'outcome_unknown';
    try {
      read = await this.read(channel, batch);
    } catch (cause) {
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
      if (!isLastWord(cause) && now - madeAt(batch) < this.unreadableMs()) {
        const nextAt = cause instanceof RetryLater ? now + waitMs(cause, batch.polls + 1) : this.nextLook(batch, now);
        return this.db.write((tx) => massBatchStore.lookAgain(tx, batch, nextAt));
      }
      if (cause instanceof GiveUp) problem = cause.code;
    }
    await this.db.write(async (tx) => {
      if (read === null) {
        for (const row of await this.waiting(tx, batch)) await failRow(tx, this.world, row, problem, now);
        return massBatchStore.close(tx, batch, problem, now);
      }
      const left = await this.take(tx, batch, read, now);
      const isLastLook = now - madeAt(batch) >= this.unreadableMs();
      if (await settleAfterCancel(tx, this.world, batch, { left, read, isLastLook }, now)) return;
      await massBatchStore.lookAgain(tx, batch, this.nextLook(batch, now));
    });
  }

  private async read(channel: Channel, batch: MassBatch): Promise<MassSendProgress> {
    const done = await channel.send(
      { kind: 'read_mass_send', externalRef: batch.externalRef ?? '', sender: batch.sender },
      `poll:${batch.id}`,
    );
    return progress.parse(done.result);
  }

  /** Settles the rows of which WeCom says how they ended; answers those that still wait. */
  private async take(tx: Sql, batch: MassBatch, read: MassSendProgress, now: number): Promise<OutboxRow[]> {
    const { store, hooks } = this.world;
    const waiting = new Map(
      (await this.waiting(tx, batch)).map((row) => [massSend(row).externalUserIds[0] ?? '', row] as const),
    );
    for (const { id, at } of read.sent) {
      const row = waiting.get(id);
      if (!row) continue;
      waiting.delete(id);
      await hooks.onSent(
        tx,
        { row, action: row.action, done: batch.externalRef === null ? {} : { ref: batch.externalRef } },
        now,
      );
      // No later than now, whatever their clock says, and no earlier than it was made.
      await store.tapped(tx, row, Math.min(now, Math.max(at ?? now, madeAt(batch))));
      await store.settle(tx, [row], 'sent', {}, now);
    }
    for (const { id, status } of read.failed) {
      const row = waiting.get(id);
      if (!row) continue;
      waiting.delete(id);
      await failRow(tx, this.world, row, statusCodes[status] ?? 'refused_by_wecom', now, 'certainly_unsent');
    }
    return [...waiting.values()];
  }

  private async waiting(sql: Sql, batch: MassBatch): Promise<OutboxRow[]> {
    return (await this.world.store.ofBatch(sql, batch.id)).filter((row) => row.state === 'waiting');
  }

  /** Rows whose member wants or needs it no more. What is only to be put off is not: the task is out. */
  private async withdrawn(batch: MassBatch, now: number): Promise<Map<number, string>> {
    const rows = await this.waiting(this.db.read, batch);
    const found = new Map<number, string>();
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const blockers = await this.world.hooks.blockers(this.db.read, rows.slice(from, from + ROWS_AT_ONCE), now);
      for (const [id, blocker] of blockers)
        if ('cancel' in blocker && withdrawals.has(blocker.cancel)) found.set(id, blocker.cancel);
    }
    return found;
  }

  /** Why the task is to be cancelled now; null while the tap is still wanted. */
  private async whyOver(
    tx: Sql,
    batch: MassBatch,
    left: readonly OutboxRow[],
    withdrawn: ReadonlyMap<number, string>,
    read: MassSendProgress,
    now: number,
  ): Promise<string | null> {
    const rules = this.world.hooks.massSends;
    const { policy } = rules;
    // Tomorrow its words are not true any more: 去年的今天, or the date.
    if (left.some(({ wordsDay }) => wordsDay !== null && wordsDay < dayOf(now, rules.timeZone))) return 'withdrawn';
    const reasons = left.flatMap((row) => withdrawn.get(row.id) ?? []);
    // Decision 0011: an opt-out is worth a new task for the others; what merely came to pass is when it is a third of it.
    if (reasons.includes('opted_out') || reasons.length * 3 >= left.length) return 'withdrawn';
    if (await rules.isGone(tx, batch.sender)) return 'sender_gone';
    const waitedMs = now - madeAt(batch);
    if (waitedMs >= policy.giveUpAfterHours * HOUR_MS) return 'not_confirmed';
    const timely = left.filter((row) => row.expiresAt === null || row.expiresAt > now);
    if (timely.length === 0) return 'not_confirmed';
    if (!read.untapped || waitedMs < policy.handOnAfterHours * HOUR_MS) return null;
    const others = new Set((await rules.otherSenders(tx, timely)).keys());
    for (const id of await rules.otherChannels(tx, timely, now)) others.add(id);
    return others.size * 2 >= left.length ? 'handed_on' : null;
  }

  private async remind(channel: Channel, batch: MassBatch, now: number): Promise<void> {
    const { hooks, logger } = this.world;
    const { policy, timeZone } = hooks.massSends;
    const dueAt = nextReminder({ ...batch, madeAt: madeAt(batch) }, policy, timeZone);
    // It may have fallen due while we were down, and now it is night.
    if (dueAt === null || dueAt > now || inStaffHours(now, policy, timeZone) > now) return;
    if (!channel.abilities.has('remind_mass_send')) return;
    const counted = await this.db.write(async (tx) =>
      (await isPaused(tx)) ? false : massBatchStore.reminding(tx, batch, now),
    );
    if (!counted) return;
    try {
      const key = `remind:${batch.id}:${batch.reminders + 1}`;
      await channel.send({ kind: 'remind_mass_send', externalRef: batch.externalRef ?? '' }, key);
    } catch (cause) {
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
      logger.warn({ batchId: batch.id, code: cause.code }, 'the sender of a mass-send could not be reminded');
      await this.db.write(async (tx) => {
        // Somebody cancelled it in WeCom (41093): what was sent till then is read, and the rest has failed.
        if (cause.code === 'mass_send_cancelled')
          await massBatchStore.turn(tx, batch, { state: 'cancelled', reason: cause.code, nextAt: now });
        else if (cause instanceof RetryLater && cause.throttlesKind) await massBatchStore.notReminded(tx, batch);
      });
    }
  }

  private async unreadable(channel: Channel, batch: MassBatch, cause: unknown, now: number): Promise<void> {
    if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
    this.world.logger.warn({ batchId: batch.id, code: cause.code }, 'the result of a mass-send could not be read');
    const { policy } = this.world.hooks.massSends;
    const isOver = now - madeAt(batch) >= policy.giveUpAfterHours * HOUR_MS;
    if (!isLastWord(cause) && !isOver) {
      // ★ 41047 on the id that add_msg_template gave: WeCom lists the task under another one (contract §7.4).
      if (cause.code === 'mass_send_unknown' && (await this.renamed(channel, batch, now))) return;
      return this.db.write((tx) => massBatchStore.lookAgain(tx, batch, this.nextLook(batch, now)));
    }
    const reason = isOver ? 'not_confirmed' : isSenderAtFault(cause) ? 'sender_gone' : cause.code;
    await this.db.write((tx) =>
      massBatchStore.turn(tx, batch, {
        // What somebody cancelled in WeCom need not be cancelled again.
        state: cause.code === 'mass_send_cancelled' ? 'cancelled' : 'cancelling',
        reason,
        nextAt: now,
      }),
    );
  }

  private async renamed(channel: Channel, batch: MassBatch, now: number): Promise<boolean> {
    const rows = await this.waiting(this.db.read, batch);
    const isTaken = async (ref: string): Promise<boolean> =>
      ref === batch.externalRef || (await massBatchStore.isTaken(this.db.read, batch, ref));
    const found = await channel.findOutcome(taskOf(batch, rows), batch.attemptedAt ?? batch.createdAt, isTaken);
    const refs = found.outcome === 'done' ? [found.done.ref, ...(found.alike ?? [])] : [];
    for (const ref of refs) {
      if (ref === undefined || (await isTaken(ref))) continue;
      await this.db.write((tx) => massBatchStore.made(tx, batch, ref, now));
      return true;
    }
    return false;
  }

  /** By the schedule of looks, and when a reminder is due: nobody is reminded who has just tapped. */
  private nextLook(batch: MassBatch, now: number, left: readonly OutboxRow[] = []): number {
    const { policy, timeZone } = this.world.hooks.massSends;
    const midnights = left.flatMap(({ wordsDay }) => (wordsDay === null ? [] : [momentOf(wordsDay + 1, 0, timeZone)]));
    const poll = Math.min(now + (POLLS_MS[batch.polls + 1] ?? POLLS_MS.at(-1)!), ...midnights);
    const reminder = nextReminder({ ...batch, madeAt: madeAt(batch) }, policy, timeZone);
    return reminder === null || reminder <= now ? poll : Math.min(poll, reminder);
  }

  private isTimeUp(batch: MassBatch, now: number): boolean {
    return now - madeAt(batch) >= this.world.hooks.massSends.policy.giveUpAfterHours * HOUR_MS;
  }

  private unreadableMs(): number {
    return this.world.hooks.massSends.policy.giveUpAfterHours * HOUR_MS + READABLE_MS;
  }
}
