import { DAY_MS } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { TagRule } from '../../domain/ruleset.js';
import type { Sql } from '../../platform/database/sql.js';
import type { AffectedTag } from './affected-tags.js';
import { StatementText, type IdRange, type RuleMoment } from './statement-text.js';
import type { TierClasses } from './tier-classes.js';

export interface ClassCount {
  readonly tierClass: number;
  readonly tier: string | null;
  readonly n: number;
}

export interface TagDifference {
  readonly id: MemberId;
  readonly holds: boolean;
  /** The group in which the member has the tag now; null when they do not have it. */
  readonly inGroup: string | null;
}

/** Which members are left to SQL: those whose stored figures are of today and whose outcome SQL can tell. */
export interface Scope {
  readonly range: IdRange;
  /** Members who came by these contact codes get tags from them, and are evaluated one by one. */
  readonly states: readonly string[];
  /** Members who changed tier so often since then (epoch ms) may be held, and are evaluated one by one. */
  readonly swinging: { readonly changes: number; readonly since: number };
}

/** A class of members whom a verdict moves, with their new tier. */
export type NewTiers = ReadonlyMap<number, string>;

/**
 * Finds, in ranges of ids, whom proposed rules would change. A member whose figures are not of today, or who got tags from a
 * contact code that are concerned, is not counted here but named by `oneByOne`.
 */
export class ChangeStore {
  async countMembers(sql: Sql): Promise<number> {
    const row = await sql.one<{ n: number }>('SELECT COUNT(*) AS n FROM member WHERE merged_into IS NULL');
    return Number(row?.n ?? 0);
  }

  /** The end of the next range of about `size` members; null when there is none. */
  async rangeAfter(sql: Sql, after: number, size: number): Promise<IdRange | null> {
    const row = await sql.one<{ up_to: number | null }>(
      `SELECT MAX(id) AS up_to FROM (SELECT id FROM member WHERE id > ${after} ORDER BY id LIMIT ${size}) part`,
    );
    return row?.up_to === null || row?.up_to === undefined ? null : { after, upTo: Number(row.up_to) };
  }

  /** Members of the range who must be evaluated one by one, in order. */
  async oneByOne(sql: Sql, scope: Scope, moment: RuleMoment): Promise<MemberId[]> {
    const text = new StatementText(sql.dialect, moment);
    const rows = await sql.all<{ id: number }>(
      `SELECT mb.id FROM member mb LEFT JOIN member_metrics m ON m.member_id = mb.id
      WHERE ${inRange(scope.range)} AND NOT (${leftToSql(scope, text)}) ORDER BY mb.id`,
      text.params,
    );
    return rows.map(({ id }) => id as MemberId);
  }

  /** All members of the range who are not merged into others. */
  async all(sql: Sql, range: IdRange): Promise<MemberId[]> {
    const rows = await sql.all<{ id: number }>(`SELECT mb.id FROM member mb WHERE ${inRange(range)} ORDER BY mb.id`);
    return rows.map(({ id }) => id as MemberId);
  }

  async tierClasses(sql: Sql, classes: TierClasses, scope: Scope, moment: RuleMoment): Promise<ClassCount[]> {
    const text = new StatementText(sql.dialect, moment);
    const rows = await sql.all<{ tier_class: number; tier: string | null; n: number }>(
      `SELECT tier_class, tier, COUNT(*) AS n FROM (SELECT m.tier AS tier, ${classes.sql(text)} AS tier_class ${fromMembers}
      WHERE ${inRange(scope.range)} AND ${leftToSql(scope, text)}) classed GROUP BY tier_class, tier`,
      text.params,
    );
    return rows.map((row) => ({ tierClass: Number(row.tier_class), tier: row.tier, n: Number(row.n) }));
  }

  /** The members of these classes. */
  async ofClasses(
    sql: Sql,
    classes: TierClasses,
    wanted: readonly number[],
    { scope, moment }: { readonly scope: Scope; readonly moment: RuleMoment },
  ): Promise<MemberId[]> {
    if (wanted.length === 0) return [];
    const text = new StatementText(sql.dialect, moment);
    const rows = await sql.all<{ id: number }>(
      `SELECT id FROM (SELECT mb.id AS id, ${classes.sql(text)} AS tier_class ${fromMembers}
      WHERE ${inRange(scope.range)} AND ${leftToSql(scope, text)}) classed WHERE tier_class IN (${wanted.join(', ')})`,
      text.params,
    );
    return rows.map(({ id }) => id as MemberId);
  }

  /** Members who would get or lose the tag, or have it in another group. Tags that staff added or removed do not count. */
  async tagDifferences(
    sql: Sql,
    { rule, tagTest, readsTier }: AffectedTag,
    { classes, newTiers }: { readonly classes: TierClasses; readonly newTiers: NewTiers },
    { scope, moment }: { readonly scope: Scope; readonly moment: RuleMoment },
  ): Promise<TagDifference[]> {
    const text = new StatementText(sql.dialect, moment);
    const isMoved = readsTier && newTiers.size > 0;
    const more = isMoved ? { tagTest, tierColumn: 'new_tier' } : { tagTest };
    const holds = (): string => {
      const [when, keep] = [text.holds(rule.when, more), rule.keep ? text.holds(rule.keep, more) : '0'];
      const keptAfter = moment.now - (rule.minDays ?? 0) * DAY_MS;
      return `CASE WHEN (${when}) = 1 OR (tg.want = 1 AND (tg.since > ${keptAfter} OR (${keep}) = 1)) THEN 1 ELSE 0 END`;
    };
    const source = (): string =>
      isMoved
        ? `(SELECT classed.*, ${newTierOf(newTiers, text)} AS new_tier FROM (SELECT m.*, ${classes.sql(text)} AS tier_class ${fromMembers}
        WHERE ${inRange(scope.range)} AND ${leftToSql(scope, text)}) classed) m`
        : `member_metrics m JOIN member mb ON mb.id = m.member_id`;
    const rest = isMoved ? () => '' : () => `${inRange(scope.range)} AND ${leftToSql(scope, text)} AND `;
    const rows = await sql.all<{ id: number; holds: number; grp: string | null }>(
      `SELECT id, holds, CASE WHEN want = 1 THEN grp END AS grp FROM (SELECT m.member_id AS id, ${holds()} AS holds, tg.want, tg.grp
      FROM ${source()} LEFT JOIN member_tag tg ON tg.member_id = m.member_id AND tg.name = ${text.text(rule.name)}
      WHERE ${rest()}COALESCE(tg.origin, 'rule') <> 'staff') compared
      WHERE holds <> CASE WHEN want = 1 THEN 1 ELSE 0 END OR (want = 1 AND grp <> ${text.text(rule.group)})`,
      text.params,
    );
    return rows.map((row) => ({ id: row.id as MemberId, holds: row.holds === 1, inGroup: row.grp }));
  }

  /**
   * As `tagDifferences`, for many rules in one pass over the members: each rule is one bit of a number. For rules that read
   * neither a tag nor a new tier. By the name of the tag; one that anybody has in another group has no entry.
   */
  async differencesOfMany(
    sql: Sql,
    rules: readonly TagRule[],
    { scope, moment }: { readonly scope: Scope; readonly moment: RuleMoment },
  ): Promise<Map<string, TagDifference[]>> {
    const found = new Map<string, TagDifference[]>();
    for (let from = 0; from < rules.length; from += TAGS_AT_ONCE) {
      const some = rules.slice(from, from + TAGS_AT_ONCE);
      const differences = some.map((): TagDifference[] => []);
      const elsewhere = new Set<number>();
      for (const row of await this.masks(sql, some, { scope, moment })) {
        for (const [index, { group }] of some.entries()) {
          if (hasBit(row.elsewhere, index)) elsewhere.add(index);
          const [holds, had] = [hasBit(row.holds, index), hasBit(row.had, index)];
          if (holds === had || hasBit(row.staff, index)) continue;
          differences[index]!.push({ id: row.id as MemberId, holds, inGroup: had ? group : null });
        }
      }
      for (const [index, { name }] of some.entries()) if (!elsewhere.has(index)) found.set(name, differences[index]!);
    }
    return found;
  }

  /** Members for whom any of the rules comes to something else than what is stored. */
  private masks(
    sql: Sql,
    rules: readonly TagRule[],
    { scope, moment }: { readonly scope: Scope; readonly moment: RuleMoment },
  ): Promise<MaskRow[]> {
    const text = new StatementText(sql.dialect, moment);
    const bits = (tests: readonly (string | null)[]): string =>
      tests
        .flatMap((test, index) =>
          test === null ? [] : [`CASE WHEN (${test}) = 1 THEN ${bit(index)} ELSE ${ZERO} END`],
        )
        .concat(ZERO)
        .join(' | ');
    const when = bits(rules.map((rule) => text.holds(rule.when)));
    const keep = bits(rules.map((rule) => (rule.keep ? text.holds(rule.keep) : null)));
    const listed = rules.map(
      ({ name, group, minDays = 0 }, index) =>
        `SELECT ${text.text(name)} AS name, ${text.text(group)} AS grp, ${bit(index)} AS bit,
        CAST(${moment.now - minDays * DAY_MS} AS bigint) AS kept_after`,
    );
    const summed = (condition: string): string =>
      `CAST(SUM(CASE WHEN ${condition} THEN r.bit ELSE ${ZERO} END) AS bigint)`;
    return sql.all<MaskRow>(
      `SELECT id, had, holds, staff, elsewhere FROM (SELECT m.member_id AS id, COALESCE(t.had, 0) AS had, COALESCE(t.staff, 0) AS staff,
        COALESCE(t.elsewhere, 0) AS elsewhere, (${when}) | (COALESCE(t.had, 0) & ((${keep}) | COALESCE(t.young, 0))) AS holds
      ${fromMembers} LEFT JOIN (SELECT tg.member_id, ${summed('tg.want = 1')} AS had, ${summed(`tg.origin = 'staff'`)} AS staff,
        ${summed('tg.want = 1 AND tg.since > r.kept_after')} AS young,
        ${summed(`tg.want = 1 AND tg.origin <> 'staff' AND tg.grp <> r.grp`)} AS elsewhere
        FROM member_tag tg CROSS JOIN (${listed.join(' UNION ALL ')}) r
        WHERE r.name = tg.name AND tg.member_id > ${scope.range.after} AND tg.member_id <= ${scope.range.upTo}
        GROUP BY tg.member_id) t ON t.member_id = m.member_id
      WHERE ${inRange(scope.range)} AND ${leftToSql(scope, text)}) compared
      WHERE (((had | holds) - (had & holds)) & ~staff) <> 0 OR elsewhere <> 0`,
      text.params,
    );
  }

  /** Who has a tag from a rule that is gone. */
  async havingRemoved(sql: Sql, tag: string, scope: Scope, moment: RuleMoment): Promise<TagDifference[]> {
    const text = new StatementText(sql.dialect, moment);
    const rows = await sql.all<{ id: number; grp: string }>(
      `SELECT mb.id, tg.grp ${fromMembers} JOIN member_tag tg ON tg.member_id = m.member_id AND tg.name = ${text.text(tag)}
      WHERE ${inRange(scope.range)} AND ${leftToSql(scope, text)} AND tg.origin = 'rule' AND tg.want = 1`,
      text.params,
    );
    return rows.map((row) => ({ id: row.id as MemberId, holds: false, inGroup: row.grp }));
  }
}

const fromMembers = 'FROM member_metrics m JOIN member mb ON mb.id = m.member_id';

const inRange = ({ after, upTo }: IdRange): string =>
  `mb.merged_into IS NULL AND mb.id > ${after} AND mb.id <= ${upTo}`;

function leftToSql({ states, swinging }: Scope, text: StatementText): string {
  const isOfToday = `m.member_id IS NOT NULL AND mb.due_day > ${text.today} AND mb.id NOT IN (SELECT tc.member_id FROM tier_change tc
    WHERE tc.at > ${swinging.since} GROUP BY tc.member_id HAVING COUNT(*) >= ${swinging.changes})`;
  if (states.length === 0) return isOfToday;
  return `${isOfToday} AND NOT EXISTS (SELECT 1 FROM identity i JOIN follow f ON f.external_userid = i.value
    WHERE i.kind = 'external_userid' AND i.member_id = mb.id AND f.state IN (${states.map((state) => text.text(state)).join(', ')}))`;
}

function newTierOf(newTiers: NewTiers, text: StatementText): string {
  const byTier = new Map<string, number[]>();
  for (const [tierClass, to] of newTiers) byTier.set(to, [...(byTier.get(to) ?? []), tierClass]);
  const whens = [...byTier].map(([to, classes]) => `WHEN tier_class IN (${classes.join(', ')}) THEN ${text.text(to)}`);
  return `CASE ${whens.join(' ')} ELSE tier END`;
}

/** JavaScript reads integers up to 53 bits exactly. */
const TAGS_AT_ONCE = 50;
const ZERO = 'CAST(0 AS bigint)';
const bit = (index: number): string => `CAST(${2 ** index} AS bigint)`;
const hasBit = (mask: number, index: number): boolean => Math.floor(mask / 2 ** index) % 2 === 1;

/** One bit for each rule. */
interface MaskRow {
  readonly id: number;
  /** The member has the tag now. */
  readonly had: number;
  /** The member is to have it. */
  readonly holds: number;
  /** Staff added or removed it. */
  readonly staff: number;
  /** The member has it in another group. */
  readonly elsewhere: number;
}

export const changeStore = new ChangeStore();
