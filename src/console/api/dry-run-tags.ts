import { dayOf } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { TagRule } from '../../domain/ruleset.js';
import type { Circumstances } from '../../engine/look.js';
import { toldBecause } from '../../insights/words/because-words.js';
import type { Sql } from '../../platform/database/sql.js';
import { OperatorMistake } from '../../platform/errors.js';
import { compiled } from './dry-run-tiers.js';
import { judge, type Verdict } from './dry-run-members.js';
import { MOST_LOOKED, MOST_SAMPLES, type DryRunReport, type DryRunSample } from './dry-run-report.js';
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

  const reports = [];
  for (const rule of rules) reports.push(await dryRunTag(sql, rule, on, now));
  return reports.reduce(together);
}

async function dryRunTag(sql: Sql, rule: TagRule, on: Circumstances, now: number): Promise<DryRunReport> {
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
  const judged = await judge(
    sql,
    ids.map((row) => row.id),
    on,
    now,
    ({ decision }): Verdict => {
      const change = decision.tags.find((candidate) => candidate.name === rule.name);
      if (!change) return { outcome: 'unchanged', sample: null };
      const [from, to] = change.add ? [null, rule.name] : [rule.name, null];
      return { outcome: change.add ? 'added' : 'removed', sample: { from, to, because: toldBecause(change.because) } };
    },
  );
  const found = counts.reduce((sum, row) => sum + Number(row.n), 0);
  const changes = counts.map((row) => ({
    from: row.target === 1 ? null : rule.name,
    to: row.target === 1 ? rule.name : null,
    count: Number(row.n),
  }));
  return { kind: 'tags', found, looked: ids.length, exact: found <= ids.length, changes, ...judged };
}

function together(one: DryRunReport, other: DryRunReport): DryRunReport {
  const outcomes: Record<string, number> = { ...one.outcomes };
  for (const [outcome, count] of Object.entries(other.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  const samples: DryRunSample[] = [...one.samples, ...other.samples].slice(0, MOST_SAMPLES);
  return {
    kind: 'tags',
    found: one.found + other.found,
    looked: one.looked + other.looked,
    exact: one.exact && other.exact,
    changes: [...one.changes, ...other.changes],
    outcomes,
    samples,
  };
}
