import type { Context } from '../../domain/context.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import type { TagRule } from '../../domain/ruleset.js';
import type { Sql } from '../../platform/database/sql.js';
import { differenceStore } from './differences.store.js';
import { countOf, type DryRun, type DryRunChange } from './dry-run.js';
import { countOutcomes, MOST_EVALUATED, type Verdict } from './count-outcomes.js';
import { proposedTagRules, type ProposedTag } from './proposals.js';

/** Counts who would get or lose each proposed tag. */
export async function dryRunTags(
  sql: Sql,
  proposals: readonly ProposedTag[],
  current: Context,
  now: number,
): Promise<DryRun> {
  const rules = proposedTagRules(current.ruleset.tags, proposals, current.vocabulary);
  const replaced = new Set(rules.map((rule) => rule.name));
  const tags = [...current.ruleset.tags.filter((rule) => !replaced.has(rule.name)), ...rules];
  const context: Context = { ...current, ruleset: { ...current.ruleset, tags, campaigns: [] } };

  const finds: Found[] = [];
  for (const rule of rules) finds.push(await find(sql, rule, context, now));
  // Each member is evaluated once, however many tags would change on them.
  const ids = [...new Set(finds.flatMap((found) => [...found.ids]))].sort((a, b) => a - b);
  const counted = await countOutcomes(sql, ids, { context, now }, (evaluation) =>
    finds.filter((found) => found.ids.has(evaluation.id)).map(({ rule }) => verdictOn(rule, evaluation)),
  );
  return {
    kind: 'tags',
    found: countOf(finds.flatMap(({ changes }) => changes)),
    looked: finds.reduce((sum, found) => sum + found.ids.size, 0),
    exact: finds.every((found) => countOf(found.changes) <= found.ids.size),
    changes: finds.flatMap(({ changes }) => changes),
    ...counted,
  };
}

interface Found {
  readonly rule: TagRule;
  readonly changes: readonly DryRunChange[];
  /** The first of the members concerned. */
  readonly ids: ReadonlySet<MemberId>;
}

async function find(sql: Sql, rule: TagRule, context: Context, now: number): Promise<Found> {
  const { changes, ids } = await differenceStore.tag(sql, rule, { ...context, now }, MOST_EVALUATED);
  return {
    rule,
    ids: new Set(ids),
    changes: changes.map(({ gains, count }) => ({
      from: gains ? null : rule.name,
      to: gains ? rule.name : null,
      count,
    })),
  };
}

function verdictOn(rule: TagRule, { decision }: Evaluation): Verdict {
  const change = decision.tags.find((candidate) => candidate.name === rule.name);
  if (!change) return { outcome: 'unchanged', sample: null };
  const [from, to] = change.add ? [null, rule.name] : [rule.name, null];
  return { outcome: change.add ? 'added' : 'removed', sample: { from, to, because: change.because } };
}
