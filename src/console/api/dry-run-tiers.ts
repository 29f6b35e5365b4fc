import { z } from 'zod';
import type { Circumstances } from '../../domain/context.js';
import type { Looked } from '../../domain/evaluate.js';
import { compileRule, type CompiledRule, type Vocabulary } from '../../domain/rules/index.js';
import type { TierRules } from '../../domain/ruleset.js';
import { differenceStore } from '../../engine/dry-runs/differences.store.js';
import { toldBecause } from '../../insights/words/because-words.js';
import type { Sql } from '../../platform/database/sql.js';
import { readYaml } from '../../platform/config/config-files.js';
import { OperatorMistake } from '../../platform/errors.js';
import { judge, type Verdict } from './dry-run-members.js';
import { MOST_LOOKED, type DryRunReport } from './dry-run-report.js';
import { proposedTier, type ProposedTier } from './requests.js';
import { badRule } from './told-problem.js';
import { vocabularyOf } from './vocabulary-of.js';

// A whole tiers.yaml may be pasted; what is not about rules is read past.
const pastedTiers = z.array(proposedTier.loose()).min(1).max(12);
const pasted = z.union([pastedTiers, z.object({ tiers: pastedTiers }).transform((file) => file.tiers)]);

function proposalsFrom(given: string | readonly ProposedTier[]): readonly ProposedTier[] {
  if (typeof given !== 'string') return given;
  const read = readYaml('tiers', given, pasted);
  if (read.ok) return read.value.map(({ key, enter, stay }) => ({ key, enter, stay }));
  const { message, line, column } = read.problems[0]!;
  if (message.startsWith('YAML: ')) throw new OperatorMistake('bad_yaml', message.slice(6), { line, column });
  throw new OperatorMistake('bad_request', 'tiers: a list of {key, enter?, stay?} is wanted', { line, column });
}

/** The tiers as they would be. Only rules of tiers that exist can be proposed. */
export function withProposedTiers(
  tiers: readonly TierRules[],
  given: string | readonly ProposedTier[],
): readonly TierRules[] {
  const proposals = proposalsFrom(given);
  const vocabulary = vocabularyOf(tiers);
  const proposed = new Map<string, TierRules>();
  for (const [index, { key, enter, stay }] of proposals.entries()) {
    const tier = tiers.find((candidate) => candidate.key === key);
    if (!tier) {
      throw new OperatorMistake(
        'unknown_tier',
        `there is no tier ${key}; known: ${tiers.map((known) => known.key).join(', ')}`,
        { index },
      );
    }
    if (tier === tiers[0] && (enter ?? stay)) {
      throw new OperatorMistake('lowest_tier', `${key} is the lowest tier: it takes the rest and has no rule`, {
        index,
      });
    }
    proposed.set(key, {
      ...tier,
      enter: enter === undefined ? tier.enter : compiled(enter, vocabulary, index),
      stay: stay === undefined ? tier.stay : stay === null ? null : compiled(stay, vocabulary, index),
    });
  }
  return tiers.map((tier) => proposed.get(tier.key) ?? tier);
}

export function compiled(text: string, vocabulary: Vocabulary, index: number): CompiledRule {
  const compilation = compileRule(text, vocabulary);
  if (compilation.ok) return compilation.rule;
  throw badRule(compilation.problems[0]!, { index });
}

export async function dryRunTiers(
  sql: Sql,
  given: string | readonly ProposedTier[],
  current: Circumstances,
  now: number,
): Promise<DryRunReport> {
  const tiers = withProposedTiers(current.ruleset.tiers, given);
  const on: Circumstances = { ...current, ruleset: { ...current.ruleset, tiers, campaigns: [] } };
  const { changes, ids } = await differenceStore.tiers(sql, tiers, { ...on, now }, MOST_LOOKED);
  const judged = await judge(sql, ids, on, now, (one) => [verdictOn(one)]);
  const found = changes.reduce((sum, { count }) => sum + count, 0);
  return {
    kind: 'tiers',
    found,
    looked: ids.length,
    exact: found <= ids.length,
    changes,
    ...judged,
  };
}

/** `up`, `down`, `first`; `warned`: the grace period would begin; `recovered`; `unchanged`: held by the dwell or the grace. */
function verdictOn({ stored, decision }: Looked): Verdict {
  const { verdict, because } = decision.tier;
  const told = { from: stored.tier, because: toldBecause(because) };
  switch (verdict.kind) {
    case 'entered':
      return { outcome: verdict.direction, sample: { ...told, to: verdict.to } };
    case 'warned':
      return { outcome: 'warned', sample: { ...told, to: verdict.to } };
    case 'recovered':
      return { outcome: 'recovered', sample: { ...told, to: stored.tier } };
    case 'kept':
      return { outcome: 'unchanged', sample: null };
  }
}
