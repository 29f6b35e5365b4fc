import type { Database } from '../platform/database/database.js';
import { AuditStore } from './audit.store.js';

type Why = 'first' | 'started' | 'nightly' | 'asked';

interface Position {
  readonly phase: 'library' | 'contacts' | 'others' | 'groups' | 'unlisted';
  readonly after: string;
}

interface RunRow {
  readonly id: number;
  readonly why: Why;
  readonly started_at: number;
  readonly position: string | null;
  readonly contacts: number;
  readonly groups: number;
}

interface Drift {
  readonly kind: string;
  readonly subject: string;
  readonly ours: string;
  readonly theirs: string;
}

const columns = 'id, why, started_at, position, contacts, groups';
const audit = new AuditStore();

/** The record of every time that what we hold was held against the corp: how far it came, and what differed. */
export class Comparisons {
  constructor(private readonly db: Database) {}

  /** The run that a crash or an end of the program cut off goes on; else a new one begins. */
  begin(why: Exclude<Why, 'first'>, now: number) {
    return this.db.write(async (tx) => {
      const open = await tx.one<RunRow>(
        `SELECT ${columns} FROM corp_run WHERE state = 'running' ORDER BY id DESC LIMIT 1`,
      );
      if (open) return runOf(open);
      const isFirst = (await tx.one(`SELECT id FROM corp_run WHERE state = 'done' LIMIT 1`)) === undefined;
      const [made] = await tx.insertReturning<RunRow>(
        'corp_run',
        [{ why: isFirst ? 'first' : why, state: 'running', started_at: now }],
        undefined,
        columns,
      );
      return runOf(made!);
    });
  }

  async moved(
    run: number,
    position: Position,
    counts: { readonly contacts: number; readonly groups: number },
  ): Promise<void> {
    await this.db.write((tx) =>
      tx.run('UPDATE corp_run SET position = $1, contacts = $2, groups = $3, problem = NULL WHERE id = $4', [
        JSON.stringify(position),
        counts.contacts,
        counts.groups,
        run,
      ]),
    );
  }

  async found(run: number, drift: readonly Drift[], now: number): Promise<void> {
    await this.db.write(async (tx) => {
      const rows = new Map(drift.map((one) => [JSON.stringify(one), one]));
      const fresh = await tx.insert(
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
      await tx.run('UPDATE corp_run SET drift = drift + $1 WHERE id = $2', [fresh, run]);
    });
  }

  async stumbled(run: number, problem: string, over: boolean, now: number): Promise<void> {
    await this.db.write((tx) =>
      tx.run(`UPDATE corp_run SET problem = $1, state = $2, finished_at = $3 WHERE id = $4`, [
        problem.slice(0, 1_000),
        over ? 'failed' : 'running',
        over ? now : null,
        run,
      ]),
    );
  }

  /** What was found is an admin's business once the run is through. */
  async finished(run: number, note: string, now: number): Promise<void> {
    await this.db.write(async (tx) => {
      await tx.run(
        `UPDATE corp_run SET state = 'done', position = NULL, problem = $1, finished_at = $2 WHERE id = $3`,
        [note === '' ? null : note.slice(0, 1_000), now, run],
      );
      const row = await tx.one<{ drift: number; why: string }>('SELECT drift, why FROM corp_run WHERE id = $1', [run]);
      if (row && row.drift > 0)
        await audit.append(tx, 'comparison', 'drift_found', { run, why: row.why, drift: row.drift }, now);
    });
  }
}

const runOf = (row: RunRow) => ({
  id: row.id,
  why: row.why,
  startedAt: row.started_at,
  position: row.position === null ? null : (JSON.parse(row.position) as Position),
  contacts: Number(row.contacts),
  groups: Number(row.groups),
});
