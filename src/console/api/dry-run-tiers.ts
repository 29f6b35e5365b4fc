import { z } from 'zod';
import type { Circumstances } from '../../domain/context.js';
import { dayOf } from '../../domain/day.js';
import type { Looked } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import { compileRule, type CompiledRule, type Vocabulary } from '../../domain/rules/index.js';
import type { TierRules } from '../../domain/ruleset.js';
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

interface FinderText {
  readonly target: string;
  readonly params: readonly (string | number | null)[];
}

/** The tier each row belongs in, as SQL: a lock first, then the highest whose rule holds, the lowest for the rest. */
function targetTier(sql: Sql, tiers: readonly TierRules[], on: Circumstances, now: number): FinderText {
  const params: (string | number | null)[] = [];
  const place = (value: string): string => `CAST($${params.push(value)} AS text)`;
  const predicate = (rule: CompiledRule): string => {
    const context = { today: dayOf(now, on.timeZone), corp: on.corp, alias: 'm', firstPlaceholder: params.length + 1 };
    const made = rule.toSql(sql.dialect, context);
    params.push(...made.params);
    return `(${made.sql})`;
  };
  const known = tiers.map((tier) => place(tier.key)).join(', ');
  const whens = [...tiers].reverse().flatMap((tier) => {
    if (!tier.enter) return [];
    // Written in the order in which they stand in the text: SQLite numbers its placeholders by that.
    const enters = predicate(tier.enter);
    const stays = tier.stay ? ` OR (m.tier = ${place(tier.key)} AND ${predicate(tier.stay)})` : '';
    return [`WHEN ${enters}${stays} THEN ${place(tier.key)}`];
  });
  const target = `CASE WHEN mb.tier_lock IN (${known}) THEN mb.tier_lock ${whens.join(' ')} ELSE ${place(tiers[0]!.key)} END`;
  return { target, params };
}

export async function dryRunTiers(
  sql: Sql,
  given: string | readonly ProposedTier[],
  current: Circumstances,
  now: number,
): Promise<DryRunReport> {
  const tiers = withProposedTiers(current.ruleset.tiers, given);
  const on: Circumstances = { ...current, ruleset: { ...current.ruleset, tiers, campaigns: [] } };
  const { target, params } = targetTier(sql, tiers, on, now);
  const differing = `FROM (SELECT m.member_id AS id, m.tier AS was, ${target} AS target FROM member_metrics m JOIN member mb ON mb.id = m.member_id
    WHERE mb.merged_into IS NULL) held WHERE COALESCE(was, '') <> target`;
  const changes = await sql.all<{ was: string | null; target: string; n: number }>(
    `SELECT was, target, COUNT(*) AS n ${differing} GROUP BY was, target ORDER BY n DESC`,
    params,
  );
  const ids = await sql.all<{ id: MemberId }>(`SELECT id ${differing} ORDER BY id LIMIT ${MOST_LOOKED}`, params);
  const judged = await judge(
    sql,
    ids.map((row) => row.id),
    on,
    now,
    (one) => [verdictOn(one)],
  );
  const found = changes.reduce((sum, row) => sum + Number(row.n), 0);
  return {
    kind: 'tiers',
    found,
    looked: ids.length,
    exact: found <= ids.length,
    changes: changes.map((row) => ({ from: row.was, to: row.target, count: Number(row.n) })),
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
