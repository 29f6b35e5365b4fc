import { DAY_MS, dayOf } from '../domain/day.js';
import { inNumbers } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import {
  filterText,
  Params,
  searched,
  type FilterMoment,
  type FilterText,
  type MemberFilter,
  type Place,
} from './member-filter.js';
import type { DayOfMembers, MemberSets } from './member-sets.js';
import { memberName } from './names.js';
import { pageOf, readCursor, type Page } from './page.js';

export interface MemberInList {
  readonly id: number;
  readonly name: string;
  readonly externalUserId: string | null;
  readonly tier: string | null;
  readonly tierSince: number | null;
  readonly stage: string | null;
  readonly tags: readonly string[];
  readonly lastSeenAt: number | null;
  readonly ordersTotal: number;
  readonly spendTotalCents: number;
  readonly messagesTotal: number;
  readonly isContact: boolean;
  readonly optedOut: boolean;
}

interface Row {
  readonly id: number;
  readonly name: string;
  readonly external_userid: string | null;
  readonly last_seen_at: number | null;
  readonly tier_since: number | null;
  readonly tier: string | null;
  readonly stage: string | null;
  readonly is_contact: number;
  readonly opted_out: number;
  readonly messages_total: number;
  readonly orders_total: number;
  readonly spend_total_cents: number;
}

export interface MembersContext extends FilterMoment {
  readonly sets: MemberSets;
  readonly effort?: ListEffort;
}

/** How many members are read in which way; it changes the time of an answer only. */
export interface ListEffort {
  /** So many members found by a search or a tag are fetched by their ids and sorted. */
  readonly few: number;
  /** For each member of the page, so many are read in the order of the list before the set is used. */
  readonly inOrder: number;
  /** So many members of a set are fetched at once. */
  readonly atOnce: number;
  /** More members of a set who were last seen on one day are read in the order of the list. */
  readonly manyOnOneDay: number;
}

const usual: ListEffort = { few: 2_000, inOrder: 30, atOnce: 300, manyOnOneDay: 5_000 };

/**
 * Members by their stored figures, which are those of each member's last evaluation. Among a million, a filter that holds for
 * many is read in the order of the list until the page is full. Where that takes too long, because it holds for few or for
 * members not seen lately, the set of those who pass it says where they are; it is made once and kept.
 */
export async function listMembers(
  sql: Sql,
  filter: MemberFilter,
  context: MembersContext,
): Promise<Page<MemberInList>> {
  const filtered = await filterText(sql, filter, context);
  const rows = await rowsOf(sql, filter, filtered, context);
  const page = pageOf(rows, filter.limit, (row) => (filter.sort === 'seen' ? [seenOf(row), row.id] : [row.id]));
  const tags = await tagsOf(
    sql,
    page.items.map((row) => row.id),
  );
  return { items: page.items.map((row) => inList(row, tags.get(row.id) ?? [])), next: page.next };
}

/** One more than the page has. */
async function rowsOf(sql: Sql, filter: MemberFilter, filtered: FilterText, context: MembersContext): Promise<Row[]> {
  const wanted = filter.limit + 1;
  const after = readCursor(filter.cursor, filter.sort === 'seen' ? 2 : 1);
  const few = await fewMembers(sql, filtered, (context.effort ?? usual).few);
  if (filter.sort === 'id') return inOrderOfIds(sql, filtered, { after: after?.[0] ?? 0, wanted, few });
  const from = after ? { seen: after[0]!, id: after[1]! } : null;
  if (few !== null) return among(sql, filtered, { from, wanted, ids: storableJson(few) });
  if (filtered.isEmpty) return inOrder(sql, filtered, { from, wanted });
  if (context.sets.has(filtered)) return fromSet(sql, filtered, { from, wanted }, context);
  return nearest(sql, filtered, { from, wanted }, context);
}

/** A place in the list, behind which a page begins. */
interface SeenPlace {
  readonly seen: number;
  readonly id: number;
}

interface Wanted {
  readonly from: SeenPlace | null;
  readonly wanted: number;
}

/** The members found by the search or the tag, without the other conditions, if they are few; otherwise null. */
async function fewMembers(sql: Sql, filtered: FilterText, atMost: number): Promise<number[] | null> {
  const { q, tag } = filtered;
  for (const found of [
    ...(q === undefined ? [] : [(place: Place) => searched(sql.dialect, q, place)]),
    ...(tag === undefined
      ? []
      : [(place: Place) => `SELECT member_id AS id FROM member_tag WHERE name = ${place(tag)} AND want = 1`]),
  ]) {
    const params = new Params();
    const rows = await sql.all<{ id: number }>(
      `SELECT id FROM (${found(params.place)}) AS found LIMIT ${atMost + 1}`,
      params.values,
    );
    if (rows.length <= atMost) return rows.map(({ id }) => id);
  }
  return null;
}

const SEEN = 'COALESCE(mb.last_seen_at, 0)';
const columns =
  'mb.id, mb.name, mb.external_userid, mb.last_seen_at, mb.tier_since, m.tier, m.stage, m.is_contact, m.opted_out, m.messages_total, m.orders_total, m.spend_total_cents';
const joined = 'm.member_id = mb.id AND mb.merged_into IS NULL';
const LATEST_FIRST = `ORDER BY ${SEEN} DESC, mb.id DESC`;

const seenOf = (row: Row): number => row.last_seen_at ?? 0;

/** Written so that both databases begin in the index at `seen`. */
function behind(from: SeenPlace | null, place: Place): string[] {
  if (!from) return [];
  const seen = place(from.seen);
  return [`${SEEN} <= ${seen}`, `(${SEEN} < ${seen} OR mb.id < ${place(from.id)})`];
}

const allOf = (conditions: readonly string[]): string =>
  conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';

/** Of the members with these ids. */
function among(
  sql: Sql,
  filtered: FilterText,
  { from, wanted, ids }: Wanted & { readonly ids: string },
): Promise<Row[]> {
  const params = new Params();
  params.place(ids);
  const where = [
    `mb.id IN ${inNumbers(sql, 1)}`,
    joined,
    ...behind(from, params.place),
    ...filtered.conditions(params),
  ];
  return sql.all<Row>(
    `SELECT ${columns} FROM member mb CROSS JOIN member_metrics m ${allOf(where)} ${LATEST_FIRST} LIMIT ${wanted}`,
    params.values,
  );
}

/** Reads member by member until the page is full. */
function inOrder(sql: Sql, filtered: FilterText, { from, wanted }: Wanted): Promise<Row[]> {
  const params = new Params();
  const where = [joined, ...behind(from, params.place), ...filtered.conditions(params)];
  return sql.all<Row>(
    `SELECT ${columns} FROM member mb CROSS JOIN member_metrics m ${allOf(where)} ${LATEST_FIRST} LIMIT ${wanted}`,
    params.values,
  );
}

/** Reads the next members in the order of the list, and the rest of the page from the set. */
async function nearest(
  sql: Sql,
  filtered: FilterText,
  { from, wanted }: Wanted,
  context: MembersContext,
): Promise<Row[]> {
  const read = (context.effort ?? usual).inOrder * wanted;
  const params = new Params();
  const near = `SELECT mb.id FROM member mb ${allOf(behind(from, params.place))} ${LATEST_FIRST} LIMIT ${read}`;
  const where = ['mb.id = near.id', joined, ...filtered.conditions(params)];
  const rows = await sql.all<Row>(
    `SELECT ${columns} FROM (${near}) near CROSS JOIN member mb CROSS JOIN member_metrics m ${allOf(where)} ${LATEST_FIRST} LIMIT ${wanted}`,
    params.values,
  );
  if (rows.length === wanted) return rows;
  const last = await placeAfter(sql, from, read);
  if (last === null) return rows;
  return [...rows, ...(await fromSet(sql, filtered, { from: last, wanted: wanted - rows.length }, context))];
}

/** The place of the member who comes `count` members later in the list of all; null if there are not so many. */
async function placeAfter(sql: Sql, from: SeenPlace | null, count: number): Promise<SeenPlace | null> {
  const params = new Params();
  const row = await sql.one<SeenPlace>(
    `SELECT ${SEEN} AS seen, mb.id FROM member mb ${allOf(behind(from, params.place))} ${LATEST_FIRST} LIMIT 1 OFFSET ${count - 1}`,
    params.values,
  );
  return row ?? null;
}

/**
 * Fetches the members of the set day by day until no earlier day can have one of the page. The day of a set is that of the
 * figures: after a change of the time zone it may differ by one from the day of the moment.
 */
async function fromSet(
  sql: Sql,
  filtered: FilterText,
  { from, wanted }: Wanted,
  context: MembersContext,
): Promise<Row[]> {
  const { atOnce, manyOnOneDay } = context.effort ?? usual;
  const set = await context.sets.of(sql, filtered, context.now);
  const days = set.upTo(from ? dayOf(from.seen, context.timeZone) + 1 : Infinity);
  const found = new Map<number, Row>();
  const add = (rows: readonly Row[]): void => {
    for (const row of rows) found.set(row.id, row);
  };
  const first = (isFinal: (row: Row) => boolean = () => true): Row[] =>
    [...found.values()]
      .filter(isFinal)
      .sort((a, b) => seenOf(b) - seenOf(a) || b.id - a.id)
      .slice(0, wanted);
  let pending: DayOfMembers[] = [];
  for (const [index, day] of days.entries()) {
    const hasMany = day.count > manyOnOneDay;
    if (!hasMany) pending.push(day);
    const next = hasMany ? day : days[index + 1];
    if (!hasMany && next && next.count <= manyOnOneDay && sizeOf(pending) < atOnce) continue;
    add(await fetched(sql, filtered, { from, wanted }, pending));
    pending = [];
    const final = first((row) => next === undefined || dayOf(seenOf(row), context.timeZone) > next.day + 1);
    if (final.length === wanted) return final;
    if (!hasMany) continue;
    const end = { seen: (day.day + 3) * DAY_MS, id: 0 };
    add(await inOrder(sql, filtered, { from: from && from.seen < end.seen ? from : end, wanted }));
    break;
  }
  return first();
}

const sizeOf = (days: readonly DayOfMembers[]): number => days.reduce((sum, { count }) => sum + count, 0);

async function fetched(
  sql: Sql,
  filtered: FilterText,
  wanted: Wanted,
  days: readonly DayOfMembers[],
): Promise<readonly Row[]> {
  if (days.length === 0) return [];
  return among(sql, filtered, { ...wanted, ids: `[${days.map(({ ids }) => ids).join(',')}]` });
}

/** All members are read this way, page by page: a filter costs one pass in all. */
function inOrderOfIds(
  sql: Sql,
  filtered: FilterText,
  { after, wanted, few }: { readonly after: number; readonly wanted: number; readonly few: readonly number[] | null },
): Promise<Row[]> {
  const params = new Params();
  const where = [
    `mb.id > ${params.place(after)}`,
    ...(few === null ? [] : [`mb.id IN ${inNumbers(sql, params.values.length + 1)}`]),
  ];
  if (few !== null) params.place(storableJson(few));
  where.push(joined, ...filtered.conditions(params));
  return sql.all<Row>(
    `SELECT ${columns} FROM member mb CROSS JOIN member_metrics m ${allOf(where)} ORDER BY mb.id LIMIT ${wanted}`,
    params.values,
  );
}

const inList = (row: Row, tags: readonly string[]): MemberInList => ({
  id: row.id,
  name: memberName(row),
  externalUserId: row.external_userid,
  tier: row.tier,
  tierSince: row.tier_since,
  stage: row.stage,
  tags,
  lastSeenAt: row.last_seen_at,
  ordersTotal: row.orders_total,
  spendTotalCents: row.spend_total_cents,
  messagesTotal: row.messages_total,
  isContact: row.is_contact === 1,
  optedOut: row.opted_out === 1,
});

async function tagsOf(sql: Sql, members: readonly number[]): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  if (members.length === 0) return found;
  const rows = await sql.all<{ member_id: number; name: string }>(
    `SELECT member_id, name FROM member_tag WHERE want = 1 AND member_id IN (${members.join(',')}) ORDER BY grp, name`,
  );
  for (const { member_id, name } of rows) found.set(member_id, [...(found.get(member_id) ?? []), name]);
  return found;
}
