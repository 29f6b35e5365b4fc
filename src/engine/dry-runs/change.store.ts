import type { MemberId } from '../../domain/ids.js';
import type { Sql } from '../../platform/database/sql.js';
import type { AffectedTag, AffectedTags } from './affected-tags.js';
import { DRAW_FACTOR, DRAWS } from './member-sample.js';
import { StatementText, type IdRange, type RuleMoment } from './statement-text.js';
import type { TierClasses } from './tier-classes.js';

/** Which members are left to SQL: those whose stored figures are of today and whose outcome SQL can tell. */
export interface Scope {
  readonly range: IdRange;
  /** Members who came by these contact codes get tags from them, and are evaluated one by one. */
  readonly states: readonly string[];
  /** Members who changed tier so often since then (epoch ms) may be held, and are evaluated one by one. */
  readonly swinging: { readonly changes: number; readonly since: number };
}

/** What is compared, and for whom. */
export interface Question {
  readonly classes: TierClasses;
  /** In sets, each with at most `TAGS_IN_A_SET`. */
  readonly tagSets: readonly (readonly AskedTag[])[];
  readonly scope: Scope;
  readonly moment: RuleMoment;
  /** Of changed members, those with a draw below this number are named. */
  readonly drawsBelow: number;
}

/** A tag that a proposal may give or take. Null: its rule is gone. */
export interface AskedTag {
  readonly name: string;
  readonly affected: AffectedTag | null;
}

/** One bit for each tag of a set. Tags that staff added or removed have none. */
export interface TagMasks {
  /** Who does not have the tag gets it. */
  readonly on: number;
  /** Who has it loses it. */
  readonly off: number;
  /** Who has it has it in another group than its rule's, and loses that one. */
  readonly moved: number;
  /** Of these, who gets it in the group of its rule. */
  readonly movedOn: number;
}

/** Members about whom the same was found. */
export interface Compared {
  /** Null: SQL cannot tell the outcome of the member, who is named. */
  readonly tierClass: number | null;
  readonly tier: string | null;
  readonly tags: readonly TagMasks[];
  readonly n: number;
  /** One changed member, when the row is of one. Members of a class that was not known count as changed; where tags read the
   * tier they are named even if they are not drawn. */
  readonly member: MemberId | null;
}

export interface GroupCount {
  readonly name: string;
  readonly group: string;
  readonly n: number;
}

/** JavaScript reads integers up to 53 bits exactly. */
export const TAGS_IN_A_SET = 50;

/** Finds, in ranges of ids, whom proposed rules would change. */
export class ChangeStore {
  async countMembers(sql: Sql): Promise<number> {
    const row = await sql.one<{ n: number }>('SELECT COUNT(*) AS n FROM member WHERE merged_into IS NULL');
    return Number(row?.n ?? 0);
  }

  /** The highest id; 0 when there is nobody. */
  async lastId(sql: Sql): Promise<number> {
    const row = await sql.one<{ id: number | null }>('SELECT MAX(id) AS id FROM member');
    return Number(row?.id ?? 0);
  }

  /** The end of the next range of about `size` members; null when there is none. */
  async rangeAfter(sql: Sql, after: number, size: number): Promise<IdRange | null> {
    const row = await sql.one<{ up_to: number | null }>(
      `SELECT MAX(id) AS up_to FROM (SELECT id FROM member WHERE id > ${after} ORDER BY id LIMIT ${size}) part`,
    );
    return row?.up_to === null || row?.up_to === undefined ? null : { after, upTo: Number(row.up_to) };
  }

  /** All members of the range who are not merged into others. */
  async all(sql: Sql, range: IdRange): Promise<MemberId[]> {
    const rows = await sql.all<{ id: number }>(`SELECT mb.id FROM member mb WHERE ${inRange(range)} ORDER BY mb.id`);
    return rows.map(({ id }) => id as MemberId);
  }

  /**
   * What the proposal says of every member of the range, in one pass over them. Each part of the statement is limited, so that
   * no database writes the long conditions of one part into the next one, where they would be calculated several times.
   */
  async compare(sql: Sql, question: Question): Promise<Compared[]> {
    const { classes, tagSets, scope, moment } = question;
    const text = new StatementText(sql.dialect, moment);
    const newTiers = classes.newTiers();
    const isMoving = ({ affected }: AskedTag): boolean => newTiers.size > 0 && (affected?.readsTier ?? false);
    const judge = (into: StatementText): string =>
      tagSets
        .map((tags, set) => heldMask(tags, set, { text: into, counts: isMoving, tierColumn: 'm.new_tier' }))
        .map((held, set) => `, m.had${set}, m.staff${set}, m.elsewhere${set}, m.held${set} | ${held} AS held${set}`)
        .join('');
    const isAnyMoving = tagSets.some((tags) => tags.some(isMoving));
    const columns = isAnyMoving ? columnsOf(judge(new StatementText(sql.dialect, moment))) : [];
    const parts = [
      `classed AS (SELECT mb.id, mb.id AS member_id, m.tier, ${columns.map((column) => `m.${column}, `).join('')}
      CASE WHEN ${leftToSql(scope, text)} THEN ${classes.sql(text)} ELSE ${NOT_TOLD} END AS tier_class
      ${tagSets.map((tags, set) => `, ${hadMasks(set)}, ${heldMask(tags, set, { text, counts: (tag) => !isMoving(tag) })} AS held${set}`).join('')}
      FROM member mb LEFT JOIN member_metrics m ON m.member_id = mb.id
      ${tagSets.map((tags, set) => `LEFT JOIN (${storedTags(tags, scope.range, text)}) t${set} ON t${set}.member_id = mb.id`).join(' ')}
      WHERE ${inRange(scope.range)} ${FENCE})`,
    ];
    if (isAnyMoving)
      parts.push(
        `moving AS (SELECT classed.*, ${newTierOf(newTiers, text)} AS new_tier FROM classed ${FENCE})`,
        `judged AS (SELECT m.id, m.tier, m.tier_class ${judge(text)} FROM moving m ${FENCE})`,
      );
    const source = parts.length > 1 ? 'judged' : 'classed';
    parts.push(
      `compared AS (SELECT id, tier, tier_class ${tagSets.map((_, set) => `, ${changeMasks(set)}`).join('')} FROM ${source} ${FENCE})`,
    );
    const masks = tagSets.flatMap((_, set) => MASKS.map((mask) => `${mask}${set}`));
    const isChanged = [
      ...tagSets.map((_, set) => `(on${set} | off${set} | moved${set}) <> 0`),
      `tier_class NOT IN (${[NOT_TOLD, ...classes.kept()].join(', ')})`,
    ].join(' OR ');
    const isNamed = [`tier_class = ${NOT_TOLD}`];
    if (isAnyMoving) isNamed.push(`tier_class NOT IN (${[NOT_TOLD, ...classes.known()].join(', ')})`);
    const isDrawn = question.drawsBelow < DRAWS ? `${DRAW} < ${question.drawsBelow}` : '1 = 1';
    const keys = ['tier_class', 'tier', ...masks, 'member'].join(', ');
    const rows = await sql.all<
      Record<string, number> & { readonly tier: string | null; readonly member: number | null }
    >(
      `WITH ${parts.join(', ')} SELECT ${keys}, COUNT(*) AS n FROM (SELECT compared.*,
        CASE WHEN ${isNamed.join(' OR ')} OR ((${isChanged}) AND ${isDrawn}) THEN id END AS member FROM compared) named GROUP BY ${keys}`,
      text.params,
    );
    return rows.map((row) => ({
      tierClass: row['tier_class'] === NOT_TOLD ? null : row['tier_class']!,
      tier: row.tier,
      tags: tagSets.map((_, set) => ({
        on: row[`on${set}`]!,
        off: row[`off${set}`]!,
        moved: row[`moved${set}`]!,
        movedOn: row[`moved_on${set}`]!,
      })),
      n: Number(row['n']),
      member: row.member as MemberId | null,
    }));
  }

  /** How many but those `apart` have these tags in other groups than their rules', by group. Of a tag without a rule: in any. */
  async inOtherGroups(
    sql: Sql,
    tags: readonly AskedTag[],
    { scope, moment, apart }: Pick<Question, 'scope' | 'moment'> & { readonly apart: readonly MemberId[] },
  ): Promise<GroupCount[]> {
    const text = new StatementText(sql.dialect, moment);
    const rows = await sql.all<{ name: string; grp: string; n: number }>(
      `SELECT r.name, tg.grp, COUNT(*) AS n FROM member mb JOIN member_metrics m ON m.member_id = mb.id
      CROSS JOIN (${listed(tags, text)}) r JOIN member_tag tg ON tg.member_id = mb.id AND tg.name = r.name
      WHERE ${inRange(scope.range)} AND ${leftToSql(scope, text)} AND ${isElsewhere}
      ${apart.length > 0 ? `AND mb.id NOT IN (${apart.join(', ')})` : ''} GROUP BY r.name, tg.grp`,
      text.params,
    );
    return rows.map(({ name, grp, n }) => ({ name, group: grp, n: Number(n) }));
  }
}

const NOT_TOLD = -1;
/** The limit is never reached. */
const FENCE = 'LIMIT 1000000000';
const MASKS = ['on', 'off', 'moved', 'moved_on'];
/** `drawOf` in SQL. */
const DRAW = `((((id & 2147483647) * ${DRAW_FACTOR}) & 4294967295) >> 16)`;

const inRange = ({ after, upTo }: IdRange): string =>
  `mb.merged_into IS NULL AND mb.id > ${after} AND mb.id <= ${upTo}`;

function leftToSql({ range: { after, upTo }, states, swinging }: Scope, text: StatementText): string {
  const isOfToday = `m.member_id IS NOT NULL AND mb.due_day > ${text.today} AND mb.id NOT IN (SELECT tc.member_id FROM tier_change tc
    WHERE tc.member_id > ${after} AND tc.member_id <= ${upTo} AND tc.at > ${swinging.since} GROUP BY tc.member_id HAVING COUNT(*) >= ${swinging.changes})`;
  if (states.length === 0) return isOfToday;
  return `${isOfToday} AND NOT EXISTS (SELECT 1 FROM identity i JOIN follow f ON f.external_userid = i.value
    WHERE i.kind = 'external_userid' AND i.member_id = mb.id AND f.state IN (${states.map((state) => text.text(state)).join(', ')}))`;
}

/** The tags as rows, each with its bit and the group of its rule. */
const listed = (tags: readonly AskedTag[], text: StatementText): string =>
  tags
    .map(
      ({ name, affected }, index) =>
        `SELECT ${text.text(name)} AS name, ${affected ? text.text(affected.rule.group) : 'CAST(NULL AS text)'} AS grp, ${2 ** index} AS bit,
        ${text.daysAgo(affected?.rule.minDays ?? 0)} AS kept_after`,
    )
    .join(' UNION ALL ');

const isElsewhere = `tg.want = 1 AND tg.origin <> 'staff' AND (r.grp IS NULL OR tg.grp <> r.grp)`;

/** One row for each member of the range who has any of the tags, or from whom staff took it. */
function storedTags(tags: readonly AskedTag[], { after, upTo }: IdRange, text: StatementText): string {
  const mask = (condition: string): string => `CAST(SUM(CASE WHEN ${condition} THEN r.bit ELSE 0 END) AS bigint)`;
  return `SELECT tg.member_id, ${mask('tg.want = 1')} AS had, ${mask(`tg.origin = 'staff'`)} AS staff,
    ${mask('tg.want = 1 AND tg.since > r.kept_after')} AS young, ${mask(isElsewhere)} AS elsewhere
    FROM member_tag tg CROSS JOIN (${listed(tags, text)}) r
    WHERE r.name = tg.name AND tg.member_id > ${after} AND tg.member_id <= ${upTo} GROUP BY tg.member_id`;
}

const hadMasks = (set: number): string =>
  ['had', 'staff', 'young', 'elsewhere'].map((mask) => `COALESCE(t${set}.${mask}, 0) AS ${mask}${set}`).join(', ');

interface HeldOptions {
  readonly text: StatementText;
  /** Which tags of the set count; the others have no bit. */
  readonly counts: (tag: AskedTag) => boolean;
  /** The column of the tier that members will be in. Left out: they stay in theirs. */
  readonly tierColumn?: string;
}

/** Which tags of the set the member is to have. `t<set>`, or `m` with `tierColumn`, has what the member has now. */
function heldMask(tags: readonly AskedTag[], set: number, { text, counts, tierColumn }: HeldOptions): string {
  const bits = (of: (tag: AffectedTag) => string | null): string =>
    tags
      .flatMap((tag, index) => {
        const condition = tag.affected && counts(tag) ? of(tag.affected) : null;
        return condition === null ? [] : [`CASE WHEN ${condition} THEN ${2 ** index} ELSE 0 END`];
      })
      .concat('0')
      .join(' | ');
  const stored = (mask: string): string =>
    tierColumn === undefined ? `COALESCE(t${set}.${mask}, 0)` : `m.${mask}${set}`;
  const more = (tag: AffectedTag) => ({ tagTest: tag.tagTest, ...(tierColumn === undefined ? {} : { tierColumn }) });
  const when = bits((tag) => text.condition(tag.rule.when, more(tag)));
  const counted = tags.reduce((sum, tag, index) => (tag.affected && counts(tag) ? sum + 2 ** index : sum), 0);
  const keep = bits((tag) => (tag.rule.keep ? text.condition(tag.rule.keep, more(tag)) : null));
  return `(${when} | (${stored('had')} & ((${keep}) | (${stored('young')} & ${counted}))))`;
}

/** What `classed` and `moving` have beside columns of `member_metrics`. */
const ownColumns = /^(id|member_id|tier|tier_class|new_tier|(had|staff|young|elsewhere|held)\d+)$/;

/** The columns of `member_metrics m` that a part of a statement reads. Its constants are parameters, so these are all. */
function columnsOf(sql: string): string[] {
  const named = new Set([...sql.matchAll(/\bm\.([a-z_0-9]+)/g)].map(([, column]) => column!));
  return [...named].filter((column) => !ownColumns.test(column));
}

function changeMasks(set: number): string {
  const [had, held, staff, elsewhere] = ['had', 'held', 'staff', 'elsewhere'].map((mask) => `${mask}${set}`);
  return `(${held} & ~${had} & ~${staff}) AS on${set}, (${had} & ~${held} & ~${staff} & ~${elsewhere}) AS off${set},
    ${elsewhere} AS moved${set}, (${elsewhere} & ${held}) AS moved_on${set}`;
}

function newTierOf(newTiers: ReadonlyMap<number, string>, text: StatementText): string {
  const byTier = new Map<string, number[]>();
  for (const [tierClass, to] of newTiers) byTier.set(to, [...(byTier.get(to) ?? []), tierClass]);
  const whens = [...byTier].map(([to, classes]) => `WHEN tier_class IN (${classes.join(', ')}) THEN ${text.text(to)}`);
  return `CASE ${whens.join(' ')} ELSE tier END`;
}

/** The tags that a proposal may change, in sets for `Question`. */
export function tagSetsOf({ rules, removed }: AffectedTags): AskedTag[][] {
  const tags: AskedTag[] = [
    ...rules.map((affected) => ({ name: affected.rule.name, affected })),
    ...removed.map((name) => ({ name, affected: null })),
  ];
  return Array.from({ length: Math.ceil(tags.length / TAGS_IN_A_SET) }, (_, set) =>
    tags.slice(set * TAGS_IN_A_SET, (set + 1) * TAGS_IN_A_SET),
  );
}

export const changeStore = new ChangeStore();
