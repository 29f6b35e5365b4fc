import type { Context } from '../../domain/context.js';
import type { Sql } from '../../platform/database/sql.js';
import { countChanges } from './count-changes.js';
import { estimateEffects, type ForecastOf } from './estimate-effects.js';
import type { DryRunReport } from './report.js';

export interface RulesDryRun {
  readonly inForce: Context;
  /** The same with the proposed rules. */
  readonly proposed: Context;
  readonly now: number;
  /** Definitions of stored figures change, such as the thresholds of the stages. */
  readonly changesFigures: boolean;
  readonly forecast: ForecastOf;
  readonly receiversPerTask: number;
}

/** Changed members are all evaluated one by one when they are at most so many, for the messages and samples. The counts are of all members. */
export const MOST_EVALUATED = 5_000;

/** What proposed rules would do if they came into force now. Only reads; `sql` should be a snapshot. */
export async function dryRunRules(
  sql: Sql,
  { inForce, proposed, now, changesFigures, forecast, receiversPerTask }: RulesDryRun,
  progress: (share: number) => Promise<void>,
): Promise<DryRunReport> {
  const comparison = { current: inForce.ruleset, context: proposed, now, changesFigures };
  const found = await countChanges(sql, comparison, MOST_EVALUATED, (share) => progress(share * 0.8));
  const effects = await estimateEffects(sql, { ...comparison, inForce, found, forecast, receiversPerTask });
  return { ...found.counts, ...effects, leftOut: found.leftOut };
}
