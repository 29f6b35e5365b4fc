import { z } from 'zod';
import { ruleDocuments } from '../../domain/rule-document.js';
import { storableJson } from '../../platform/database/storable.js';
import { readStored, storedOr } from '../../platform/database/stored-json.js';
import type { Sql } from '../../platform/database/sql.js';

export type DryRunKind = 'dry_run' | 'replay';
export const dryRunStates = ['running', 'done', 'cancelled', 'failed', 'interrupted'] as const;
export type DryRunState = (typeof dryRunStates)[number];

/** The rules that were in force: the version of all of them, and that of each document. */
const baseShape = z.object({ ruleset: z.int(), documents: z.partialRecord(z.enum(ruleDocuments), z.int()) });
const proposalShape = z.object({
  texts: z.partialRecord(z.enum(ruleDocuments), z.string()),
  /** Only of a replay. */
  days: z.int().optional(),
});
const problemShape = z.object({ code: z.string(), message: z.string() });

export type DryRunBase = z.output<typeof baseShape>;
export type DryRunProposal = z.output<typeof proposalShape>;
export type DryRunProblem = z.output<typeof problemShape>;

export interface StoredDryRun {
  readonly id: number;
  readonly kind: DryRunKind;
  readonly askedBy: string;
  readonly askedAt: number;
  readonly base: DryRunBase;
  readonly proposal: DryRunProposal;
  readonly state: DryRunState;
  /** Share of the members that were looked at, 0 to 1. */
  readonly progress: number;
  readonly finishedAt: number | null;
  /** As the run made it; null until it is done. */
  readonly report: unknown;
  readonly problem: DryRunProblem | null;
}

interface Row {
  readonly id: number;
  readonly kind: DryRunKind;
  readonly asked_by: string;
  readonly asked_at: number;
  readonly base: string;
  readonly proposal: string;
  readonly state: DryRunState;
  readonly progress: number;
  readonly beat_at: number;
  readonly finished_at: number | null;
  readonly report: string | null;
  readonly problem: string | null;
}

/** A running process writes its progress every second. A run that is silent for this long has lost its process. */
const SILENT_MS = 60_000;
/** The newest of each kind are kept. */
const KEPT = 200;

const noBase: DryRunBase = { ruleset: 0, documents: {} };
const columns = 'id, kind, asked_by, asked_at, base, proposal, state, progress, beat_at, finished_at, problem';

function runOf(row: Row, now: number): StoredDryRun {
  const report = row.report === null ? null : readStored(row.report, z.unknown());
  const isSilent = row.state === 'running' && Math.abs(now - row.beat_at) > SILENT_MS;
  return {
    id: Number(row.id),
    kind: row.kind,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    base: storedOr(row.base, baseShape, noBase),
    proposal: storedOr(row.proposal, proposalShape, { texts: {} }),
    state: isSilent ? 'interrupted' : row.state,
    progress: row.progress,
    finishedAt: row.finished_at,
    report: report?.ok ? report.value : null,
    problem: storedOr(row.problem, problemShape, null),
  };
}

/** Dry runs and replays with their reports. Only `progress` and the end of a run ever change a row. */
export class DryRunStore {
  async begin(
    tx: Sql,
    run: Pick<StoredDryRun, 'kind' | 'askedBy' | 'base' | 'proposal'>,
    now: number,
  ): Promise<number> {
    const [made] = await tx.insertReturning<{ id: number }>(
      'dry_run',
      [
        {
          kind: run.kind,
          asked_by: run.askedBy,
          asked_at: now,
          base: storableJson(run.base),
          proposal: storableJson(run.proposal),
          state: 'running',
          progress: 0,
          beat_at: now,
          finished_at: null,
          report: null,
          problem: null,
        },
      ],
      undefined,
      'id',
    );
    await tx.run(
      `DELETE FROM dry_run WHERE kind = $1 AND state <> 'running' AND id NOT IN
      (SELECT id FROM dry_run WHERE kind = $1 ORDER BY id DESC LIMIT ${KEPT})`,
      [run.kind],
    );
    return Number(made!.id);
  }

  /** False when the run is not under way any more: somebody has cancelled it. */
  async beat(tx: Sql, id: number, progress: number, now: number): Promise<boolean> {
    const changed = await tx.run(`UPDATE dry_run SET progress = $1, beat_at = $2 WHERE id = $3 AND state = 'running'`, [
      progress,
      now,
      id,
    ]);
    return changed > 0;
  }

  /** Ends a run that is under way. False when it has ended before. */
  async end(
    tx: Sql,
    id: number,
    outcome:
      | { readonly state: 'done'; readonly report: unknown }
      | { readonly state: 'failed'; readonly problem: DryRunProblem }
      | { readonly state: 'cancelled' | 'interrupted' },
    now: number,
  ): Promise<boolean> {
    const [report, problem] = [
      outcome.state === 'done' ? storableJson(outcome.report) : null,
      outcome.state === 'failed' ? storableJson(outcome.problem) : null,
    ];
    const changed = await tx.run(
      `UPDATE dry_run SET state = $1, report = $2, problem = $3, finished_at = $4, progress = CASE WHEN $1 = 'done' THEN 1 ELSE progress END
      WHERE id = $5 AND state = 'running'`,
      [outcome.state, report, problem, now, id],
    );
    return changed > 0;
  }

  /** For a start of the only process that writes: whatever is under way belonged to a process that has ended. */
  async interruptAll(tx: Sql, now: number): Promise<void> {
    await tx.run(`UPDATE dry_run SET state = 'interrupted', finished_at = $1 WHERE state = 'running'`, [now]);
  }

  async byId(sql: Sql, kind: DryRunKind, id: number, now: number): Promise<StoredDryRun | null> {
    const row = await sql.one<Row>(`SELECT ${columns}, report FROM dry_run WHERE id = $1 AND kind = $2`, [id, kind]);
    return row ? runOf(row, now) : null;
  }

  /** Newest first, without their reports. `before`: the last id of the page before. */
  async list(
    sql: Sql,
    kind: DryRunKind,
    { before, limit }: { readonly before: number | null; readonly limit: number },
    now: number,
  ): Promise<StoredDryRun[]> {
    const rows = await sql.all<Omit<Row, 'report'>>(
      `SELECT ${columns} FROM dry_run WHERE kind = $1 AND id < $2 ORDER BY id DESC LIMIT ${limit}`,
      [kind, before ?? Number.MAX_SAFE_INTEGER],
    );
    return rows.map((row) => runOf({ ...row, report: null }, now));
  }
}

export const dryRunStore = new DryRunStore();
