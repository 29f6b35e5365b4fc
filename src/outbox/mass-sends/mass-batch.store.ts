import { z } from 'zod';
import { setAsideStore } from '../../set-aside/set-aside.store.js';
import type { Rendered } from '../../domain/action.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { readStored, storedOr } from '../../platform/database/stored-json.js';
import { skipLocked } from '../outbox.store.js';

/**
 * `creating` until WeCom has the task, `waiting` for the tap, `cancelling` until WeCom has stopped it, `cancelled` until
 * what was sent before that has been read.
 */
type MassBatchState = 'creating' | 'waiting' | 'cancelling' | 'cancelled';

/** One mass-send task at WeCom, of many rows of the outbox. */
export interface MassBatch {
  readonly id: number;
  readonly sender: string;
  readonly message: Rendered;
  readonly state: MassBatchState;
  readonly externalRef: string | null;
  readonly attempts: number;
  /** The first attempt: no task of it is older. */
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
const ofRow = z.looseObject({ message: rendered });
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

/** From when the tap is waited for. */
export const madeAt = (batch: MassBatch): number => batch.lastAttemptAt ?? batch.createdAt;

const due = (isHeld: boolean): string =>
  `closed_at IS NULL AND next_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)${
    // While paused no task is created; those that were created are still followed.
    isHeld
      ? ` AND NOT (state = 'creating' AND EXISTS (SELECT 1 FROM outbox WHERE batch_id = mass_batch.id AND proactive = 1))`
      : ''
  }`;

/** Mass-send tasks and how far each has come. Every step is written down before the outside hears of it. */
export class MassBatchStore {
  async open(tx: Sql, sender: string, message: Rendered, now: number): Promise<number> {
    const [batch] = await tx.insertReturning<{ id: number }>(
      'mass_batch',
      [{ sender, message: storableJson(message), state: 'creating', next_at: now, created_at: now }],
      undefined,
      'id',
    );
    return batch!.id;
  }

  async anyDue(sql: Sql, now: number, isPaused: boolean): Promise<boolean> {
    return (await sql.one(`SELECT id FROM mass_batch WHERE ${due(isPaused)} LIMIT 1`, [now])) !== undefined;
  }

  async leaseDue(tx: Sql, now: number, isPaused: boolean, leaseMs: number, limit: number): Promise<MassBatch[]> {
    const rows = await tx.all<Row>(
      `SELECT ${columns} FROM mass_batch WHERE ${due(isPaused)} ORDER BY id LIMIT ${limit} ${skipLocked(tx)}`,
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
      const message = await this.messageOf(tx, row, now);
      if (message !== null) batches.push(massBatch(row, message));
    }
    return batches;
  }

  /** Its rows hold the same words. Where they cannot be read either, the batch is set aside: null. */
  private async messageOf(tx: Sql, row: Row, now: number): Promise<Rendered | null> {
    const read = readStored(row.message, rendered);
    if (read.ok && states.has(row.state)) return read.value;
    if (!read.ok && states.has(row.state)) {
      const actions = await tx.all<{ action: string }>('SELECT action FROM outbox WHERE batch_id = $1 ORDER BY id', [
        row.id,
      ]);
      for (const { action } of actions) {
        const message = storedOr(action, ofRow, null)?.message;
        if (message === undefined) continue;
        await tx.run('UPDATE mass_batch SET message = $1 WHERE id = $2', [storableJson(message), row.id]);
        return message;
      }
    }
    await this.setAside(tx, row, read.ok ? 'state: unknown' : read.problem, now);
    return null;
  }

  async setAside(
    tx: Sql,
    batch: Pick<MassBatch, 'id'>,
    problem: string,
    now: number,
    reason = 'unreadable',
  ): Promise<void> {
    await setAsideStore.add(tx, [{ source: 'mass_send', row: batch.id, problem }], now);
    await this.close(tx, batch, reason, now);
  }

  /** False when another worker has begun meanwhile, as when our lease ran out while we looked for an earlier attempt. */
  async attempt(tx: Sql, batch: MassBatch, now: number, leaseMs: number): Promise<boolean> {
    const begun = await tx.run(
      `UPDATE mass_batch SET lease_until = $1, attempts = attempts + 1, attempted_at = COALESCE(attempted_at, $2), last_attempt_at = $2
      WHERE id = $3 AND state = 'creating' AND attempts = $4`,
      [now + leaseMs, now, batch.id, batch.attempts],
    );
    return begun > 0;
  }

  /** As it was before it was taken up, unless another worker has begun meanwhile. */
  async requeue(tx: Sql, batch: MassBatch): Promise<void> {
    await tx.run(`UPDATE mass_batch SET lease_until = NULL WHERE id = $1 AND state = 'creating' AND attempts = $2`, [
      batch.id,
      batch.attempts,
    ]);
  }

  /** WeCom has the task, under this name. */
  async made(tx: Sql, batch: MassBatch, ref: string | null, nextAt: number): Promise<void> {
    await tx.run(
      `UPDATE mass_batch SET state = 'waiting', external_ref = $1, lease_until = NULL, next_at = $2, reason = NULL, polls = 0 WHERE id = $3`,
      [ref, nextAt, batch.id],
    );
  }

  async isTaken(sql: Sql, batch: MassBatch, ref: string): Promise<boolean> {
    return (
      (await sql.one('SELECT id FROM mass_batch WHERE external_ref = $1 AND id <> $2', [ref, batch.id])) !== undefined
    );
  }

  async lookAgain(tx: Sql, batch: MassBatch, nextAt: number, reason: string | null = batch.reason): Promise<void> {
    await tx.run(
      'UPDATE mass_batch SET lease_until = NULL, polls = polls + 1, next_at = $1, reason = $2 WHERE id = $3',
      [nextAt, reason, batch.id],
    );
  }

  /** Counted before WeCom is asked, so that a crash reminds once too few and never once too often. */
  async reminding(tx: Sql, batch: MassBatch, now: number): Promise<boolean> {
    return (
      (await tx.run(
        'UPDATE mass_batch SET reminders = reminders + 1, reminded_at = $1 WHERE id = $2 AND reminders = $3',
        [now, batch.id, batch.reminders],
      )) > 0
    );
  }

  /** WeCom certainly did not hear of the reminder. */
  async notReminded(tx: Sql, batch: MassBatch): Promise<void> {
    await tx.run('UPDATE mass_batch SET reminders = $1, reminded_at = $2 WHERE id = $3', [
      batch.reminders,
      batch.remindedAt,
      batch.id,
    ]);
  }

  async turn(
    tx: Sql,
    batch: MassBatch,
    to: { readonly state: 'cancelling' | 'cancelled'; readonly reason: string; readonly nextAt: number },
  ): Promise<void> {
    await tx.run('UPDATE mass_batch SET state = $1, reason = $2, lease_until = NULL, next_at = $3 WHERE id = $4', [
      to.state,
      to.reason,
      to.nextAt,
      batch.id,
    ]);
  }

  async close(tx: Sql, batch: Pick<MassBatch, 'id'>, reason: string, now: number): Promise<void> {
    await tx.run(
      `UPDATE mass_batch SET state = 'finished', lease_until = NULL, closed_at = $1, reason = $2 WHERE id = $3`,
      [now, reason, batch.id],
    );
    await this.setAsideRest(tx, batch.id, now);
  }

  /** Rows of a closed batch that still wait are those nobody could read: nothing else would ever settle them. */
  private async setAsideRest(tx: Sql, batch: number, now: number): Promise<void> {
    const rest = await tx.all<{ id: number }>(
      `SELECT id FROM outbox WHERE batch_id = $1 AND state IN ('sending', 'waiting')`,
      [batch],
    );
    if (rest.length === 0) return;
    await tx.run(
      `UPDATE outbox SET state = 'dead', reason = 'unreadable', lease_until = NULL, settled_at = $1 WHERE id IN ${inNumbers(tx, 2)}`,
      [now, storableJson(rest.map(({ id }) => id))],
    );
    await setAsideStore.add(
      tx,
      rest.map(({ id }) => ({ source: 'delivery', row: id, problem: 'its mass-send ended without it' })),
      now,
    );
  }

  /** Something stands against these members' messages now: the tasks they wait in are looked at at once. */
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
