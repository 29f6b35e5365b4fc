import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Drift, RunPosition, ReconciliationRun, RunLog, RunReason } from '../../channels/reconciliation.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { storedOr } from '../../platform/database/stored-json.js';
import { RetryLater } from '../../platform/errors.js';
import { auditStore } from '../audit/audit.store.js';
import { cutToCodePoints } from '../../domain/cut-text.js';

const positions = z.object({
  phase: z.enum(['library', 'contacts', 'others', 'groups', 'unlisted']),
  after: z.string(),
});

interface RunRow {
  readonly id: number;
  readonly why: RunReason;
  readonly started_at: number;
  readonly position: string | null;
  readonly contacts: number;
  readonly groups: number;
  readonly leased_by: string | null;
  readonly lease_until: number;
}

const columns = 'id, why, started_at, position, contacts, groups, leased_by, lease_until';
/** A running process renews its lease far more often. Others wait this long for a process that was killed. */
const LEASE_MS = 120_000;
/** The key of PostgreSQL's advisory lock for `begin`; any number that nothing else uses. */
const BEGIN_LOCK = 7_201_123;

/** The record of reconciliation runs: their progress, their lease and the drift they found. */
export class ReconciliationRuns implements RunLog {
  constructor(
    private readonly db: Database,
    /** Identifies this process as the holder of a lease. */
    private readonly holder: string = randomUUID(),
  ) {}

  /**
   * Continues the run that a crash or a shutdown interrupted, or else begins a new one. Throws `RetryLater`
   * (`compared_elsewhere`) while another process holds the lease.
   */
  begin(why: Exclude<RunReason, 'first'>, now: number): Promise<ReconciliationRun> {
    return this.db.write(async (tx) => {
      if (tx.dialect === 'postgres') await tx.all(`SELECT 1 AS one FROM pg_advisory_xact_lock(${BEGIN_LOCK})`);
      const open = await tx.one<RunRow>(
        `SELECT ${columns} FROM corp_run WHERE state = 'running' ORDER BY id DESC LIMIT 1`,
      );
      if (open) {
        const leftMs = this.isLeasedByAnother(tx, open) ? open.lease_until - now : 0;
        // No lease lasts so long: the clock was set back since. The other process notices that it lost the run.
        if (leftMs > 0 && leftMs <= 2 * LEASE_MS) throw leasedElsewhere(Math.min(leftMs, LEASE_MS));
        await this.lease(tx, open.id, now);
        return runOf(open);
      }
      const isFirst = (await tx.one(`SELECT id FROM corp_run WHERE state = 'done' LIMIT 1`)) === undefined;
      const [made] = await tx.insertReturning<RunRow>(
        'corp_run',
        [
          {
            why: isFirst ? 'first' : why,
            state: 'running',
            started_at: now,
            leased_by: this.holder,
            lease_until: now + LEASE_MS,
          },
        ],
        undefined,
        columns,
      );
      return runOf(made!);
    });
  }

  /** Keeps other processes from taking the run over. */
  async renewLease(run: number, now: number): Promise<void> {
    await this.db.write((tx) =>
      tx.run('UPDATE corp_run SET lease_until = $1 WHERE id = $2 AND leased_by = $3', [
        now + LEASE_MS,
        run,
        this.holder,
      ]),
    );
  }

  /** Lets another process continue the run at once. */
  async releaseLease(run: number): Promise<void> {
    await this.db.write((tx) =>
      tx.run('UPDATE corp_run SET lease_until = 0 WHERE id = $1 AND leased_by = $2', [run, this.holder]),
    );
  }

  async hasFinishedSince(at: number): Promise<boolean> {
    const done = await this.db.read.one(`SELECT id FROM corp_run WHERE state = 'done' AND finished_at >= $1 LIMIT 1`, [
      at,
    ]);
    return done !== undefined;
  }

  async saveProgress(
    run: number,
    position: RunPosition,
    counts: { readonly contacts: number; readonly groups: number },
  ): Promise<void> {
    const updated = await this.db.write((tx) =>
      tx.run(
        'UPDATE corp_run SET position = $1, contacts = $2, groups = $3, problem = NULL WHERE id = $4 AND leased_by = $5',
        [storableJson(position), counts.contacts, counts.groups, run, this.holder],
      ),
    );
    if (updated === 0) throw leasedElsewhere(LEASE_MS);
  }

  async recordDrift(run: number, drift: readonly Drift[], now: number): Promise<void> {
    await this.db.write(async (tx) => {
      const rows = new Map(drift.map((difference) => [storableJson(difference), difference]));
      const added = await tx.insert(
        'corp_drift',
        [...rows.values()].map(({ kind, subject, ours, theirs }) => ({
          run_id: run,
          at: now,
          kind,
          subject,
          ours,
          theirs,
        })),
        'DO NOTHING',
      );
      const updated = await tx.run('UPDATE corp_run SET drift = drift + $1 WHERE id = $2 AND leased_by = $3', [
        added,
        run,
        this.holder,
      ]);
      if (updated === 0) throw leasedElsewhere(LEASE_MS);
    });
  }

  async recordFailure(run: number, problem: string, over: boolean, now: number): Promise<void> {
    await this.db.write((tx) =>
      tx.run(`UPDATE corp_run SET problem = $1, state = $2, finished_at = $3 WHERE id = $4 AND leased_by = $5`, [
        cutToCodePoints(problem, 1_000),
        over ? 'failed' : 'running',
        over ? now : null,
        run,
        this.holder,
      ]),
    );
  }

  /** Writes the drift of the run, if there is any, into the audit record. */
  async finish(run: number, note: string, now: number): Promise<void> {
    await this.db.write(async (tx) => {
      const finished = await tx.run(
        `UPDATE corp_run SET state = 'done', position = NULL, problem = $1, finished_at = $2 WHERE id = $3 AND leased_by = $4`,
        [note === '' ? null : cutToCodePoints(note, 1_000), now, run, this.holder],
      );
      if (finished === 0) throw leasedElsewhere(LEASE_MS);
      const row = await tx.one<{ drift: number; why: string }>('SELECT drift, why FROM corp_run WHERE id = $1', [run]);
      if (row && row.drift > 0)
        await auditStore.append(
          tx,
          { who: 'comparison', what: 'drift_found', detail: { run, why: row.why, drift: row.drift } },
          now,
        );
    });
  }

  /** SQLite is used by one process at a time, so a former holder has ended. */
  private isLeasedByAnother(tx: Pick<Sql, 'dialect'>, run: RunRow): boolean {
    return tx.dialect === 'postgres' && run.leased_by !== this.holder;
  }

  private async lease(tx: Sql, run: number, now: number): Promise<void> {
    await tx.run('UPDATE corp_run SET leased_by = $1, lease_until = $2 WHERE id = $3', [
      this.holder,
      now + LEASE_MS,
      run,
    ]);
  }
}

const leasedElsewhere = (afterMs: number): RetryLater =>
  new RetryLater('compared_elsewhere', afterMs, { message: 'another process is reconciling with the corp' });

const runOf = (row: RunRow) => ({
  id: row.id,
  why: row.why,
  startedAt: row.started_at,
  // A position that cannot be parsed: the run starts from the beginning and compares everything again.
  position: storedOr(row.position, positions, null),
  contacts: Number(row.contacts),
  groups: Number(row.groups),
});
