import { z } from 'zod';
import { setAsideStore } from '../../set-aside/set-aside.store.js';
import type { Rendered } from '../../domain/action.js';
import type { Pause } from '../../domain/sending/pausable.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { readStored, storedOr } from '../../platform/database/stored-json.js';
import { skipLocked } from '../../platform/database/skip-locked.js';
import { hasPausedRow, readPause } from '../pause.js';

/**
 * `creating` until WeCom has the task; `waiting` until the sender taps; `cancelling` until WeCom has cancelled the task;
 * `cancelled` until the final result has been read.
 */
type MassBatchState = 'creating' | 'waiting' | 'cancelling' | 'cancelled';

/** One mass-send task at WeCom, for many outbox rows. Times are epoch ms. */
export interface MassBatch {
  readonly id: number;
  readonly sender: string;
  readonly message: Rendered;
  readonly state: MassBatchState;
  readonly externalRef: string | null;
  readonly attempts: number;
  /** Time of the first attempt: a task of this batch cannot be older. */
  readonly attemptedAt: number | null;
  readonly lastAttemptAt: number | null;
  readonly polls: number;
  readonly reminders: number;
  readonly remindedAt: number | null;
  /** Why it is being cancelled. */
  readonly reason: string | null;
  readonly createdAt: number;
}

interface Row {
  id: number;
  sender: string;
  message: string;
  state: string;
  external_ref: string | null;
  attempts: number;
  attempted_at: number | null;
  last_attempt_at: number | null;
  polls: number;
  reminders: number;
  reminded_at: number | null;
  reason: string | null;
  created_at: number;
}

const columns =
  'id, sender, message, state, external_ref, attempts, attempted_at, last_attempt_at, polls, reminders, reminded_at, reason, created_at';
const rendered = z.looseObject({
  text: z.string(),
  attachments: z.array(z.looseObject({ kind: z.string() })),
}) as unknown as z.ZodType<Rendered>;
const actionWithMessage = z.looseObject({ message: rendered });
const states = new Set<string>(['creating', 'waiting', 'cancelling', 'cancelled'] satisfies MassBatchState[]);

const massBatch = (row: Row, message: Rendered): MassBatch => ({
  id: row.id,
  sender: row.sender,
  message,
  state: row.state as MassBatchState,
  externalRef: row.external_ref,
  attempts: row.attempts,
  attemptedAt: row.attempted_at,
  lastAttemptAt: row.last_attempt_at,
  polls: row.polls,
  reminders: row.reminders,
  remindedAt: row.reminded_at,
  reason: row.reason,
  createdAt: row.created_at,
});

/** Epoch ms from which the tap is waited for. */
export const taskMadeAt = (batch: MassBatch): number => batch.lastAttemptAt ?? batch.createdAt;

/** While sending is paused no task is made, but existing tasks are still followed. */
function dueCondition(pause: Pause | null): string {
  const stopped = pause && hasPausedRow(pause);
  return `closed_at IS NULL AND next_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)${
    stopped ? ` AND NOT (state = 'creating' AND ${stopped})` : ''
  }`;
}

/** Mass-send tasks and the state of each. Every step is stored before WeCom is called. */
export class MassBatchStore {
  /** Returns the id of the new batch. */
  async open(tx: Sql, sender: string, message: Rendered, now: number): Promise<number> {
    const [batch] = await tx.insertReturning<{ id: number }>(
      'mass_batch',
      [{ sender, message: storableJson(message), state: 'creating', next_at: now, created_at: now }],
      undefined,
      'id',
    );
    return batch!.id;
  }

  /** Without a pause, those that it stops count, too. */
  async anyDue(sql: Sql, now: number, pause: Pause | null = null): Promise<boolean> {
    return (await sql.one(`SELECT id FROM mass_batch WHERE ${dueCondition(pause)} LIMIT 1`, [now])) !== undefined;
  }

  /** Whether all sending is paused, or the pause stops a receiver of it. */
  async isPaused(sql: Sql, batch: MassBatch): Promise<boolean> {
    const pause = await readPause(sql);
    if (pause.all) return true;
    const stopped = hasPausedRow(pause);
    return (
      stopped !== null &&
      (await sql.one(`SELECT id FROM mass_batch WHERE id = $1 AND ${stopped}`, [batch.id])) !== undefined
    );
  }

  async leaseDue(
    tx: Sql,
    { pause, leaseMs, limit }: { readonly pause: Pause; readonly leaseMs: number; readonly limit: number },
    now: number,
  ): Promise<MassBatch[]> {
    const rows = await tx.all<Row>(
      `SELECT ${columns} FROM mass_batch WHERE ${dueCondition(pause)} ORDER BY id LIMIT ${limit} ${skipLocked(tx)}`,
      [now],
    );
    if (rows.length > 0) {
      await tx.run(`UPDATE mass_batch SET lease_until = $1 WHERE id IN ${inNumbers(tx, 2)}`, [
        now + leaseMs,
        storableJson(rows.map((row) => row.id)),
      ]);
    }
    const batches: MassBatch[] = [];
    for (const row of rows) {
      const message = await this.readMessage(tx, row, now);
      if (message !== null) batches.push(massBatch(row, message));
    }
    return batches;
  }

  /** Restores an unreadable message from the batch's rows, which have the same one. Sets the batch aside and returns null when that fails, too. */
  private async readMessage(tx: Sql, row: Row, now: number): Promise<Rendered | null> {
    const read = readStored(row.message, rendered);
    if (read.ok && states.has(row.state)) return read.value;
    if (!read.ok && states.has(row.state)) {
      const actions = await tx.all<{ action: string }>('SELECT action FROM outbox WHERE batch_id = $1 ORDER BY id', [
        row.id,
      ]);
      for (const { action } of actions) {
        const message = storedOr(action, actionWithMessage, null)?.message;
        if (message === undefined) continue;
        await tx.run('UPDATE mass_batch SET message = $1 WHERE id = $2', [storableJson(message), row.id]);
        return message;
      }
    }
    await this.setAside(tx, row, { problem: read.ok ? 'state: unknown' : read.problem }, now);
    return null;
  }

  async setAside(
    tx: Sql,
    batch: Pick<MassBatch, 'id'>,
    { problem, reason = 'unreadable' }: { readonly problem: string; readonly reason?: string },
    now: number,
  ): Promise<void> {
    await setAsideStore.add(tx, [{ source: 'mass_send', row: batch.id, problem }], now);
    await this.close(tx, batch, reason, now);
  }

  /** Counts an attempt. False when another worker has begun one, because our lease ran out during the search for an earlier task. */
  async beginAttempt(tx: Sql, batch: MassBatch, now: number, leaseMs: number): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE mass_batch SET lease_until = $1, attempts = attempts + 1, attempted_at = COALESCE(attempted_at, $2), last_attempt_at = $2
      WHERE id = $3 AND state = 'creating' AND attempts = $4`,
      [now + leaseMs, now, batch.id, batch.attempts],
    );
    return changed > 0;
  }

  /** Ends our lease without an attempt, unless another worker has begun one. */
  async releaseLease(tx: Sql, batch: MassBatch): Promise<void> {
    await tx.run(`UPDATE mass_batch SET lease_until = NULL WHERE id = $1 AND state = 'creating' AND attempts = $2`, [
      batch.id,
      batch.attempts,
    ]);
  }

  /** Records that WeCom has the task. `ref`: its msgid. */
  async setMade(tx: Sql, batch: MassBatch, ref: string | null, nextAt: number): Promise<void> {
    await tx.run(
      `UPDATE mass_batch SET state = 'waiting', external_ref = $1, lease_until = NULL, next_at = $2, reason = NULL, polls = 0 WHERE id = $3`,
      [ref, nextAt, batch.id],
    );
  }

  /** Whether this msgid is known as that of another batch. */
  async belongsToOther(sql: Sql, batch: MassBatch, ref: string): Promise<boolean> {
    return (
      (await sql.one('SELECT id FROM mass_batch WHERE external_ref = $1 AND id <> $2', [ref, batch.id])) !== undefined
    );
  }

  async schedulePoll(tx: Sql, batch: MassBatch, nextAt: number, reason: string | null = batch.reason): Promise<void> {
    // A person may have stopped it meanwhile: that stands.
    await tx.run(
      `UPDATE mass_batch SET lease_until = NULL, polls = polls + 1, next_at = CASE WHEN state = $1 THEN $2 ELSE next_at END,
      reason = CASE WHEN state = $1 THEN $3 ELSE reason END WHERE id = $4`,
      [batch.state, nextAt, reason, batch.id],
    );
  }

  /** Counts a reminder before WeCom is called: a crash may then lose a reminder, but never repeats one. */
  async countReminder(tx: Sql, batch: MassBatch, now: number): Promise<boolean> {
    return (
      (await tx.run(
        'UPDATE mass_batch SET reminders = reminders + 1, reminded_at = $1 WHERE id = $2 AND reminders = $3',
        [now, batch.id, batch.reminders],
      )) > 0
    );
  }

  /** Undoes `countReminder` for a reminder that WeCom certainly did not receive. */
  async uncountReminder(tx: Sql, batch: MassBatch): Promise<void> {
    await tx.run('UPDATE mass_batch SET reminders = $1, reminded_at = $2 WHERE id = $3', [
      batch.reminders,
      batch.remindedAt,
      batch.id,
    ]);
  }

  async setState(
    tx: Sql,
    batch: MassBatch,
    to: { readonly state: 'cancelling' | 'cancelled'; readonly reason: string; readonly nextAt: number },
  ): Promise<void> {
    // A person may have stopped it meanwhile: that stands.
    await tx.run(
      `UPDATE mass_batch SET state = $1, reason = $2, lease_until = NULL, next_at = $3 WHERE id = $4 AND state = $5`,
      [to.state, to.reason, to.nextAt, batch.id, batch.state],
    );
  }

  /** A person stops a task that waits for its tap. False when it does not wait any more. */
  async stop(tx: Sql, id: number, reason: string, now: number): Promise<boolean> {
    const stopped = await tx.run(
      `UPDATE mass_batch SET state = 'cancelling', reason = $1, lease_until = NULL, next_at = $2
      WHERE id = $3 AND state = 'waiting' AND closed_at IS NULL`,
      [reason, now, id],
    );
    return stopped > 0;
  }

  /** Whose tap a task waits for, and since when it is being cancelled; null when there is no such open task. */
  async openTask(
    sql: Sql,
    id: number,
  ): Promise<{ readonly sender: string; readonly state: string; readonly reason: string | null } | null> {
    const row = await sql.one<{ sender: string; state: string; reason: string | null }>(
      'SELECT sender, state, reason FROM mass_batch WHERE id = $1 AND closed_at IS NULL',
      [id],
    );
    return row ?? null;
  }

  async close(tx: Sql, batch: Pick<MassBatch, 'id'>, reason: string, now: number): Promise<void> {
    await tx.run(
      `UPDATE mass_batch SET state = 'finished', lease_until = NULL, closed_at = $1, reason = $2 WHERE id = $3`,
      [now, reason, batch.id],
    );
    await this.setAsideUnsettled(tx, batch.id, now);
  }

  /** Rows of a closed batch that have not ended are unreadable ones. Nothing else would ever settle them. */
  private async setAsideUnsettled(tx: Sql, batch: number, now: number): Promise<void> {
    const unsettled = await tx.all<{ id: number }>(
      `SELECT id FROM outbox WHERE batch_id = $1 AND state IN ('sending', 'waiting')`,
      [batch],
    );
    if (unsettled.length === 0) return;
    await tx.run(
      `UPDATE outbox SET state = 'dead', reason = 'unreadable', lease_until = NULL, settled_at = $1 WHERE id IN ${inNumbers(tx, 2)}`,
      [now, storableJson(unsettled.map(({ id }) => id))],
    );
    await setAsideStore.add(
      tx,
      unsettled.map(({ id }) => ({ source: 'delivery', row: id, problem: 'its mass-send ended without it' })),
      now,
    );
  }

  /** The member of staff for whose tap the invitation of a move waits; undefined when it waits for nobody's. */
  async senderOfMove(sql: Sql, move: number): Promise<string | undefined> {
    const row = await sql.one<{ sender: string }>(
      `SELECT b.sender FROM outbox o JOIN mass_batch b ON b.id = o.batch_id
       WHERE o.move_id = $1 AND o.state = 'waiting' AND b.state = 'waiting' AND b.closed_at IS NULL LIMIT 1`,
      [move],
    );
    return row?.sender;
  }

  /** How many members have messages that wait for this tap. */
  async countWaitingFor(sql: Sql, sender: string): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(DISTINCT o.member_id) AS n FROM outbox o JOIN mass_batch b ON b.id = o.batch_id
       WHERE b.sender = $1 AND o.state = 'waiting' AND b.state = 'waiting' AND b.closed_at IS NULL`,
      [sender],
    );
    return Number(row?.n ?? 0);
  }

  /** Makes the tasks in which messages to these members wait due for a check now. */
  async markForCheck(tx: Sql, members: readonly number[], now: number): Promise<void> {
    if (members.length === 0) return;
    await tx.run(
      `UPDATE mass_batch SET next_at = $1 WHERE closed_at IS NULL AND state = 'waiting' AND next_at > $1
      AND id IN (SELECT batch_id FROM outbox WHERE state = 'waiting' AND batch_id IS NOT NULL AND member_id IN ${inNumbers(tx, 2)})`,
      [now, storableJson(members)],
    );
  }
}

export const massBatchStore = new MassBatchStore();
