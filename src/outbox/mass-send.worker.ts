import { z } from 'zod';
import type { Channel, Done } from '../channels/channel.js';
import type { ActionOf, Rendered } from '../domain/action.js';
import type { Clock } from '../platform/clock.js';
import type { Database } from '../platform/database/database.js';
import { amongNumbers } from '../platform/database/among.js';
import type { Sql } from '../platform/database/sql.js';
import { GiveUp, RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import type { Consequences } from './consequences.js';
import { letGo, waitMs } from './delivery.worker.js';
import { skipLocked, type OutboxRow, type OutboxStore } from './outbox.store.js';
import { isPaused } from './pause.js';

/** WeCom takes this many customers in one mass-send (contract §7.3). */
const MOST_RECEIVERS = 10_000;
const ROWS_PER_TURN = 2_000;
const BATCHES_PER_TURN = 8;
const LEASE_MS = 120_000;
const MINUTE_MS = 60_000;
/** A call whose answer we lost may still be on its way, for a little longer than our own time-out. */
const TELLABLE_AFTER_MS = 15_000;
/** When results are asked for after the task was made; then every two hours. */
const POLLS_MS = [5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS, 120 * MINUTE_MS];
/** Staff who have not tapped in this time will not: the moment of the message has passed. */
const GIVE_UP_MS = 4 * 24 * 60 * MINUTE_MS;

interface Batch {
  readonly id: number;
  readonly sender: string;
  readonly message: Rendered;
  readonly state: 'creating' | 'waiting';
  readonly externalRef: string | null;
  readonly attempts: number;
  /** The first attempt: no task of it is older. */
  readonly attemptedAt: number | null;
  readonly lastAttemptAt: number | null;
  readonly polls: number;
  readonly createdAt: number;
}

/** `status` is WeCom's: 2 no longer a contact, 3 had enough mass messages already (contract §7.4). */
const result = z.object({
  sent: z.array(z.object({ id: z.string() })),
  failed: z.array(z.object({ id: z.string(), status: z.number() })),
  finished: z.boolean(),
});

/**
 * WeCom's mass-sends: rows with the same words by the same sender become one task that a member of staff confirms with
 * one tap. The task has no key of ours, so it is written down before it is made, and looked for before it is made again.
 */
export class MassSendWorker {
  constructor(
    private readonly db: Database,
    private readonly store: OutboxStore,
    private readonly channels: readonly Channel[],
    private readonly consequences: Consequences,
    private readonly world: { readonly clock: Clock; readonly logger: Logger; readonly worker: string },
  ) {}

  async work(): Promise<number> {
    const channel = this.channels.find((candidate) => candidate.abilities.has('mass_send'));
    if (!channel) return 0;
    const gathered = await this.gather();
    const due = await this.takeDue();
    await Promise.all(
      due.map((batch) => (batch.state === 'creating' ? this.create(channel, batch) : this.poll(channel, batch))),
    );
    return gathered + due.length;
  }

  /** Due rows into batches of the same sender and the same words. */
  private async gather(): Promise<number> {
    const now = this.world.clock.now();
    const any = await this.db.read.one<{ id: number }>(
      `SELECT id FROM outbox WHERE state = 'planned' AND not_before <= $1 AND kind = 'mass_send' LIMIT 1`,
      [now],
    );
    if (!any) return 0;
    return this.db.write(async (tx) => {
      const due = await this.store.due(tx, now, 'mass_send', await isPaused(tx), ROWS_PER_TURN);
      const going = await letGo(tx, this.store, this.consequences, due, now);
      for (const rows of byTask(going)) {
        const { sender, message } = massSend(rows[0]!);
        const [batch] = await tx.insertReturning<{ id: number }>(
          'mass_batch',
          [{ sender, message: JSON.stringify(message), state: 'creating', next_at: now, created_at: now }],
          undefined,
          'id',
        );
        await this.store.lease(
          tx,
          rows.map((row) => row.id),
          this.world.worker,
          now,
          LEASE_MS,
        );
        await tx.run(`UPDATE outbox SET batch_id = $1 WHERE id IN ${amongNumbers(tx, 2)}`, [
          batch!.id,
          JSON.stringify(rows.map((row) => row.id)),
        ]);
      }
      return due.length;
    });
  }

  private async takeDue(): Promise<Batch[]> {
    const now = this.world.clock.now();
    // What is not made yet stands still with everything else that is of our own accord; what is made is asked after.
    const held = (await isPaused(this.db.read))
      ? `AND NOT (state = 'creating' AND EXISTS (SELECT 1 FROM outbox WHERE batch_id = mass_batch.id AND proactive = 1))`
      : '';
    const where = `closed_at IS NULL AND next_at <= $1 AND (lease_until IS NULL OR lease_until <= $1) ${held}`;
    if (!(await this.db.read.one(`SELECT id FROM mass_batch WHERE ${where} LIMIT 1`, [now]))) return [];
    return this.db.write(async (tx) => {
      const rows = await tx.all<{
        id: number;
        sender: string;
        message: string;
        state: string;
        external_ref: string | null;
        attempts: number;
        attempted_at: number | null;
        last_attempt_at: number | null;
        polls: number;
        created_at: number;
      }>(
        `SELECT id, sender, message, state, external_ref, attempts, attempted_at, last_attempt_at, polls, created_at FROM mass_batch WHERE ${where} ORDER BY id LIMIT ${BATCHES_PER_TURN} ${skipLocked(tx)}`,
        [now],
      );
      if (rows.length > 0) {
        await tx.run(`UPDATE mass_batch SET lease_until = $1 WHERE id IN ${amongNumbers(tx, 2)}`, [
          now + LEASE_MS,
          JSON.stringify(rows.map((row) => row.id)),
        ]);
      }
      return rows.map((row): Batch => ({
        id: row.id,
        sender: row.sender,
        message: JSON.parse(row.message) as Rendered,
        state: row.state as Batch['state'],
        externalRef: row.external_ref,
        attempts: row.attempts,
        attemptedAt: row.attempted_at,
        lastAttemptAt: row.last_attempt_at,
        polls: row.polls,
        createdAt: row.created_at,
      }));
    });
  }

  private async create(channel: Channel, batch: Batch): Promise<void> {
    let rows = await this.store.ofBatch(this.db.read, batch.id);
    let done: Done | null;
    try {
      done = await this.madeEarlier(channel, batch, rows);
      if (done === null) {
        rows = await this.begin(batch, rows);
        if (rows.length === 0) return;
        done = await channel.send(taskOf(batch, rows), `mass:${batch.id}`);
      }
    } catch (cause) {
      return this.createFailed(batch, rows, cause);
    }
    try {
      await this.created(batch, rows, done);
    } catch (cause) {
      // The task is made. When the lease has run out it is looked for, and found.
      this.world.logger.error({ err: cause, batchId: batch.id }, 'a mass-send was made and could not be written down');
    }
  }

  /** Any earlier attempt may have got through without our hearing of it. */
  private async madeEarlier(channel: Channel, batch: Batch, rows: readonly OutboxRow[]): Promise<Done | null> {
    if (batch.attempts === 0) return null;
    const sinceLast = this.world.clock.now() - (batch.lastAttemptAt ?? batch.createdAt);
    if (sinceLast < TELLABLE_AFTER_MS) throw new RetryLater('too_early_to_tell', TELLABLE_AFTER_MS - sinceLast);
    const earlier = await channel.reconcile(taskOf(batch, rows), batch.attemptedAt ?? batch.createdAt);
    if (earlier.outcome === 'unknown') throw new RetryLater('cannot_reconcile');
    return earlier.outcome === 'done' && !(await this.isTaken(earlier.done.ref)) ? earlier.done : null;
  }

  /**
   * The attempt on record before anything is said outside, with the rows it is for. Those against which something stands by
   * now are let out of the batch; with none left it is closed.
   */
  private async begin(batch: Batch, rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
    const now = this.world.clock.now();
    return this.db.write(async (tx) => {
      const isFresh = batch.attempts === 0 && now - batch.createdAt < MINUTE_MS;
      const going = isFresh ? [...rows] : await letGo(tx, this.store, this.consequences, rows, now);
      const goingIds = new Set(going.map((row) => row.id));
      await tx.run(`UPDATE outbox SET batch_id = NULL WHERE id IN ${amongNumbers(tx, 1)}`, [
        JSON.stringify(rows.flatMap(({ id }) => (goingIds.has(id) ? [] : [id]))),
      ]);
      if (going.length === 0) await this.close(tx, batch, 'nobody_to_send_to', now);
      else
        await tx.run(
          `UPDATE mass_batch SET lease_until = $1, attempts = attempts + 1, attempted_at = COALESCE(attempted_at, $2), last_attempt_at = $2 WHERE id = $3`,
          [now + LEASE_MS, now, batch.id],
        );
      return going;
    });
  }

  /** The task that was found is another batch's of the same words. */
  private async isTaken(ref: string | undefined): Promise<boolean> {
    return (
      ref !== undefined &&
      (await this.db.read.one('SELECT id FROM mass_batch WHERE external_ref = $1', [ref])) !== undefined
    );
  }

  private async created(batch: Batch, rows: readonly OutboxRow[], done: Done): Promise<void> {
    const now = this.world.clock.now();
    const refused = new Set(z.array(z.string()).catch([]).parse(done.result?.['failed']));
    await this.db.write(async (tx) => {
      await tx.run(
        `UPDATE mass_batch SET state = 'waiting', external_ref = $1, lease_until = NULL, next_at = $2 WHERE id = $3`,
        [done.ref ?? null, now + POLLS_MS[0]!, batch.id],
      );
      const isRefused = (row: OutboxRow): boolean => massSend(row).externalUserIds.some((id) => refused.has(id));
      await this.store.settle(
        tx,
        rows.filter((row) => !isRefused(row)),
        'waiting',
        { ref: done.ref, reason: 'waits_for_staff' },
        now,
      );
      for (const row of rows.filter(isRefused)) await this.fail(tx, row, 'refused_by_wecom', now);
    });
  }

  private async createFailed(batch: Batch, rows: readonly OutboxRow[], cause: unknown): Promise<void> {
    const now = this.world.clock.now();
    if (cause instanceof RetryLater) {
      await this.db.write((tx) =>
        tx.run('UPDATE mass_batch SET lease_until = NULL, next_at = $1, reason = $2 WHERE id = $3', [
          now + waitMs(cause, batch.attempts + 1),
          cause.code,
          batch.id,
        ]),
      );
      return;
    }
    const code = cause instanceof GiveUp ? cause.code : 'bug';
    if (code === 'bug')
      this.world.logger.error({ err: cause, batchId: batch.id }, 'a mass-send failed in a way nobody foresaw');
    await this.db.write(async (tx) => {
      for (const row of rows) await this.fail(tx, row, code, now);
      await this.close(tx, batch, code, now);
    });
  }

  private async poll(channel: Channel, batch: Batch): Promise<void> {
    const now = this.world.clock.now();
    try {
      const done = await channel.send(
        { kind: 'read_mass_send', externalRef: batch.externalRef ?? '', sender: batch.sender },
        `poll:${batch.id}`,
      );
      const read = result.parse(done.result);
      await this.db.write(async (tx) => {
        const waiting = (await this.store.ofBatch(tx, batch.id)).filter((row) => row.state === 'waiting');
        const rowOf = (id: string) => waiting.filter((row) => massSend(row).externalUserIds.includes(id));
        for (const { id } of read.sent) {
          for (const row of rowOf(id)) {
            await this.consequences.done(tx, row, row.action, { ref: batch.externalRef ?? undefined } as Done, now);
            await this.store.settle(tx, [row], 'sent', {}, now);
          }
        }
        for (const { id, status } of read.failed)
          for (const row of rowOf(id)) await this.fail(tx, row, status === 3 ? 'wecom_cap' : 'not_a_contact', now);
        const left = (await this.store.ofBatch(tx, batch.id)).filter((row) => row.state === 'waiting');
        if (left.length === 0 || read.finished || now - batch.createdAt > GIVE_UP_MS) {
          for (const row of left) await this.fail(tx, row, 'not_confirmed', now);
          return this.close(tx, batch, left.length === 0 ? '' : 'not_confirmed', now);
        }
        await this.pollAgain(tx, batch, now);
      });
    } catch (cause) {
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
      this.world.logger.warn({ batchId: batch.id, code: cause.code }, 'the result of a mass-send could not be read');
      if (cause instanceof RetryLater && now - batch.createdAt <= GIVE_UP_MS)
        return this.db.write((tx) => this.pollAgain(tx, batch, now));
      // Whether staff tapped was never heard.
      const code = cause instanceof GiveUp ? cause.code : 'outcome_unknown';
      await this.db.write(async (tx) => {
        const left = (await this.store.ofBatch(tx, batch.id)).filter((row) => row.state === 'waiting');
        for (const row of left) await this.fail(tx, row, code, now);
        await this.close(tx, batch, code, now);
      });
    }
  }

  private async pollAgain(tx: Sql, batch: Batch, now: number): Promise<void> {
    await tx.run('UPDATE mass_batch SET lease_until = NULL, polls = polls + 1, next_at = $1 WHERE id = $2', [
      now + (POLLS_MS[batch.polls + 1] ?? POLLS_MS.at(-1)!),
      batch.id,
    ]);
  }

  private async fail(tx: Sql, row: OutboxRow, code: string, now: number): Promise<void> {
    await this.consequences.gaveUp(tx, row, row.action, code, now);
    await this.store.settle(tx, [row], 'failed', { reason: code }, now);
  }

  private async close(tx: Sql, batch: Batch, reason: string, now: number): Promise<void> {
    await tx.run(
      `UPDATE mass_batch SET state = 'finished', lease_until = NULL, closed_at = $1, reason = $2 WHERE id = $3`,
      [now, reason, batch.id],
    );
  }
}

function massSend(row: OutboxRow): ActionOf<'mass_send'> {
  if (row.action.kind !== 'mass_send') throw new Error(`outbox row ${row.id} is no mass-send`);
  return row.action;
}

const taskOf = (batch: Batch, rows: readonly OutboxRow[]): ActionOf<'mass_send'> => ({
  kind: 'mass_send',
  sender: batch.sender,
  message: batch.message,
  externalUserIds: rows.flatMap((row) => massSend(row).externalUserIds),
});

function byTask(rows: readonly OutboxRow[]): OutboxRow[][] {
  const tasks = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    const { sender, message } = massSend(row);
    const key = JSON.stringify([sender, message]);
    tasks.set(key, [...(tasks.get(key) ?? []), row]);
  }
  return [...tasks.values()].flatMap((task) =>
    Array.from({ length: Math.ceil(task.length / MOST_RECEIVERS) }, (_, part) =>
      task.slice(part * MOST_RECEIVERS, (part + 1) * MOST_RECEIVERS),
    ),
  );
}
