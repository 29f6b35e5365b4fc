import type { Action } from '../domain/action.js';
import type { Pause } from '../domain/sending/pausable.js';
import { notPaused } from './pause.js';
import { priorities } from '../domain/priorities.js';
import { ON_TIME_MS } from '../domain/sending/send-policy.js';
import { inNumbers } from '../platform/database/in-list.js';
import { skipLocked } from '../platform/database/skip-locked.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { outboxColumns, type OutboxRow, type StoredRow } from './outbox-row.js';
import { outboxStore } from './outbox.store.js';

/** For whom rows are leased, and how long. */
export interface Lease {
  readonly worker: string;
  readonly leaseMs: number;
}

/** Kinds are constants of ours, so they need no quoting. */
const kindNotIn = (kinds: readonly Action['kind'][]): string =>
  kinds.length === 0 ? '' : `AND kind NOT IN (${kinds.map((kind) => `'${kind}'`).join(', ')})`;

/** Rows whose worker died before it settled them. $1 is now. */
const ORPHANED = `state = 'sending' AND batch_id IS NULL AND lease_until <= $1`;

/** Welcomes have a lane of their own, because a welcome code lives for 20 s (contract §7.1). */
export type Lane = 'all' | 'urgent' | 'rest';
const inLane = (lane: Lane): string =>
  ({ all: '', urgent: `AND priority = ${priorities.welcome}`, rest: `AND priority > ${priorities.welcome}` })[lane];

/** Which due rows to read: at most `limit`, in one lane or only mass-sends, without the kinds in `without`. */
export interface DueQuery {
  readonly which: 'mass_send' | Lane;
  readonly pause: Pause;
  readonly limit: number;
  readonly without?: readonly Action['kind'][];
}

/** Which rows of the outbox are due, and which worker has them. */
export class LeaseStore {
  /** Due rows, the most urgent first. Mass-sends are read separately, because many rows become one call. */
  async due(tx: Sql, { which, pause, limit, without = [] }: DueQuery, now: number): Promise<OutboxRow[]> {
    const rows = await tx.all<StoredRow>(
      `SELECT ${outboxColumns} FROM outbox WHERE state = 'planned' AND not_before <= $1 AND kind ${which === 'mass_send' ? '=' : '<>'} 'mass_send' ${which === 'mass_send' ? '' : inLane(which)}
      ${notPaused(pause)} ${kindNotIn(without)} ORDER BY priority, not_before, id LIMIT ${limit} ${skipLocked(tx)}`,
      [now],
    );
    return outboxStore.parseOrSetAside(tx, rows, now);
  }

  /** Whether there are due rows other than mass-sends, and rows whose attempt was interrupted. One statement: it runs every second. */
  async whatIsDue(
    sql: Sql,
    { without, lane }: { readonly without: readonly Action['kind'][]; readonly lane: Lane },
    now: number,
  ): Promise<{ readonly isAnyDue: boolean; readonly isAnyOrphaned: boolean }> {
    const row = await sql.one<{ due: number; orphaned: number }>(
      `SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'planned' AND not_before <= $1 AND kind <> 'mass_send' ${kindNotIn(without)} ${inLane(lane)}) AS due,
       EXISTS (SELECT 1 FROM outbox WHERE ${ORPHANED}) AS orphaned`,
      [now],
    );
    return { isAnyDue: row?.due === 1, isAnyOrphaned: row?.orphaned === 1 };
  }

  async anyMassSendDue(sql: Sql, now: number): Promise<boolean> {
    const row = await sql.one<{ id: number }>(
      `SELECT id FROM outbox WHERE state = 'planned' AND not_before <= $1 AND kind = 'mass_send' LIMIT 1`,
      [now],
    );
    return row !== undefined;
  }

  /** Leases rows to a worker until `leaseMs` from now, and counts the attempt before anything is sent. */
  async lease(tx: Sql, ids: readonly number[], { worker, leaseMs }: Lease, now: number): Promise<void> {
    if (ids.length === 0) return;
    await tx.run(
      `UPDATE outbox SET state = 'sending', leased_by = $1, lease_until = $2, attempted_at = $3, attempts = attempts + 1,
      cap_at = CASE WHEN not_before >= $4 THEN not_before ELSE $3 END WHERE id IN ${inNumbers(tx, 5)}`,
      [worker, now + leaseMs, now, now - ON_TIME_MS, storableJson(ids)],
    );
  }

  /**
   * Leases rows whose attempt was interrupted: the worker died before it settled them, and their lease ran out. `attempts`
   * and `attemptedAt` are those of that attempt.
   */
  async leaseOrphaned(tx: Sql, { worker, leaseMs }: Lease, limit: number, now: number): Promise<OutboxRow[]> {
    const rows = await tx.all<StoredRow>(
      `SELECT ${outboxColumns} FROM outbox WHERE ${ORPHANED} ORDER BY id LIMIT ${limit} ${skipLocked(tx)}`,
      [now],
    );
    if (rows.length === 0) return [];
    await tx.run(`UPDATE outbox SET leased_by = $1, lease_until = $2 WHERE id IN ${inNumbers(tx, 3)}`, [
      worker,
      now + leaseMs,
      storableJson(rows.map((row) => row.id)),
    ]);
    return outboxStore.parseOrSetAside(tx, rows, now);
  }

  /** Called at start where there is only one process: ends the leases of its former run, so that nothing waits for them. */
  async releaseAll(tx: Sql): Promise<void> {
    await tx.run(`UPDATE outbox SET lease_until = 0 WHERE state = 'sending' AND batch_id IS NULL`);
    await tx.run('UPDATE mass_batch SET lease_until = NULL WHERE closed_at IS NULL');
  }
}

export const leaseStore = new LeaseStore();
