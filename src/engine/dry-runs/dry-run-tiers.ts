import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { Sql } from '../../platform/database/sql.js';
import { countOf, type DryRun } from './dry-run.js';
import { differenceStore } from './differences.store.js';
import { countOutcomes, MOST_EVALUATED, type Verdict } from './count-outcomes.js';
import { withProposedTiers, type ProposedTier } from './proposals.js';

/** Counts who would be in another tier under the proposed rules. */
export async function dryRunTiers(
  sql: Sql,
  proposals: readonly ProposedTier[],
  current: Context,
  now: number,
): Promise<DryRun> {
  const tiers = withProposedTiers(current.ruleset.tiers, proposals, current.vocabulary);
  const context: Context = { ...current, ruleset: { ...current.ruleset, tiers, campaigns: [] } };
  const { changes, ids } = await differenceStore.tiers(sql, tiers, { ...context, now }, MOST_EVALUATED);
  const found = countOf(changes);
  const counted = await countOutcomes(sql, ids, { context, now }, (evaluation) => [verdictOn(evaluation)]);
  return { kind: 'tiers', found, looked: ids.length, exact: found <= ids.length, changes, ...counted };
}

/** `up`, `down` or `first`: another tier. `warned`: the grace period would begin. `unchanged`: the dwell or the grace still protects the tier. */
function verdictOn({ stored, decision }: Evaluation): Verdict {
  const { verdict, because } = decision.tier;
  const from = stored.tier;
  switch (verdict.kind) {
    case 'entered':
      return { outcome: verdict.direction, sample: { from, to: verdict.to, because } };
    case 'warned':
      return { outcome: 'warned', sample: { from, to: verdict.to, because } };
    case 'recovered':
      return { outcome: 'recovered', sample: { from, to: from, because } };
    case 'kept':
      return { outcome: 'unchanged', sample: null };
  }
}
