import type { MemberId } from '../../domain/ids.js';
import { nightColumns } from '../../domain/metrics/index.js';
import { rankedMetrics } from '../../domain/metrics/rank.metrics.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql, SqlRow } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

/** The columns of one member that compare them with others. */
export type Standing = Readonly<Record<string, number | null>> & { readonly member_id: MemberId };

const GROUP_SHARE = 'talked_group_percent';

/** 1 plus those ahead in per mille of `people`; null for who has 0. */
const rankSql = (column: string, people: string, partition = ''): string =>
  `CASE WHEN ${column} > 0 THEN (RANK() OVER (${partition} ORDER BY ${column} DESC) - 1) * 1000 / ${people} + 1 END`;

const GROUP = 'PARTITION BY p.group_id';

const among = (columns: readonly string[], differ: (column: string) => string): string =>
  columns.map(differ).join(' OR ');

/** Who is present in which active group, with the tier that the group counts for. */
const present = `SELECT gp.group_id, gp.member_id, gp.joined_at,
    COALESCE(g.tier, (SELECT w.tier FROM chat_group w WHERE w.join_state = gp.state)) AS tier
  FROM group_person gp JOIN chat_group g ON g.id = gp.group_id WHERE gp.present = 1 AND g.status = 'active'`;

/** The main group of each member: the group of their tier that they are in, otherwise the one that they joined last. */
const main = `SELECT member_id, group_id FROM (
    SELECT p.member_id, p.group_id, ROW_NUMBER() OVER (PARTITION BY p.member_id
      ORDER BY CASE WHEN p.tier = m.tier THEN 0 ELSE 1 END, COALESCE(p.joined_at, 0) DESC, p.group_id DESC) AS nth
    FROM present p JOIN member_metrics m ON m.member_id = p.member_id) AS numbered WHERE nth = 1`;

/** Pairs who exchanged words: each mentioned the other, or one answered the other. */
const partners = `SELECT id, other FROM (
    SELECT member_id AS id, other_id AS other, mentions, answers, 0 AS mentioned_by, 0 AS answered_by FROM exchange
    UNION ALL SELECT other_id, member_id, 0, 0, mentions, answers FROM exchange) AS said
  GROUP BY id, other HAVING SUM(answers) > 0 OR SUM(answered_by) > 0 OR (SUM(mentions) > 0 AND SUM(mentioned_by) > 0)`;

/** Compares each member with all others and with the people of their main group. */
export class RankStore {
  /** What differs from what is stored, over all members. Each statement reads the whole table: use a connection of its own. */
  async changes(sql: Sql): Promise<Standing[]> {
    const changed = new Map<MemberId, Record<string, number | null>>();
    for (const rows of [await overAll(sql), await withinGroups(sql)])
      for (const row of rows) changed.set(row.member_id, { ...changed.get(row.member_id), ...row });
    const stored = await this.stored(sql, [...changed.keys()]);
    return [...changed].flatMap(([member, row]) => {
      const before = stored.get(member);
      return before === undefined ? [] : [{ ...before, ...row, member_id: member }];
    });
  }

  /** Stores the standings of those of these members who were not merged into others meanwhile. */
  async save(tx: Sql, standings: readonly Standing[]): Promise<void> {
    const known = await this.stored(
      tx,
      standings.map((standing) => standing.member_id),
    );
    await tx.insert(
      'member_metrics',
      standings
        .filter((standing) => known.has(standing.member_id))
        .map((standing): SqlRow => ({
          member_id: standing.member_id,
          ...Object.fromEntries(nightColumns.map((column) => [column, standing[column] ?? null])),
        })),
      `(member_id) DO UPDATE SET ${nightColumns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    );
  }

  private async stored(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, Standing>> {
    if (members.length === 0) return new Map();
    const rows = await sql.all<Standing>(
      `SELECT member_id, ${nightColumns.join(', ')} FROM member_metrics WHERE member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    return new Map(rows.map((row) => [row.member_id, row]));
  }
}

/** Who has 0 of everything is behind all others and has no rank: of most members in a large corp nothing is sorted. */
function overAll(sql: Sql): Promise<Standing[]> {
  const columns = rankedMetrics.map(({ rank }) => rank);
  const ranks = rankedMetrics.map(({ of, rank }) => `${rank}, ${rankSql(of.name, 'everybody.people')} AS now_${rank}`);
  const hasAny = rankedMetrics.flatMap(({ of, rank }) => [`${of.name} > 0`, `${rank} IS NOT NULL`]);
  return sql.all<Standing>(
    `SELECT member_id, ${columns.map((column) => `now_${column} AS ${column}`).join(', ')} FROM (
       SELECT member_id, ${ranks.join(', ')}
       FROM member_metrics CROSS JOIN (SELECT COUNT(*) AS people FROM member_metrics) AS everybody
       WHERE ${hasAny.join(' OR ')}) AS ranked
     WHERE ${among(columns, (column) => `now_${column} IS DISTINCT FROM ${column}`)}`,
  );
}

/** Members outside groups are among them where something was stored while they were in one: it is emptied. */
function withinGroups(sql: Sql): Promise<Standing[]> {
  const columns = [...rankedMetrics.map(({ groupRank }) => groupRank), GROUP_SHARE];
  const ranks = rankedMetrics.map(
    ({ of, groupRank }) => `${rankSql(`m.${of.name}`, `COUNT(*) OVER (${GROUP})`, GROUP)} AS ${groupRank}`,
  );
  return sql.all<Standing>(
    `WITH present AS (${present}), main AS (${main}), partners AS (${partners}),
       ranked AS (SELECT p.member_id, p.group_id, COUNT(*) OVER (PARTITION BY p.group_id) AS people, ${ranks.join(', ')}
         FROM present p JOIN member_metrics m ON m.member_id = p.member_id),
       talked AS (SELECT main.member_id, COUNT(*) AS n FROM main JOIN partners ON partners.id = main.member_id
         JOIN present p ON p.member_id = partners.other AND p.group_id = main.group_id GROUP BY main.member_id),
       standing AS (SELECT ranked.*, CASE WHEN people > 1 THEN COALESCE(talked.n, 0) * 100 / (people - 1) END AS ${GROUP_SHARE}
         FROM ranked JOIN main ON main.member_id = ranked.member_id AND main.group_id = ranked.group_id
         LEFT JOIN talked ON talked.member_id = ranked.member_id)
     SELECT m.member_id, ${columns.map((column) => `s.${column} AS ${column}`).join(', ')}
     FROM standing s JOIN member_metrics m ON m.member_id = s.member_id
     WHERE ${among(columns, (column) => `s.${column} IS DISTINCT FROM m.${column}`)}
     UNION ALL SELECT m.member_id, ${columns.map((column) => `NULL AS ${column}`).join(', ')}
     FROM member_metrics m WHERE (${among(columns, (column) => `m.${column} IS NOT NULL`)})
       AND m.member_id NOT IN (SELECT member_id FROM main)`,
  );
}

export const rankStore = new RankStore();
