import type { Circumstances } from '../../domain/context.js';
import type { Looked } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import type { TagRule } from '../../domain/ruleset.js';
import { differenceStore } from '../../engine/dry-runs/differences.store.js';
import { toldBecause } from '../../insights/words/because-words.js';
import type { Sql } from '../../platform/database/sql.js';
import { OperatorMistake } from '../../platform/errors.js';
import { compiled } from './dry-run-tiers.js';
import { judge, type Verdict } from './dry-run-members.js';
import { MOST_LOOKED, type DryRunReport } from './dry-run-report.js';
import type { ProposedTag } from './requests.js';
import { vocabularyOf } from './vocabulary-of.js';

/** Who would get or lose each proposed tag. What staff set by hand is left alone, as ever. */
export async function dryRunTags(
  sql: Sql,
  given: ProposedTag | readonly ProposedTag[],
  current: Circumstances,
  now: number,
): Promise<DryRunReport> {
  const proposals = 'name' in given ? [given] : given;
  const rules = proposals.map(({ name, group, when }, index): TagRule => {
    if (proposals.findIndex((other) => other.name === name) < index) {
      throw new OperatorMistake('tag_twice', `${name} is proposed twice`, { index });
    }
    const known = current.ruleset.tags.find((rule) => rule.name === name);
    return {
      name,
      group: group ?? known?.group ?? '',
      when: compiled(when, vocabularyOf(current.ruleset.tiers), index),
    };
  });
  const replaced = new Set(rules.map((rule) => rule.name));
  const tags = [...current.ruleset.tags.filter((rule) => !replaced.has(rule.name)), ...rules];
  const on: Circumstances = { ...current, ruleset: { ...current.ruleset, tags, campaigns: [] } };

  const finds: Found[] = [];
  for (const rule of rules) finds.push(await findDiffering(sql, rule, on, now));
  // Each member is looked at once, however many tags would change on them.
  const ids = [...new Set(finds.flatMap(({ ids: found }) => [...found]))].sort((a, b) => a - b);
  const judged = await judge(sql, ids, on, now, (one) =>
    finds.filter(({ ids: found }) => found.has(one.id)).map(({ rule }) => verdictOn(rule, one)),
  );
  const sum = (of: (find: Found) => number): number => finds.reduce((total, find) => total + of(find), 0);
  return {
    kind: 'tags',
    found: sum(({ found }) => found),
    looked: sum(({ ids: looked }) => looked.size),
    exact: finds.every(({ found, ids: looked }) => found <= looked.size),
    changes: finds.flatMap(({ changes }) => changes),
    ...judged,
  };
}

interface Found {
  readonly rule: TagRule;
  readonly found: number;
  /** The first of those found. */
  readonly ids: ReadonlySet<MemberId>;
  readonly changes: DryRunReport['changes'];
}

async function findDiffering(sql: Sql, rule: TagRule, on: Circumstances, now: number): Promise<Found> {
  const { changes, ids } = await differenceStore.tag(sql, rule, { ...on, now }, MOST_LOOKED);
  return {
    rule,
    found: changes.reduce((total, { count }) => total + count, 0),
    ids: new Set(ids),
    changes: changes.map(({ gains, count }) => ({
      from: gains ? null : rule.name,
      to: gains ? rule.name : null,
      count,
    })),
  };
}

function verdictOn(rule: TagRule, { decision }: Looked): Verdict {
  const change = decision.tags.find((candidate) => candidate.name === rule.name);
  if (!change) return { outcome: 'unchanged', sample: null };
  const [from, to] = change.add ? [null, rule.name] : [rule.name, null];
  return { outcome: change.add ? 'added' : 'removed', sample: { from, to, because: toldBecause(change.because) } };
}
