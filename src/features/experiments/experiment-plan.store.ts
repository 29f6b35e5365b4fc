import type { PlanQuestion } from '../../domain/experiments/plan.js';
import type { Planned } from '../../domain/experiments/results.js';
import type { Sql } from '../../platform/database/sql.js';

/** The size that somebody asked for before a comparison. Who was due before it is not counted. */
export interface StoredPlan extends PlanQuestion {
  readonly sizes: Planned;
  readonly madeAt: number;
  readonly madeBy: string;
}

interface Row {
  readonly made_at: number;
  readonly made_by: string;
  readonly base_rate: number;
  readonly difference: number;
  readonly per_variant: number;
  readonly to_send: number;
  readonly held_out: number;
}

const columns = 'made_at, made_by, base_rate, difference, per_variant, to_send, held_out';

const planOf = (row: Row): StoredPlan => ({
  baseRate: row.base_rate,
  difference: row.difference,
  sizes: { perVariant: row.per_variant, toSend: row.to_send, heldOut: row.held_out },
  madeAt: row.made_at,
  madeBy: row.made_by,
});

export class ExperimentPlanStore {
  /** The latest plan of a template that was made in this time, epoch ms, `until` not included. */
  async latest(
    sql: Sql,
    campaign: string,
    { from, until }: { readonly from: number; readonly until: number },
  ): Promise<StoredPlan | null> {
    const row = await sql.one<Row>(
      `SELECT ${columns} FROM experiment_plan WHERE campaign = $1 AND made_at >= $2 AND made_at < $3 ORDER BY made_at DESC, id DESC LIMIT 1`,
      [campaign, from, until],
    );
    return row ? planOf(row) : null;
  }

  async add(tx: Sql, campaign: string, { sizes, ...plan }: StoredPlan): Promise<void> {
    await tx.insert('experiment_plan', [
      {
        campaign,
        made_at: plan.madeAt,
        made_by: plan.madeBy,
        base_rate: plan.baseRate,
        difference: plan.difference,
        per_variant: sizes.perVariant,
        to_send: sizes.toSend,
        held_out: sizes.heldOut,
      },
    ]);
  }
}

export const experimentPlanStore = new ExperimentPlanStore();
