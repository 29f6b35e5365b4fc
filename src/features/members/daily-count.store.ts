import { asOf, type AsOf, type Day } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import type { DayCounts } from '../../domain/member.js';
import type { ActiveDay } from '../../domain/stages/stage-policy.js';
import { columnsOfHours, hourColumns } from '../../domain/metrics/active-hours.js';
import { dailyCounts, type DailySum } from '../../domain/metrics/daily-counts.js';
import { summedFigures, type MetricRow } from '../../domain/metrics/index.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

export interface DayAddition {
  readonly member: MemberId;
  readonly day: Day;
  readonly counts: DayCounts;
  /** The hour in which the member acted; left out or null: the fact is no act, or tells no time of day. */
  readonly hour?: number | null;
}

const stored = [...dailyCounts, ...hourColumns];
const addToStored = `(member_id, day) DO UPDATE SET ${[
  ...dailyCounts.map((column) => `${column} = member_day.${column} + excluded.${column}`),
  ...hourColumns.map((column) => `${column} = member_day.${column} | excluded.${column}`),
].join(', ')}`;

const noHours: ReadonlySet<number> = new Set();

/** Stands for the days of all time. */
const ALL_TIME = 1_000_000;
const daysOf = (sum: DailySum): number => ('lastDayOf' in sum ? ALL_TIME : (sum.days ?? ALL_TIME));

/**
 * The windows are nested, so the days are cut into bands: each day is summed once, in the smallest window that has it, and a
 * window has the bands up to its own. `inner`: the days of the next smaller window.
 */
const bands = [...new Set(summedFigures.map(({ sum }) => daysOf(sum)))]
  .sort((a, b) => a - b)
  .map((days, index, all) => ({ days, inner: all[index - 1] ?? 0 }));

/** What the database sums over the days of one band; figures over different windows share it. */
function bandSql(sum: DailySum): string {
  if ('lastDayOf' in sum) return `MAX(CASE WHEN ${sum.lastDayOf} > 0 THEN day END)`;
  if ('of' in sum) return `SUM(${sum.of})`;
  return `SUM(CASE WHEN ${sum.daysWith} > ${sum.moreThan ?? 0} THEN 1 ELSE 0 END)`;
}

const summed = [...new Set(summedFigures.map(({ sum }) => bandSql(sum)))];
/** Each figure with the place of its sum in the row of a band, and the days of its window. */
const figures = summedFigures.map(({ name, sum }) => ({
  name,
  column: `s${summed.indexOf(bandSql(sum))}`,
  days: daysOf(sum),
  isDay: 'lastDayOf' in sum,
}));

/** With every key of a member's sums, so that a copy needs no other. */
const emptySums: Readonly<Record<string, number | null>> = Object.fromEntries(
  ['changes_on', ...figures.map(({ name }) => name)].map((name) => [name, null]),
);

type BandRow = Readonly<Record<string, number | null>>;

/** The figures of one member from the sums of their bands, and as `changes_on` the day on which a day leaves its window. */
function figuresOf(rows: readonly BandRow[]): MetricRow {
  const leaving = rows.flatMap(({ band, first }) => (band === ALL_TIME ? [] : [first! + band!]));
  const row: Record<string, number | null> = { ...emptySums };
  row['changes_on'] = leaving.length === 0 ? null : Math.min(...leaving);
  for (const { name, column, days, isDay } of figures) {
    let figure: number | null = isDay ? null : 0;
    for (const band of rows) {
      const value = band[column] ?? null;
      if (value === null || band['band']! > days) continue;
      figure = isDay ? Math.max(figure ?? value, value) : (figure ?? 0) + value;
    }
    row[name] = figure;
  }
  return row;
}

/**
 * One row of counts for each member and day. Counts are added in the transaction that marks their facts as applied, so
 * nothing is counted twice. Windows such as 30 days are summed from these rows each time, so they cannot drift.
 */
export class DailyCountStore {
  async add(tx: Sql, additions: readonly DayAddition[]): Promise<void> {
    const rows = new Map<string, Record<string, number>>();
    const hours = new Map<string, Set<number>>();
    for (const { member, day, counts, hour } of additions) {
      const key = `${member}:${day}`;
      const row = rows.get(key) ?? {
        member_id: member,
        day,
        ...Object.fromEntries(dailyCounts.map((column) => [column, 0])),
      };
      for (const column of dailyCounts) row[column] = row[column]! + (counts[column] ?? 0);
      rows.set(key, row);
      if (hour === undefined || hour === null) continue;
      const ofDay = hours.get(key);
      if (ofDay) ofDay.add(hour);
      else hours.set(key, new Set([hour]));
    }
    for (const [key, row] of rows) Object.assign(row, columnsOfHours(hours.get(key) ?? noHours));
    await tx.insert('member_day', [...rows.values()], addToStored);
  }

  /** Adds the counts of member `from` to those of `to`, day by day. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    const columns = stored.join(', ');
    await tx.run(`INSERT INTO member_day (member_id, day, ${columns}) SELECT ${to}, day, ${columns} FROM member_day WHERE member_id = ${from}
    ON CONFLICT ${addToStored}`);
    await tx.run('DELETE FROM member_day WHERE member_id = $1', [from]);
  }

  /** Deletes all days of these members before they are counted again. */
  async deleteOf(tx: Sql, members: readonly MemberId[]): Promise<void> {
    if (members.length === 0) return;
    await tx.run(`DELETE FROM member_day WHERE member_id IN ${inNumbers(tx, 1)}`, [storableJson(members)]);
  }

  /**
   * The window figures of these members as of `today` (the last 30 days include today), and as `changes_on` the next day on
   * which one of them changes without a fact.
   */
  async sum(sql: Sql, members: readonly MemberId[], when: Day | AsOf): Promise<Map<MemberId, MetricRow>> {
    if (members.length === 0) return new Map();
    const { today, lastDay } = asOf(when);
    const columns = summed.map((text, index) => `${text} AS s${index}`).join(', ');
    const ofBand = ({ days, inner }: (typeof bands)[number]): string =>
      `SELECT member_id, ${days} AS band, MIN(day) AS first, ${columns} FROM member_day
      WHERE member_id IN ${inNumbers(sql, 1)} AND day > ${today - days} AND day <= ${Math.min(today - inner, lastDay)} GROUP BY member_id`;
    const rows = await sql.all<BandRow>(bands.map(ofBand).join(' UNION ALL '), [storableJson(members)]);
    const byMember = new Map<MemberId, BandRow[]>();
    for (const row of rows) {
      const member = row['member_id'] as MemberId;
      const known = byMember.get(member);
      if (known) known.push(row);
      else byMember.set(member, [row]);
    }
    return new Map([...byMember].map(([member, ofMember]) => [member, figuresOf(ofMember)]));
  }

  /**
   * The check-ins in a row of each of these members up to `today`: the length of the run that ends with their last check-in,
   * and of the longest. Whether the run still goes on depends on the day and is decided where it is read.
   */
  async checkInRuns(sql: Sql, members: readonly MemberId[], today: Day): Promise<Map<MemberId, MetricRow>> {
    if (members.length === 0) return new Map();
    // The days of a run and their numbers grow together, so their difference names the run.
    const rows = await sql.all<{ member_id: number; last: number; longest: number }>(
      `SELECT member_id, MAX(CASE WHEN is_last = 1 THEN days END) AS last, MAX(days) AS longest FROM (
        SELECT member_id, COUNT(*) AS days, ROW_NUMBER() OVER (PARTITION BY member_id ORDER BY MAX(day) DESC) AS is_last FROM (
          SELECT member_id, day, day - ROW_NUMBER() OVER (PARTITION BY member_id ORDER BY day) AS run FROM member_day
          WHERE member_id IN ${inNumbers(sql, 1)} AND checkins > 0 AND day <= ${today}) AS numbered
        GROUP BY member_id, run) AS runs
      GROUP BY member_id`,
      [storableJson(members)],
    );
    return new Map(
      rows.map((row) => [
        Number(row.member_id) as MemberId,
        { checkin_run: Number(row.last), checkin_streak_longest: Number(row.longest) },
      ]),
    );
  }

  /** The day on which each member was seen again after their latest silence of at least `silentDays`. */
  async returnedOn(
    sql: Sql,
    members: readonly MemberId[],
    silentDays: number,
    today: Day,
  ): Promise<Map<MemberId, Day>> {
    if (members.length === 0) return new Map();
    const rows = await sql.all<{ member_id: number; day: number }>(
      `SELECT member_id, MAX(day) AS day FROM (
        SELECT member_id, day, day - LAG(day) OVER (PARTITION BY member_id ORDER BY day) AS silent FROM member_day
        WHERE member_id IN ${inNumbers(sql, 1)} AND seen > 0 AND day <= ${today}) AS seen_day
      WHERE silent >= ${silentDays} GROUP BY member_id`,
      [storableJson(members)],
    );
    return new Map(rows.map((row) => [Number(row.member_id) as MemberId, Number(row.day)]));
  }

  /** The days from `since` to `today`, in order, on which each member did something. */
  async activeDays(
    sql: Sql,
    members: readonly MemberId[],
    since: Day,
    today: Day,
  ): Promise<Map<MemberId, ActiveDay[]>> {
    const days = new Map<MemberId, ActiveDay[]>();
    if (members.length === 0) return days;
    const rows = await sql.all<{ member_id: number; day: number; interactions: number }>(
      `SELECT member_id, day, views + checkins AS interactions FROM member_day
      WHERE member_id IN ${inNumbers(sql, 1)} AND seen > 0 AND day >= ${since} AND day <= ${today} ORDER BY member_id, day`,
      [storableJson(members)],
    );
    for (const row of rows) {
      const member = Number(row.member_id) as MemberId;
      const known = days.get(member) ?? [];
      days.set(member, known);
      known.push({ day: Number(row.day), interactions: Number(row.interactions) });
    }
    return days;
  }

  /** The days up to `today` on which the member has checked in. */
  async checkInDays(sql: Sql, member: MemberId, today: Day): Promise<Day[]> {
    const rows = await sql.all<{ day: number }>(
      'SELECT day FROM member_day WHERE member_id = $1 AND checkins > 0 AND day <= $2 ORDER BY day',
      [member, today],
    );
    return rows.map(({ day }) => Number(day));
  }

  /** The lowest 90-day spend within the top fifth of members who spent anything, in cents; null when nobody did. */
  async topFifthOfSpend(sql: Sql): Promise<number | null> {
    const row = await sql.one<{ value: number | null }>(`SELECT MIN(spend_90d_cents) AS value FROM (
      SELECT spend_90d_cents, NTILE(5) OVER (ORDER BY spend_90d_cents DESC) AS fifth FROM member_metrics WHERE spend_90d_cents > 0) ranked WHERE fifth = 1`);
    return row?.value === null || row?.value === undefined ? null : Number(row.value);
  }

  /** What all members together said in groups within 30 days. 0 when nothing that is said reaches the product. */
  async messagesOfAll(sql: Sql): Promise<number> {
    const row = await sql.one<{ value: number | null }>('SELECT SUM(messages_30d) AS value FROM member_metrics');
    return Number(row?.value ?? 0);
  }
}

export const dailyCountStore = new DailyCountStore();
