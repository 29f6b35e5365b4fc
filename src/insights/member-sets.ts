import { HOUR_MS, type Day } from '../domain/day.js';
import type { ChangeLog } from '../platform/database/change-log.js';
import { inNumbers } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { Params, searched, type FilterText } from './member-filter.js';

/** Whose changes may let a member into a set. A new name is stored together with the figures. */
const TABLES = ['member_metrics', 'member_tag'] as const;
/** Each takes about eight bytes. */
const MOST_MEMBERS_KEPT = 3_000_000;
const MOST_SETS_KEPT = 50;
/** More changed members are not looked at one by one. */
const MOST_CHANGED = 20_000;
/** After so long a set is made again, whatever the log says. */
const OLDEST_MS = HOUR_MS;

/** Members last seen on one day. */
export interface DayOfMembers {
  readonly day: Day;
  readonly count: number;
  /** Their ids, separated by commas; some may be there twice. */
  readonly ids: string;
}

/**
 * Who passed a filter when the set was made, and who has come to pass it since. Some may no longer pass it: who reads a set
 * asks the database again about those that it shows.
 */
class MemberSet {
  private readonly byDay: Map<Day, DayOfMembers>;
  private sorted: readonly Day[] | undefined;
  private added = 0;
  size: number;

  constructor(
    days: readonly DayOfMembers[],
    readonly madeAt: number,
    /** By table: up to where the log of changes is contained. */
    public ends: readonly number[],
  ) {
    this.byDay = new Map(days.map((day) => [day.day, day]));
    this.size = days.reduce((sum, { count }) => sum + count, 0);
  }

  get isWorn(): boolean {
    return this.added > MOST_CHANGED && this.added > this.size / 2;
  }

  add({ day, count, ids }: DayOfMembers): void {
    const before = this.byDay.get(day);
    if (before === undefined) this.sorted = undefined;
    this.byDay.set(
      day,
      before ? { day, count: before.count + count, ids: `${before.ids},${ids}` } : { day, count, ids },
    );
    this.size += count;
    this.added += count;
  }

  /** The days up to `latest`, the latest first. */
  upTo(latest: Day): DayOfMembers[] {
    this.sorted ??= [...this.byDay.keys()].sort((a, b) => b - a);
    return this.sorted.flatMap((day) => (day <= latest ? [this.byDay.get(day)!] : []));
  }
}

export type { MemberSet };

/**
 * Keeps who passes a filter, for filters that hold for few or for members not seen lately: to find them, all figures are read.
 * A kept set costs one look at the members who have changed since. A rule that counts days is another filter on the next day.
 */
export class MemberSets {
  /** The least recently used first. */
  private readonly kept = new Map<string, MemberSet>();

  constructor(private readonly changes: ChangeLog) {}

  /** Whether this set was made before: then it is the fastest way to the members. */
  has(filter: FilterText): boolean {
    return this.kept.has(keyOf(filter));
  }

  async of(sql: Sql, filter: FilterText, now: number): Promise<MemberSet> {
    const key = keyOf(filter);
    const set = (await this.brought(sql, filter, now, this.kept.get(key))) ?? (await this.made(sql, filter, now));
    this.kept.delete(key);
    this.kept.set(key, set);
    let members = 0;
    for (const { size } of this.kept.values()) members += size;
    for (const [oldest, { size }] of this.kept) {
      if (this.kept.size <= 1 || (members <= MOST_MEMBERS_KEPT && this.kept.size <= MOST_SETS_KEPT)) break;
      this.kept.delete(oldest);
      members -= size;
    }
    return set;
  }

  private async made(sql: Sql, filter: FilterText, now: number): Promise<MemberSet> {
    // Before the query: what changes meanwhile is looked at again.
    const ends = this.ends();
    return new MemberSet(await daysOfAll(sql, filter), now, ends);
  }

  /** The set with those who have come since; null if it must be made again. */
  private async brought(
    sql: Sql,
    filter: FilterText,
    now: number,
    set: MemberSet | undefined,
  ): Promise<MemberSet | null> {
    if (set === undefined || set.isWorn || Math.abs(now - set.madeAt) > OLDEST_MS) return null;
    const [ends, before] = [this.ends(), set.ends];
    const changed = new Set<number>();
    for (const [index, table] of TABLES.entries()) {
      const since = this.changes.since(table, before[index]!);
      if (since === null) return null;
      for (const member of since) changed.add(member);
    }
    if (changed.size > MOST_CHANGED) return null;
    if (changed.size > 0) for (const day of await daysOfSome(sql, filter, [...changed])) set.add(day);
    set.ends = ends;
    return set;
  }

  private ends(): number[] {
    return TABLES.map((table) => this.changes.end(table));
  }
}

function keyOf(filter: FilterText): string {
  const params = new Params();
  return storableJson([filter.conditions(params), params.values]);
}

const DAY = 'COALESCE(m.last_seen_day, 0)';
const grouped = `SELECT ${DAY} AS day, COUNT(*) AS count, STRING_AGG(CAST(m.member_id AS TEXT), ',') AS ids`;

/** CROSS JOIN keeps SQLite to this order of the tables: what the filter is about comes first. */
function daysOfAll(sql: Sql, filter: FilterText): Promise<DayOfMembers[]> {
  const params = new Params();
  const from = [
    ...(filter.q === undefined ? [] : [`(${searched(sql.dialect, filter.q, params.place)}) found`]),
    ...(filter.tag === undefined ? [] : ['member_tag tg']),
    'member_metrics m',
  ];
  const where = [
    ...(filter.q === undefined ? [] : ['m.member_id = found.id']),
    ...(filter.tag === undefined
      ? []
      : [`tg.member_id = m.member_id AND tg.name = ${params.place(filter.tag)} AND tg.want = 1`]),
    ...filter.ofFigures(params),
  ];
  return sql.all<DayOfMembers>(
    `${grouped} FROM ${from.join(' CROSS JOIN ')}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} GROUP BY ${DAY}`,
    params.values,
  );
}

/** The changed members come first; otherwise SQLite would rather read all members of a tier than look these up. */
function daysOfSome(sql: Sql, filter: FilterText, members: readonly number[]): Promise<DayOfMembers[]> {
  const params = new Params();
  params.place(storableJson(members));
  const from = `${inNumbers(sql, 1)} AS changed CROSS JOIN member_metrics m CROSS JOIN member mb`;
  const where = ['m.member_id = changed.value', 'mb.id = m.member_id', ...filter.conditions(params)];
  return sql.all<DayOfMembers>(`${grouped} FROM ${from} WHERE ${where.join(' AND ')} GROUP BY ${DAY}`, params.values);
}
