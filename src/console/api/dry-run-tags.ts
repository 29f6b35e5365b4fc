import type { Circumstances } from '../../domain/context.js';
import { dayOf } from '../../domain/day.js';
import type { Looked } from '../../domain/evaluate.js';
import type { MemberId } from '../../domain/ids.js';
import type { TagRule } from '../../domain/ruleset.js';
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
  const context = { today: dayOf(now, on.timeZone), corp: on.corp, alias: 'm', firstPlaceholder: 1 };
  const predicate = rule.when.toSql(sql.dialect, context);
  const params = [...predicate.params, rule.name];
  const differing = `FROM (SELECT m.member_id AS id, CASE WHEN tg.want = 1 THEN 1 ELSE 0 END AS was, CASE WHEN ${predicate.sql} THEN 1 ELSE 0 END AS target
    FROM member_metrics m JOIN member mb ON mb.id = m.member_id LEFT JOIN member_tag tg ON tg.member_id = m.member_id AND tg.name = $${params.length}
    WHERE mb.merged_into IS NULL AND COALESCE(tg.origin, 'rule') <> 'staff') held WHERE was <> target`;
  const counts = await sql.all<{ target: number; n: number }>(
    `SELECT target, COUNT(*) AS n ${differing} GROUP BY target`,
    params,
  );
  const ids = await sql.all<{ id: MemberId }>(`SELECT id ${differing} ORDER BY id LIMIT ${MOST_LOOKED}`, params);
  return {
    rule,
    found: counts.reduce((total, row) => total + Number(row.n), 0),
    ids: new Set(ids.map((row) => row.id)),
    changes: counts.map((row) => ({
      from: row.target === 1 ? null : rule.name,
      to: row.target === 1 ? rule.name : null,
      count: Number(row.n),
    })),
  };
}

function verdictOn(rule: TagRule, { decision }: Looked): Verdict {
  const change = decision.tags.find((candidate) => candidate.name === rule.name);
  if (!change) return { outcome: 'unchanged', sample: null };
  const [from, to] = change.add ? [null, rule.name] : [rule.name, null];
  return { outcome: change.add ? 'added' : 'removed', sample: { from, to, because: toldBecause(change.because) } };
}
