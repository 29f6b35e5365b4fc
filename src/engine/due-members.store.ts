import type { Context } from '../domain/context.js';
import { dayOf, type Day } from '../domain/day.js';
import { MOVE_TRIED_STATES } from '../domain/moves/move.js';
import { metricsByName, type CorpFigures, type MetricDefinition } from '../domain/metrics/index.js';
import { KEY_SCORE } from '../domain/layers/key-members.js';
import { conditionsOfSeries, noSeries } from '../domain/series/series.js';
import type { CompiledRule } from '../domain/rules/index.js';
import type { RulesetWithCampaigns } from '../domain/ruleset-with-campaigns.js';
import type { Sql } from '../platform/database/sql.js';

/**
 * Makes members due whose outcome can change by what is neither a fact of theirs nor a day that passes: a figure of the corp
 * that rules compare with, or a free place in a group.
 */
export class DueMembersStore {
  /** Members for whom a rule decides otherwise with the new figures of the corp than with the old ones. */
  async byCorpFigures(
    tx: Sql,
    { ruleset, timeZone }: Pick<Context, 'ruleset' | 'timeZone'>,
    figures: { readonly before: CorpFigures; readonly after: CorpFigures },
    now: number,
  ): Promise<void> {
    const changed = new Set(
      Object.keys(figures.after).filter((name) => (figures.before[name] ?? null) !== figures.after[name]),
    );
    const context = { today: dayOf(now, timeZone), alias: 'm' };
    for (const rule of rulesOf(ruleset)) {
      if (![...rule.reads.metrics].some(({ read }) => 'corp' in read && changed.has(read.corp))) continue;
      const before = rule.toSql(tx.dialect, { ...context, corp: figures.before });
      const firstPlaceholder = before.params.length + 1;
      const after = rule.toSql(tx.dialect, { ...context, corp: figures.after, firstPlaceholder });
      await tx.run(
        `UPDATE member SET due_day = 0 WHERE due_day > 0
          AND id IN (SELECT m.member_id FROM member_metrics m WHERE (${before.sql}) <> (${after.sql}))`,
        [...before.params, ...after.params],
      );
    }
  }

  /** Members who are key members and should not be one with this least score, or the other way round. */
  async byKeyScore(
    tx: Sql,
    { ruleset, timeZone }: Pick<Context, 'ruleset' | 'timeZone'>,
    corp: CorpFigures,
    now: number,
  ): Promise<void> {
    const context = { today: dayOf(now, timeZone), alias: 'm', corp };
    const score = ruleset.layers.keyMembers.score.toSql(tx.dialect, context);
    const least = `CAST($${score.params.length + 1} AS bigint)`;
    await tx.run(
      `UPDATE member SET due_day = 0 WHERE due_day > 0 AND id IN (SELECT m.member_id FROM member_metrics m
        WHERE m.is_key <> CASE WHEN ${score.sql} > 0 AND ${score.sql} >= ${least} THEN 1 ELSE 0 END)`,
      [...score.params, corp[KEY_SCORE] ?? null],
    );
  }

  /** Contacts with tags that WeCom has not confirmed: the tags are sent again, at most once a day. */
  async byUnconfirmedTags(tx: Sql, today: Day): Promise<void> {
    await tx.run(
      `UPDATE member SET due_day = 0 WHERE due_day > 0 AND reviewed_day < $1 AND id IN (SELECT t.member_id FROM member_tag t
        JOIN member_metrics m ON m.member_id = t.member_id WHERE t.confirmed_at IS NULL AND m.is_contact = 1)`,
      [today],
    );
  }

  /**
   * At most `limit` contacts of the tier who are in no group of it, those with the lowest number first. Not who was reviewed
   * today, and not who has a move to this tier already, open or without success: their evaluation says when it is tried again.
   */
  async waitingForPlace(
    tx: Sql,
    { tier, isLowest, limit }: { readonly tier: string; readonly isLowest: boolean; readonly limit: number },
    today: Day,
  ): Promise<void> {
    const inGroupOf = (condition: string): string =>
      `EXISTS (SELECT 1 FROM group_person gp JOIN chat_group g ON g.id = gp.group_id
        WHERE gp.member_id = m.member_id AND gp.present = 1 AND g.status = 'active' AND ${condition})`;
    await tx.run(
      `UPDATE member SET due_day = 0 WHERE id IN (SELECT m.member_id FROM member_metrics m JOIN member mb ON mb.id = m.member_id
        WHERE m.tier = $1 AND m.is_contact = 1 AND m.opted_out = 0 AND COALESCE(m.stage, '') <> 'lost' AND mb.due_day > $2 AND mb.reviewed_day < $2
        AND NOT ${inGroupOf('g.tier = $1')}${isLowest ? ` AND ${inGroupOf('g.tier IS NOT NULL')}` : ''}
        AND NOT EXISTS (SELECT 1 FROM move v WHERE v.member_id = m.member_id AND v.tier = $1
          AND v.state IN (${MOVE_TRIED_STATES.map((state) => `'${state}'`).join(', ')}))
        ORDER BY m.member_id LIMIT ${limit})`,
      [tier, today],
    );
  }
}

const rulesOf = ({ tiers, tags, layers, campaigns, series }: RulesetWithCampaigns): CompiledRule[] => [
  ...tiers.flatMap(({ enter, stay }) => [enter, stay].filter((rule) => rule !== null)),
  ...tags.flatMap(({ when, keep }) => (keep ? [when, keep] : [when])),
  ...layers.argo.map(({ when }) => when),
  ...conditionsOfSeries(series ?? noSeries),
  ...campaigns.flatMap(({ audience, rule }) => [audience, rule].filter((one) => one !== null)),
];

/** Whether any rule reads figures that are written for all members at night. */
export const readsNightFigures = (ruleset: RulesetWithCampaigns): boolean =>
  rulesOf(ruleset).some(({ reads }) => [...reads.metrics].some(isNightFigure)) ||
  [...ruleset.layers.keyMembers.score.metrics, ...axesOf(ruleset)].some((name) =>
    isNightFigure(metricsByName.get(name)),
  );

const isNightFigure = (metric: MetricDefinition | undefined): boolean => metric?.writtenBy === 'night';
const axesOf = ({ layers: { rfm } }: RulesetWithCampaigns): string[] =>
  [rfm.recency, rfm.frequency, rfm.money].map(({ metric }) => metric);

export const dueMembersStore = new DueMembersStore();
