import type { Channel } from '../../channels/channel.js';
import { dayOf, HOUR_MS, MINUTE_MS, momentOf } from '../../domain/day.js';
import { unansweredReasons } from '../../domain/answered-occasions.js';
import { withdrawingPostCodes } from '../../domain/group-posts/withdrawing-post-codes.js';
import { inStaffHours, nextReminder } from '../../domain/sending/mass-send-policy.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import { waitMs } from '../backoff.js';
import { massBatchStore, taskMadeAt, type MassBatch } from './mass-batch.store.js';
import { failRow, receiverOf, taskOf } from './rows.js';
import { isSenderAtFault, type MassSendDeps } from './deps.js';
import { batchRowStore } from './batch-row.store.js';
import type { OutboxRow, SentRow } from '../outbox-row.js';
import { outboxStore } from '../outbox.store.js';
import { progressSchema, type MassSendProgress } from './progress.js';
import { settleAfterCancel } from './settle-after-cancel.js';

/** Times after the task was made at which its results are read; then every two hours. */
export const POLLS_MS = [5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS, 120 * MINUTE_MS] as const;
/** A tap that crossed the cancelling shows in the results by then. */
const SETTLES_MS = 2 * MINUTE_MS;
/** A result that cannot be read so long after the task was given up will not become readable. */
const READABLE_MS = 12 * HOUR_MS;
/** Blockers are looked up in parts, so that a task of thousands does not block the database. */
const ROWS_PER_LOOKUP = 500;
/** WeCom's status of a receiver who did not get the message (contract §7.4). */
const statusCodes: Readonly<Record<number, string>> = { 2: 'not_a_contact', 3: 'wecom_cap' };

/** Whether WeCom would give the same answer again. Any other failure to read a result is tried again. */
const isFinalAnswer = (cause: RetryLater | GiveUp): boolean =>
  cause.code === 'mass_send_cancelled' || isSenderAtFault(cause);

/** Codes of blockers after which a member's message must not be sent even though the task exists. */
const withdrawingCodes: ReadonlySet<string> = new Set([
  'opted_out',
  'stop_when',
  'move_closed',
  'template_off',
  'template_gone',
  ...unansweredReasons,
  ...withdrawingPostCodes,
]);

const noneWithdrawn: ReadonlyMap<number, string> = new Map();

/** A task as one poll found it. */
interface PolledTask {
  readonly batch: MassBatch;
  readonly progress: MassSendProgress;
  /** The rows that WeCom has not reported as sent or failed. */
  readonly left: readonly OutboxRow[];
  /** By row id, why a member must not get the message any more. */
  readonly withdrawn: ReadonlyMap<number, string>;
}

/** Follows a task that exists at WeCom until every row of it has ended. */
export class MassSendFollower {
  constructor(
    private readonly db: Database,
    private readonly deps: MassSendDeps,
  ) {}

  /** Reads how far the task has come, settles what has ended, and reminds the sender or begins to cancel. */
  async follow(channel: Channel, batch: MassBatch): Promise<void> {
    const now = this.deps.clock.now();
    let progress: MassSendProgress;
    try {
      progress = await this.readProgress(channel, batch);
    } catch (cause) {
      return this.settleUnreadable(channel, batch, cause, now);
    }
    // A task that has ended at WeCom cannot be cancelled any more, so nobody asks who is withdrawn from it.
    const withdrawn = progress.finished ? noneWithdrawn : await this.findWithdrawn(batch, progress, now);
    const isStillWanted = await this.db.write(async (tx) => {
      const left = await this.applyProgress(tx, batch, progress, now);
      return this.continueTask(tx, channel, { batch, progress, left, withdrawn }, now);
    });
    if (isStillWanted) await this.remind(channel, batch, now);
  }

  /** Decides what comes next for the task. True when it goes on to wait for its tap. */
  private async continueTask(tx: Sql, channel: Channel, task: PolledTask, now: number): Promise<boolean> {
    const { batch, progress, left, withdrawn } = task;
    if (left.length === 0) {
      await massBatchStore.close(tx, batch, '', now);
      return false;
    }
    if (progress.finished) {
      await this.awaitListing(tx, batch, left, now);
      return false;
    }
    const reason = channel.abilities.has('cancel_mass_send') ? await this.cancelReason(tx, task, now) : null;
    if (reason !== null) {
      await massBatchStore.setState(tx, batch, { state: 'cancelling', reason, nextAt: now });
      return false;
    }
    // A whole task can be cancelled, one customer in it cannot (contract §7.4). The row says why it should not have gone.
    for (const row of left) {
      const code = withdrawn.get(row.id);
      if (code !== undefined) await outboxStore.setReason(tx, row, `${code}_in_task`);
    }
    await massBatchStore.schedulePoll(tx, batch, this.nextPollAt(batch, now, left));
    return true;
  }

  /** The sender has tapped, but WeCom lists a receiver some time later. Rows that are never listed fail in the end. */
  private async awaitListing(tx: Sql, batch: MassBatch, left: readonly OutboxRow[], now: number): Promise<void> {
    if (!this.isTimeUp(batch, now)) return massBatchStore.schedulePoll(tx, batch, this.nextPollAt(batch, now));
    for (const row of left) await failRow(tx, this.deps.hooks, { row, code: 'not_listed' }, now);
    await massBatchStore.close(tx, batch, 'not_listed', now);
  }

  /** Cancels the rest of the task. Repeating the call is harmless: WeCom then answers 41093. */
  async cancel(channel: Channel, batch: MassBatch): Promise<void> {
    const { clock, logger } = this.deps;
    const now = clock.now();
    let reason = batch.reason ?? 'not_confirmed';
    try {
      await channel.send({ kind: 'cancel_mass_send', externalRef: batch.externalRef ?? '' }, `cancel:${batch.id}`);
    } catch (cause) {
      if (cause instanceof RetryLater && now - taskMadeAt(batch) < this.readableForMs())
        return this.db.write((tx) => massBatchStore.schedulePoll(tx, batch, now + waitMs(cause, batch.polls + 1)));
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
      if (cause.code !== 'mass_send_cancelled') {
        // A late tap can still send it, so nobody else may.
        logger.warn(
          { batchId: batch.id, code: cause.code },
          'a mass-send could not be cancelled; nobody else sends its messages',
        );
        reason = 'cannot_cancel';
      }
    }
    await this.db.write((tx) =>
      massBatchStore.setState(tx, batch, { state: 'cancelled', reason, nextAt: now + SETTLES_MS }),
    );
  }

  /** Ends a cancelled task: rows sent before the cancelling count as sent; the others are sent again elsewhere or end. */
  async conclude(channel: Channel, batch: MassBatch): Promise<void> {
    const { clock, hooks } = this.deps;
    const now = clock.now();
    let progress: MassSendProgress | null = null;
    let problem = 'outcome_unknown';
    try {
      progress = await this.readProgress(channel, batch);
    } catch (cause) {
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
      if (!isFinalAnswer(cause) && now - taskMadeAt(batch) < this.readableForMs()) {
        const nextAt = cause instanceof RetryLater ? now + waitMs(cause, batch.polls + 1) : this.nextPollAt(batch, now);
        return this.db.write((tx) => massBatchStore.schedulePoll(tx, batch, nextAt));
      }
      if (cause instanceof GiveUp) problem = cause.code;
    }
    await this.db.write(async (tx) => {
      if (progress === null) {
        for (const row of await this.waitingRows(tx, batch)) await failRow(tx, hooks, { row, code: problem }, now);
        return massBatchStore.close(tx, batch, problem, now);
      }
      const left = await this.applyProgress(tx, batch, progress, now);
      const isLastPoll = now - taskMadeAt(batch) >= this.readableForMs();
      if (await settleAfterCancel(tx, hooks, { batch, left, progress, isLastPoll }, now)) return;
      await massBatchStore.schedulePoll(tx, batch, this.nextPollAt(batch, now));
    });
  }

  private async readProgress(channel: Channel, batch: MassBatch): Promise<MassSendProgress> {
    const done = await channel.send(
      { kind: 'read_mass_send', externalRef: batch.externalRef ?? '', sender: batch.sender },
      `poll:${batch.id}`,
    );
    return progressSchema.parse(done.result);
  }

  /** Settles the rows whose end WeCom reports; returns the rows that still wait. */
  private async applyProgress(
    tx: Sql,
    batch: MassBatch,
    progress: MassSendProgress,
    now: number,
  ): Promise<OutboxRow[]> {
    const { hooks } = this.deps;
    const waiting = new Map((await this.waitingRows(tx, batch)).map((row) => [receiverOf(row), row] as const));
    const done = batch.externalRef === null ? {} : { ref: batch.externalRef };
    const sent: SentRow[] = [];
    for (const { id, at } of progress.sent) {
      const row = waiting.get(id);
      if (!row) continue;
      waiting.delete(id);
      await hooks.onSent(tx, { row, action: row.action, done }, now);
      // WeCom's clock may differ from ours: the tap is not in the future and not before the task was made.
      sent.push({ row, at: now, capAt: Math.min(now, Math.max(at ?? now, taskMadeAt(batch))) });
    }
    await outboxStore.settleSent(tx, sent);
    for (const { id, status } of progress.failed) {
      const row = waiting.get(id);
      if (!row) continue;
      waiting.delete(id);
      const code = statusCodes[status] ?? 'refused_by_wecom';
      await failRow(tx, hooks, { row, code, certainlyUnsent: true }, now);
    }
    return [...waiting.values()];
  }

  private async waitingRows(sql: Sql, batch: MassBatch): Promise<OutboxRow[]> {
    return (await batchRowStore.rowsOf(sql, batch.id)).filter((row) => row.state === 'waiting');
  }

  /** By row id, why a member must not get the message any more. A blocker that only postpones does not count: the task exists. */
  private async findWithdrawn(
    batch: MassBatch,
    progress: MassSendProgress,
    now: number,
  ): Promise<ReadonlyMap<number, string>> {
    const reported = new Set([...progress.sent, ...progress.failed].map(({ id }) => id));
    const waiting = await this.waitingRows(this.db.read, batch);
    const rows = waiting.filter((row) => !reported.has(receiverOf(row)));
    const found = new Map<number, string>();
    for (let from = 0; from < rows.length; from += ROWS_PER_LOOKUP) {
      const blockers = await this.deps.hooks.blockers(this.db.read, rows.slice(from, from + ROWS_PER_LOOKUP), now);
      for (const [id, blocker] of blockers)
        if ('cancel' in blocker && withdrawingCodes.has(blocker.cancel)) found.set(id, blocker.cancel);
    }
    return found;
  }

  /** Why the task is to be cancelled now; null while its tap is still wanted. */
  private async cancelReason(
    tx: Sql,
    { batch, progress, left, withdrawn }: PolledTask,
    now: number,
  ): Promise<string | null> {
    const rules = this.deps.hooks.massSends;
    const { policy } = rules;
    // The text is about another day ("a year ago today", or it names the date), so it is not true any more.
    if (left.some(({ wordsDay }) => wordsDay !== null && wordsDay < dayOf(now, rules.timeZone))) return 'withdrawn';
    const codes = left.flatMap((row) => withdrawn.get(row.id) ?? []);
    // Decision 0011: one opt-out is worth a new task for the others. Any other withdrawal is from a third of the rows on.
    if (codes.includes('opted_out') || codes.length * 3 >= left.length) return 'withdrawn';
    if (await rules.isGone(tx, batch.sender)) return 'sender_gone';
    const waitedMs = now - taskMadeAt(batch);
    if (waitedMs >= policy.giveUpAfterHours * HOUR_MS) return 'not_confirmed';
    const unexpired = left.filter((row) => row.expiresAt === null || row.expiresAt > now);
    if (unexpired.length === 0) return 'not_confirmed';
    if (!progress.untapped || waitedMs < policy.handOnAfterHours * HOUR_MS) return null;
    const deliverable = new Set((await rules.otherSenders(tx, unexpired)).keys());
    for (const id of await rules.otherChannels(tx, unexpired, now)) deliverable.add(id);
    return deliverable.size * 2 >= left.length ? 'handed_on' : null;
  }

  private async remind(channel: Channel, batch: MassBatch, now: number): Promise<void> {
    const { hooks, logger } = this.deps;
    const { policy, timeZone } = hooks.massSends;
    const dueAt = nextReminder({ ...batch, madeAt: taskMadeAt(batch) }, policy, timeZone);
    // A reminder that became due while the process was down waits for working hours.
    if (dueAt === null || dueAt > now || inStaffHours(now, policy, timeZone) > now) return;
    if (!channel.abilities.has('remind_mass_send')) return;
    const counted = await this.db.write(async (tx) =>
      (await massBatchStore.isPaused(tx, batch)) ? false : massBatchStore.countReminder(tx, batch, now),
    );
    if (!counted) return;
    try {
      const key = `remind:${batch.id}:${batch.reminders + 1}`;
      await channel.send({ kind: 'remind_mass_send', externalRef: batch.externalRef ?? '' }, key);
    } catch (cause) {
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
      logger.warn({ batchId: batch.id, code: cause.code }, 'the sender of a mass-send could not be reminded');
      await this.db.write(async (tx) => {
        // Somebody cancelled it in WeCom (41093): what was sent before that is read, and the rest fails.
        if (cause.code === 'mass_send_cancelled')
          await massBatchStore.setState(tx, batch, { state: 'cancelled', reason: cause.code, nextAt: now });
        else if (cause instanceof RetryLater && cause.throttlesKind) await massBatchStore.uncountReminder(tx, batch);
      });
    }
  }

  /** The progress could not be read: it is read again later, or the task is cancelled. */
  private async settleUnreadable(channel: Channel, batch: MassBatch, cause: unknown, now: number): Promise<void> {
    if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
    this.deps.logger.warn({ batchId: batch.id, code: cause.code }, 'the result of a mass-send could not be read');
    const isTimeUp = this.isTimeUp(batch, now);
    if (!isFinalAnswer(cause) && !isTimeUp) {
      // ★ 41047 for the id that add_msg_template returned: WeCom lists the task under another id (contract §7.4).
      if (cause.code === 'mass_send_unknown' && (await this.adoptListedRef(channel, batch, now))) return;
      return this.db.write((tx) => massBatchStore.schedulePoll(tx, batch, this.nextPollAt(batch, now)));
    }
    const reason = isTimeUp ? 'not_confirmed' : isSenderAtFault(cause) ? 'sender_gone' : cause.code;
    await this.db.write((tx) =>
      massBatchStore.setState(tx, batch, {
        // A task that somebody cancelled in WeCom need not be cancelled again.
        state: cause.code === 'mass_send_cancelled' ? 'cancelled' : 'cancelling',
        reason,
        nextAt: now,
      }),
    );
  }

  /** Looks for the task among those WeCom lists, and stores its listed id. False when it is not found. */
  private async adoptListedRef(channel: Channel, batch: MassBatch, now: number): Promise<boolean> {
    const rows = await this.waitingRows(this.db.read, batch);
    const isExcluded = async (ref: string): Promise<boolean> =>
      ref === batch.externalRef || (await massBatchStore.belongsToOther(this.db.read, batch, ref));
    const found = await channel.findOutcome(taskOf(batch, rows), batch.attemptedAt ?? batch.createdAt, isExcluded);
    const refs = found.outcome === 'done' ? [found.done.ref, ...(found.alike ?? [])] : [];
    for (const ref of refs) {
      if (ref === undefined || (await isExcluded(ref))) continue;
      await this.db.write((tx) => massBatchStore.setMade(tx, batch, ref, now));
      return true;
    }
    return false;
  }

  /**
   * The next of the scheduled polls, or earlier: when a reminder is due, so that nobody is reminded who has just tapped, and at
   * the midnight after which the text of a row is not true any more.
   */
  private nextPollAt(batch: MassBatch, now: number, left: readonly OutboxRow[] = []): number {
    const { policy, timeZone } = this.deps.hooks.massSends;
    const midnights = left.flatMap(({ wordsDay }) => (wordsDay === null ? [] : [momentOf(wordsDay + 1, 0, timeZone)]));
    const poll = Math.min(now + (POLLS_MS[batch.polls + 1] ?? POLLS_MS.at(-1)!), ...midnights);
    const reminder = nextReminder({ ...batch, madeAt: taskMadeAt(batch) }, policy, timeZone);
    return reminder === null || reminder <= now ? poll : Math.min(poll, reminder);
  }

  private isTimeUp(batch: MassBatch, now: number): boolean {
    return now - taskMadeAt(batch) >= this.deps.hooks.massSends.policy.giveUpAfterHours * HOUR_MS;
  }

  private readableForMs(): number {
    return this.deps.hooks.massSends.policy.giveUpAfterHours * HOUR_MS + READABLE_MS;
  }
}
