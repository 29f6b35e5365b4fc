import { z } from 'zod';
import type { Day } from '../../domain/day.js';
import type { BrakeReason } from '../../domain/tiers/brakes.js';
import { isUnseen } from '../../features/ruleset/unseen-ruleset.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { storedOr } from '../../platform/database/stored-json.js';

const figuresShape = z.object({
  moves: z.array(z.object({ from: z.string(), to: z.string(), n: z.int() })),
  writtenTo: z.int(),
  reasons: z.array(
    z.union([
      z.object({ kind: z.literal('moved'), tier: z.string(), n: z.int(), of: z.int() }),
      z.object({ kind: z.literal('written'), n: z.int() }),
    ]) satisfies z.ZodType<BrakeReason>,
  ),
});

export type BrakeFigures = z.output<typeof figuresShape>;

/** `waiting` for a yes or a no; `done`: it was allowed and has run; `dropped`: other rules or another day came first. */
export const brakeStates = ['waiting', 'allowed', 'refused', 'done', 'dropped'] as const;
export type BrakeState = (typeof brakeStates)[number];

export interface StoredBrake {
  readonly id: number;
  readonly state: BrakeState;
  readonly rulesetVersion: number;
  readonly day: Day;
  readonly figures: BrakeFigures;
  /** The operators' task with the figures. */
  readonly task: number;
  readonly openedAt: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
}

interface Row {
  readonly id: number;
  readonly state: BrakeState;
  readonly ruleset_version: number;
  readonly day: number;
  readonly figures: string;
  readonly task_id: number;
  readonly opened_at: number;
  readonly decided_by: string | null;
  readonly decided_at: number | null;
}

const columns = 'id, state, ruleset_version, day, figures, task_id, opened_at, decided_by, decided_at';
const noFigures: BrakeFigures = { moves: [], writtenTo: 0, reasons: [] };

const brakeOf = (row: Row): StoredBrake => ({
  id: Number(row.id),
  state: row.state,
  rulesetVersion: row.ruleset_version,
  day: row.day,
  figures: storedOr(row.figures, figuresShape, noFigures),
  task: Number(row.task_id),
  openedAt: row.opened_at,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
});

/** The reviews that stopped before their first effect. */
export class BrakeStore {
  /** Whether members who are due must wait: a review waits for a person, or has not yet let these rules pass. */
  async isHolding(sql: Sql, rulesetVersion: number): Promise<boolean> {
    const stop = await this.open(sql);
    const isStopped = stop?.rulesetVersion === rulesetVersion && stop.state !== 'allowed';
    return isStopped || (await isUnseen(sql, rulesetVersion));
  }

  /** The newest stop that is not over. */
  async open(sql: Sql): Promise<StoredBrake | null> {
    const row = await sql.one<Row>(
      `SELECT ${columns} FROM run_brake WHERE state IN ('waiting', 'allowed', 'refused') ORDER BY id DESC LIMIT 1`,
    );
    return row ? brakeOf(row) : null;
  }

  async stop(
    tx: Sql,
    brake: Pick<StoredBrake, 'rulesetVersion' | 'day' | 'figures' | 'task'>,
    now: number,
  ): Promise<void> {
    await tx.insert('run_brake', [
      {
        state: 'waiting',
        ruleset_version: brake.rulesetVersion,
        day: brake.day,
        figures: storableJson(brake.figures),
        task_id: brake.task,
        opened_at: now,
      },
    ]);
  }

  /** False when it does not wait any more. */
  async decide(
    tx: Sql,
    task: number,
    { state, by }: { readonly state: 'allowed' | 'refused'; readonly by: string },
    now: number,
  ): Promise<boolean> {
    const changed = await tx.run(
      `UPDATE run_brake SET state = $1, decided_by = $2, decided_at = $3 WHERE task_id = $4 AND state = 'waiting'`,
      [state, by, now, task],
    );
    return changed > 0;
  }

  async finish(tx: Sql, id: number): Promise<void> {
    await tx.run(`UPDATE run_brake SET state = 'done' WHERE id = $1`, [id]);
  }

  /** Drops every stop that is not over. Answers their tasks. */
  async dropAll(tx: Sql): Promise<number[]> {
    const rows = await tx.all<{ task_id: number }>(
      `SELECT task_id FROM run_brake WHERE state IN ('waiting', 'allowed', 'refused')`,
    );
    if (rows.length > 0)
      await tx.run(`UPDATE run_brake SET state = 'dropped' WHERE state IN ('waiting', 'allowed', 'refused')`);
    return rows.map((row) => Number(row.task_id));
  }

  async byId(sql: Sql, id: number): Promise<StoredBrake | null> {
    const row = await sql.one<Row>(`SELECT ${columns} FROM run_brake WHERE id = $1`, [id]);
    return row ? brakeOf(row) : null;
  }

  /** Newest first. */
  async list(sql: Sql, limit: number): Promise<StoredBrake[]> {
    return (await sql.all<Row>(`SELECT ${columns} FROM run_brake ORDER BY id DESC LIMIT ${limit}`)).map(brakeOf);
  }
}

export const brakeStore = new BrakeStore();
