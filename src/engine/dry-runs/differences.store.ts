import { dayOf, daysAgo } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { CompiledRule, PredicateContext } from '../../domain/rules/index.js';
import type { TagRule, TierRules } from '../../domain/ruleset.js';
import type { Sql } from '../../platform/database/sql.js';
import { floorStore, type FloorGroups } from './floor.store.js';
import type { RuleMoment } from './statement-text.js';

export interface AudienceFound {
  readonly found: number;
  /** The first of them, by id. */
  readonly ids: readonly MemberId[];
}

export interface TierDifferences {
  readonly changes: readonly { readonly from: string | null; readonly to: string; readonly count: number }[];
  /** The first members concerned, by id. */
  readonly ids: readonly MemberId[];
}

export interface TagDifferences {
  readonly changes: readonly { readonly gains: boolean; readonly count: number }[];
  /** The first members concerned, by id. */
  readonly ids: readonly MemberId[];
}

const contextOf = ({ corp, timeZone, now }: RuleMoment, firstPlaceholder: number): PredicateContext => ({
  today: dayOf(now, timeZone),
  corp,
  alias: 'm',
  firstPlaceholder,
});

/**
 * Finds the members whom a proposed rule would change, by the SQL that the rule compiles to. What would happen to each of
 * them is then evaluated one by one, as the engine does it.
 */
export class DifferenceStore {
  /** Members for whom `audience` holds; all members when it is null. */
  async audience(sql: Sql, audience: CompiledRule | null, moment: RuleMoment, limit: number): Promise<AudienceFound> {
    const predicate = audience?.toSql(sql.dialect, contextOf(moment, 1)) ?? { sql: '1 = 1', params: [] };
    const inAudience = `FROM member_metrics m JOIN member mb ON mb.id = m.member_id WHERE mb.merged_into IS NULL AND (${predicate.sql})`;
    const counted = await sql.one<{ n: number }>(`SELECT COUNT(*) AS n ${inAudience}`, predicate.params);
    const rows = await sql.all<{ id: MemberId }>(
      `SELECT m.member_id AS id ${inAudience} ORDER BY m.member_id LIMIT ${limit}`,
      predicate.params,
    );
    return { found: Number(counted?.n ?? 0), ids: rows.map((row) => row.id) };
  }

  /** Members whose stored tier is not the one these tiers put them in. */
  async tiers(sql: Sql, tiers: readonly TierRules[], moment: RuleMoment, limit: number): Promise<TierDifferences> {
    const { target, params } = targetTier(sql, tiers, moment, await floorStore.groupsOf(sql, tiers));
    const differing = `FROM (SELECT m.member_id AS id, m.tier AS was, ${target} AS target FROM member_metrics m JOIN member mb ON mb.id = m.member_id
    WHERE mb.merged_into IS NULL) compared WHERE COALESCE(was, '') <> target`;
    const changes = await sql.all<{ was: string | null; target: string; n: number }>(
      `SELECT was, target, COUNT(*) AS n ${differing} GROUP BY was, target ORDER BY n DESC`,
      params,
    );
    const rows = await sql.all<{ id: MemberId }>(`SELECT id ${differing} ORDER BY id LIMIT ${limit}`, params);
    return {
      changes: changes.map((row) => ({ from: row.was, to: row.target, count: Number(row.n) })),
      ids: rows.map((row) => row.id),
    };
  }

  /** Members who have the tag and should not, or should have it and do not. Tags that staff set by hand do not count. */
  async tag(sql: Sql, rule: TagRule, moment: RuleMoment, limit: number): Promise<TagDifferences> {
    const { text, params } = tagTarget(sql, rule, moment);
    params.push(rule.name);
    const differing = `FROM (SELECT m.member_id AS id, CASE WHEN tg.want = 1 THEN 1 ELSE 0 END AS was, CASE WHEN ${text} THEN 1 ELSE 0 END AS target
    FROM member_metrics m JOIN member mb ON mb.id = m.member_id LEFT JOIN member_tag tg ON tg.member_id = m.member_id AND tg.name = $${params.length}
    WHERE mb.merged_into IS NULL AND COALESCE(tg.origin, 'rule') <> 'staff') compared WHERE was <> target`;
    const counts = await sql.all<{ target: number; n: number }>(
      `SELECT target, COUNT(*) AS n ${differing} GROUP BY target`,
      params,
    );
    const rows = await sql.all<{ id: MemberId }>(`SELECT id ${differing} ORDER BY id LIMIT ${limit}`, params);
    return {
      changes: counts.map((row) => ({ gains: row.target === 1, count: Number(row.n) })),
      ids: rows.map((row) => row.id),
    };
  }
}

/** SQL for whether a row should have the tag; `tg` is the tag as stored. */
function tagTarget(sql: Pick<Sql, 'dialect'>, { when, keep, minDays = 0 }: TagRule, moment: RuleMoment) {
  const params: (string | number | null)[] = [];
  const predicate = (rule: CompiledRule): string => {
    const made = rule.toSql(sql.dialect, contextOf(moment, params.length + 1));
    params.push(...made.params);
    return `(${made.sql})`;
  };
  const alternatives = [predicate(when)];
  if (keep) alternatives.push(`(tg.want = 1 AND ${predicate(keep)})`);
  if (minDays > 0) alternatives.push(`(tg.want = 1 AND tg.since > ${daysAgo(minDays, moment)})`);
  return { text: alternatives.join(' OR '), params };
}

interface TargetText {
  readonly target: string;
  readonly params: readonly (string | number | null)[];
}

/** SQL for the tier of a row: its lock, otherwise the highest tier whose rule holds, otherwise the lowest tier. */
function targetTier(
  sql: Pick<Sql, 'dialect'>,
  tiers: readonly TierRules[],
  moment: RuleMoment,
  floorGroups: FloorGroups,
): TargetText {
  const params: (string | number | null)[] = [];
  const place = (value: string): string => `CAST($${params.push(value)} AS text)`;
  const predicate = (rule: CompiledRule): string => {
    const made = rule.toSql(sql.dialect, contextOf(moment, params.length + 1));
    params.push(...made.params);
    return `(${made.sql})`;
  };
  const known = tiers.map((tier) => place(tier.key)).join(', ');
  const whens = [...tiers].reverse().flatMap((tier) => {
    if (!tier.enter) return [];
    if (tier.enabled === false) return [`WHEN m.tier = ${place(tier.key)} THEN ${place(tier.key)}`];
    // The predicates are built in the order of the text, because SQLite numbers placeholders in that order.
    const enters = predicate(tier.enter);
    const stays = tier.stay ? ` OR (m.tier = ${place(tier.key)} AND ${predicate(tier.stay)})` : '';
    const floor = floorStore.predicate(tier, floorGroups, place);
    return [`WHEN ${enters}${stays}${floor === null ? '' : ` OR ${floor}`} THEN ${place(tier.key)}`];
  });
  const target = `CASE WHEN mb.tier_lock IN (${known}) THEN mb.tier_lock ${whens.join(' ')} ELSE ${place(tiers[0]!.key)} END`;
  return { target, params };
}

export const differenceStore = new DifferenceStore();
