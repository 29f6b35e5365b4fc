import { dayOf } from '../domain/day.js';
import { templateValues, type Campaign, type TemplateValues } from '../domain/messages/index.js';
import { tierOf, type Ruleset } from '../domain/ruleset.js';
import { missingTo, nextStepWords } from '../domain/tiers/next-step.js';
import { amongNumbers } from '../platform/database/among.js';
import type { Sql } from '../platform/database/sql.js';
import type { Circumstances, Looked } from './look.js';
import type { Reach } from './reach.js';

interface About {
  readonly campaign: Pick<Campaign, 'variables'>;
  readonly reached: number | undefined;
  readonly group: { readonly name: string; readonly owner: string } | null;
}

/** What a text is filled with for one member. Figures that cost a question are only asked for when the text names them. */
export async function valuesFor(
  sql: Sql,
  one: Looked,
  reach: Reach,
  about: About,
  on: Circumstances,
  now: number,
): Promise<TemplateValues> {
  const { values, tagNames } = one.decision;
  const needs = (name: string): boolean => about.campaign.variables.includes(name);
  const next = nextTier(on.ruleset, String(values['tier']));
  const way = next?.enter ? missingTo(next.enter, values, tagNames) : null;
  const group = about.group ?? reach.room;
  return templateValues(
    values,
    {
      nickname: one.stored.state.name || null,
      tier_label: tierOf(on.ruleset, String(values['tier']))?.label.zh ?? null,
      next_tier_label: next?.label.zh ?? null,
      next_step: next ? nextStepWords(way, next.label.zh) : null,
      group_name: group?.name ?? null,
      group_owner: group?.owner ?? null,
      staff_name: reach.staff,
      percent_ahead: needs('percent_ahead') ? await percentAhead(sql, Number(values['messages_total'] ?? 0)) : null,
      friends_count: needs('friends_count') ? await groupmatesWhoSpoke(sql, one) : null,
      reached: about.reached ?? null,
      corp_name: on.corpName,
    },
    dayOf(now, on.timeZone),
  );
}

const nextTier = (ruleset: Ruleset, key: string) =>
  ruleset.tiers[ruleset.tiers.findIndex((tier) => tier.key === key) + 1] ?? null;

/** Share of those who ever spoke that have said less, in whole percent. */
async function percentAhead(sql: Sql, messages: number): Promise<number> {
  const row = await sql.one<{ less: number; all_of_them: number }>(
    `SELECT COUNT(CASE WHEN messages_total < ${messages} THEN 1 END) AS less, COUNT(*) AS all_of_them FROM member_metrics WHERE messages_total > 0`,
  );
  return row && row.all_of_them > 0 ? Math.floor((Number(row.less) / Number(row.all_of_them)) * 100) : 0;
}

/** People in the same groups who have spoken there: whom this member has met. */
async function groupmatesWhoSpoke(sql: Sql, one: Looked): Promise<number | null> {
  const groups = one.memberships.map(({ group }) => group);
  if (groups.length === 0) return null;
  const row = await sql.one<{ n: number }>(
    `SELECT COUNT(DISTINCT member_id) AS n FROM group_person WHERE present = 1 AND spoke = 1 AND member_id <> $1 AND group_id IN ${amongNumbers(sql, 2)}`,
    [one.id, JSON.stringify(groups)],
  );
  return row && Number(row.n) > 0 ? Number(row.n) : null;
}
