import type { StoredMember } from '../../domain/member.js';
import type { Day } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { Stage } from '../../domain/stages/stage-policy.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import type { MetricRow } from '../../domain/metrics/index.js';
import { memberFiguresStore } from './member-figures.store.js';

type Row = Record<string, number | string | null>;

const memberColumns = `mb.id, mb.name, mb.external_userid, mb.phone, mb.birthday, mb.gender, mb.contact_changed_at, mb.opt_changed_at, mb.first_seen_at,
  mb.last_seen_at, mb.joined_at, mb.tier_since, mb.tier_lock, mb.tier_lock_by, mb.tier_grace_until, mb.tier_grace_to, mb.stage_since, mb.probation_until,
  mb.reviewed_day, mb.due_day, mb.tags_version, mb.tier_held_until, mb.tier_held_to, mb.held_released_at, mb.name_at, mb.phone_at, mb.birthday_at, mb.gender_at, mb.region_at, mb.source_at`;

const num = (row: MetricRow, column: string): number => Number(row[column] ?? 0);
const numOrNull = (row: MetricRow, column: string): number | null =>
  row[column] === null || row[column] === undefined ? null : Number(row[column]);
const textOrNull = (row: MetricRow, column: string): string | null =>
  (row[column] as string | null | undefined) ?? null;

function storedMember(row: Row): StoredMember {
  const figures = memberFiguresStore.read(row);
  const lock = textOrNull(row, 'tier_lock');
  return {
    state: {
      id: num(row, 'id') as MemberId,
      name: textOrNull(row, 'name') ?? '',
      externalUserId: textOrNull(row, 'external_userid'),
      phone: textOrNull(row, 'phone'),
      birthday: textOrNull(row, 'birthday'),
      gender: num(row, 'gender'),
      region: textOrNull(figures, 'region'),
      profileAt: {
        name: num(row, 'name_at'),
        phone: num(row, 'phone_at'),
        birthday: num(row, 'birthday_at'),
        gender: num(row, 'gender_at'),
        region: num(row, 'region_at'),
      },
      source: textOrNull(figures, 'source'),
      sourceAt: num(row, 'source_at'),
      isContact: num(figures, 'is_contact') === 1,
      contactChangedAt: num(row, 'contact_changed_at'),
      contactDay: numOrNull(figures, 'contact_day'),
      optedOut: num(figures, 'opted_out') === 1,
      optChangedAt: num(row, 'opt_changed_at'),
      firstSeenAt: numOrNull(row, 'first_seen_at'),
      lastSeenAt: numOrNull(row, 'last_seen_at'),
      lastSeenDay: numOrNull(figures, 'last_seen_day'),
      lastMessageDay: numOrNull(figures, 'last_message_day'),
      lastOrderDay: numOrNull(figures, 'last_order_day'),
      joinedAt: numOrNull(row, 'joined_at'),
      joinedDay: numOrNull(figures, 'joined_day'),
      tierLock: lock === null ? null : { tier: lock, by: textOrNull(row, 'tier_lock_by') ?? '' },
      heldReleasedAt: num(row, 'held_released_at'),
    },
    figures,
    tier: textOrNull(figures, 'tier'),
    tierSince: numOrNull(row, 'tier_since'),
    graceUntil: numOrNull(row, 'tier_grace_until'),
    graceTo: textOrNull(row, 'tier_grace_to'),
    heldUntil: numOrNull(row, 'tier_held_until'),
    heldTo: textOrNull(row, 'tier_held_to'),
    stage: textOrNull(figures, 'stage') as Stage | null,
    stageSince: numOrNull(row, 'stage_since'),
    probationUntil: numOrNull(row, 'probation_until'),
    reviewedDay: num(row, 'reviewed_day'),
    dueDay: num(row, 'due_day'),
    tagsVersion: num(row, 'tags_version'),
  };
}

export class MemberStore {
  async load(sql: Sql, ids: readonly MemberId[]): Promise<Map<MemberId, StoredMember>> {
    if (ids.length === 0) return new Map();
    const rows = await sql.all<Row>(
      `SELECT ${memberFiguresStore.columnsSql(sql.dialect)}, ${memberColumns} FROM member mb LEFT JOIN member_metrics mm ON mm.member_id = mb.id WHERE mb.id IN ${inNumbers(sql, 1)} ORDER BY mb.id`,
      [storableJson(ids)],
    );
    return new Map(rows.map((row) => [num(row, 'id') as MemberId, storedMember(row)]));
  }

  /** Merges member `from` into `to`: only its number stays, with a pointer to `to`. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run('DELETE FROM member_metrics WHERE member_id = $1', [from], [from]);
    await tx.run('UPDATE member SET merged_into = $1, external_userid = NULL WHERE id = $2', [to, from]);
  }

  /** Empty for a member who is not known, or has no name. */
  async nameOf(sql: Sql, member: MemberId): Promise<string> {
    const row = await sql.one<{ name: string }>('SELECT name FROM member WHERE id = $1', [member]);
    return row?.name ?? '';
  }

  /** The name and tier of each, for texts; tier is null before the first evaluation. */
  async namesAndTiers(
    sql: Sql,
    members: readonly MemberId[],
  ): Promise<{ readonly id: MemberId; readonly name: string; readonly tier: string | null }[]> {
    if (members.length === 0) return [];
    const rows = await sql.all<{ id: number; name: string; tier: string | null }>(
      `SELECT m.id, m.name, f.tier FROM member m LEFT JOIN member_metrics f ON f.member_id = m.id
     WHERE m.id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    return rows.map(({ id, name, tier }) => ({ id: id as MemberId, name, tier }));
  }

  /** Members who are held in their tier because they swing, by id. */
  async held(
    sql: Sql,
    { after, limit }: { readonly after: number; readonly limit: number },
  ): Promise<
    {
      readonly id: MemberId;
      readonly name: string;
      readonly tier: string | null;
      readonly to: string | null;
      readonly until: number;
    }[]
  > {
    const rows = await sql.all<{
      id: number;
      name: string;
      tier: string | null;
      held_to: string | null;
      until: number;
    }>(
      `SELECT mb.id, mb.name, m.tier, mb.tier_held_to AS held_to, mb.tier_held_until AS until FROM member mb
      LEFT JOIN member_metrics m ON m.member_id = mb.id
      WHERE mb.tier_held_until IS NOT NULL AND mb.merged_into IS NULL AND mb.id > $1 ORDER BY mb.id LIMIT ${limit}`,
      [after],
    );
    return rows.map((row) => ({
      ...{ id: Number(row.id) as MemberId, name: row.name, tier: row.tier, to: row.held_to, until: Number(row.until) },
    }));
  }

  async hasOptedOut(sql: Sql, member: MemberId): Promise<boolean> {
    const row = await sql.one<{ opted_out: number }>('SELECT opted_out FROM member_metrics WHERE member_id = $1', [
      member,
    ]);
    return row?.opted_out === 1;
  }

  /** The next page of members that were not merged into others, ordered by number, after the given one. */
  async idsAfter(sql: Sql, after: number, limit: number): Promise<MemberId[]> {
    const rows = await sql.all<{ id: number }>(
      `SELECT id FROM member WHERE id > $1 AND merged_into IS NULL ORDER BY id LIMIT ${limit}`,
      [after],
    );
    return rows.map((row) => row.id as MemberId);
  }

  /**
   * The least score of the members with the highest scores, who together are at most `percent` of those who are present, or one.
   * Members with the same score are either all among them or none. Null when there are none.
   */
  async leastTopScore(
    sql: Sql,
    scored: { readonly sql: string; readonly params: readonly (string | number | null)[] },
    percent: number,
  ): Promise<number | null> {
    const row = await sql.one<{ value: number | null }>(
      `WITH present AS (SELECT ${scored.sql} AS score FROM member_metrics m JOIN member mb ON mb.id = m.member_id
        WHERE mb.merged_into IS NULL AND (m.is_contact = 1 OR m.groups_count > 0)),
      ranked AS (SELECT score, SUM(COUNT(*)) OVER (ORDER BY score DESC) AS taken FROM present WHERE score > 0 GROUP BY score)
      SELECT MIN(score) AS value FROM ranked
      WHERE taken * 100 <= (SELECT COUNT(*) FROM present) * ${percent} OR taken = 1`,
      scored.params,
    );
    return row?.value === null || row?.value === undefined ? null : Number(row.value);
  }

  async count(sql: Sql): Promise<number> {
    const row = await sql.one<{ n: number }>('SELECT COUNT(*) AS n FROM member WHERE merged_into IS NULL');
    return Number(row?.n ?? 0);
  }

  /** How many members each tier has. */
  async tierSizes(sql: Sql): Promise<Map<string, number>> {
    const rows = await sql.all<{ tier: string; n: number }>(
      `SELECT f.tier, COUNT(*) AS n FROM member_metrics f JOIN member m ON m.id = f.member_id
      WHERE m.merged_into IS NULL AND f.tier IS NOT NULL GROUP BY f.tier`,
    );
    return new Map(rows.map(({ tier, n }) => [tier, Number(n)]));
  }

  /** Makes everybody due at the next review, even on the same day. */
  async markAllDue(tx: Sql): Promise<void> {
    await tx.run('UPDATE member SET due_day = 0 WHERE due_day > 0');
  }

  /** Makes these members due at the next review: what has changed for them is no fact of theirs. */
  async markDue(tx: Sql, members: readonly MemberId[]): Promise<void> {
    if (members.length === 0) return;
    await tx.run(`UPDATE member SET due_day = 0 WHERE due_day > 0 AND id IN ${inNumbers(tx, 1)}`, [
      storableJson(members),
    ]);
  }

  /**
   * Members who are due on this day, those due longest first. This is the order of the index, so an empty answer is quick
   * among a million members. A reviewed member drops out, so the next page starts again at the front. `after` is the last
   * member of the page before (0 at first): if their review failed they are still due, and the page starts behind them.
   */
  async due(sql: Sql, today: Day, after: number, limit: number): Promise<MemberId[]> {
    const stuck = after === 0 ? undefined : await this.dueDayOfStuck(sql, today, after);
    const rows = await sql.all<{ id: number }>(
      `SELECT id FROM member WHERE due_day <= $1 AND (due_day, id) > ($2, $3) AND merged_into IS NULL
      ORDER BY due_day, id LIMIT ${limit}`,
      [today, stuck?.due_day ?? -1, stuck ? after : 0],
    );
    return rows.map((row) => row.id as MemberId);
  }

  /** Those of these members who were neither reviewed nor merged meanwhile. */
  async stillDue(sql: Sql, ids: readonly MemberId[], today: Day): Promise<MemberId[]> {
    const rows = await sql.all<{ id: number }>(
      `SELECT id FROM member WHERE due_day <= $1 AND merged_into IS NULL AND id IN ${inNumbers(sql, 2)} ORDER BY due_day, id`,
      [today, storableJson(ids)],
    );
    return rows.map((row) => row.id as MemberId);
  }

  private dueDayOfStuck(sql: Sql, today: Day, id: number): Promise<{ due_day: Day } | undefined> {
    return sql.one('SELECT due_day FROM member WHERE id = $1 AND due_day <= $2', [id, today]);
  }

  /** Stores of members whom an evaluation left unchanged that they were reviewed on this day, and when they are due next. */
  async markReviewed(tx: Sql, dueDays: ReadonlyMap<MemberId, Day>, today: Day): Promise<void> {
    if (dueDays.size === 0) return;
    const rows = [...dueDays].map(([id, day]) => [id, day]);
    await tx.run(
      `UPDATE member SET reviewed_day = $1, due_day = CAST(reviewed.value ->> 1 AS bigint) FROM ${
        tx.dialect === 'sqlite' ? 'json_each($2)' : 'json_array_elements(CAST($2 AS json))'
      } AS reviewed WHERE member.id = CAST(reviewed.value ->> 0 AS bigint)`,
      [today, storableJson(rows)],
    );
  }

  /** Saves members with the figures that they were loaded with. */
  async saveWithLoadedFigures(tx: Sql, members: readonly StoredMember[], now: number): Promise<void> {
    await this.save(tx, members, new Map(members.map((member) => [member.state.id, member.figures])), now);
  }

  async save(
    tx: Sql,
    members: readonly StoredMember[],
    figures: ReadonlyMap<MemberId, MetricRow>,
    createdAt: number,
  ): Promise<void> {
    await tx.insert(
      'member',
      members.map((member) => {
        const { state } = member;
        return {
          id: state.id,
          name: state.name,
          external_userid: state.externalUserId,
          phone: state.phone,
          birthday: state.birthday,
          gender: state.gender,
          name_at: state.profileAt.name,
          phone_at: state.profileAt.phone,
          birthday_at: state.profileAt.birthday,
          gender_at: state.profileAt.gender,
          region_at: state.profileAt.region,
          source_at: state.sourceAt,
          created_at: createdAt,
          contact_changed_at: state.contactChangedAt,
          opt_changed_at: state.optChangedAt,
          first_seen_at: state.firstSeenAt,
          last_seen_at: state.lastSeenAt,
          joined_at: state.joinedAt,
          tier_since: member.tierSince,
          tier_lock: state.tierLock?.tier ?? null,
          tier_lock_by: state.tierLock?.by ?? null,
          tier_grace_until: member.graceUntil,
          tier_grace_to: member.graceTo,
          tier_held_until: member.heldUntil,
          tier_held_to: member.heldTo,
          held_released_at: state.heldReleasedAt,
          stage_since: member.stageSince,
          probation_until: member.probationUntil,
          reviewed_day: member.reviewedDay,
          due_day: member.dueDay,
          tags_version: member.tagsVersion,
        };
      }),
      `(id) DO UPDATE SET ${assignments(memberSaved)}`,
    );
    await memberFiguresStore.save(tx, members, figures);
  }
}

const memberSaved = [
  'name',
  'external_userid',
  'phone',
  'birthday',
  'gender',
  'name_at',
  'phone_at',
  'birthday_at',
  'gender_at',
  'region_at',
  'source_at',
  'contact_changed_at',
  'opt_changed_at',
  'first_seen_at',
  'last_seen_at',
  'joined_at',
  'tier_since',
  'tier_lock',
  'tier_lock_by',
  'tier_grace_until',
  'tier_grace_to',
  'tier_held_until',
  'tier_held_to',
  'held_released_at',
  'stage_since',
  'probation_until',
  'reviewed_day',
  'due_day',
  'tags_version',
];

const assignments = (columns: readonly string[]): string =>
  columns.map((column) => `${column} = excluded.${column}`).join(', ');

export const memberStore = new MemberStore();
