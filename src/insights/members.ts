import { dayOf } from '../domain/day.js';
import { phoneNumber } from '../domain/phone.js';
import { compileRule, type CompiledRule, type Predicate, type Vocabulary } from '../domain/rules/index.js';
import type { CorpFigures } from '../domain/metrics/index.js';
import { inNumbers } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { OperatorMistake } from '../platform/errors.js';
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

export interface MemberFilter {
  /** Part of a name, or a whole external_userid, phone number or member id (also as #12). */
  readonly q?: string | undefined;
  readonly tier?: string | undefined;
  readonly stage?: string | undefined;
  readonly tag?: string | undefined;
  /** Key of a segment. */
  readonly segment?: string | undefined;
  /** A condition in CEL. */
  readonly where?: string | undefined;
  /** `seen`: the member seen last comes first. `id`: the lowest id first, for reading all members. */
  readonly sort: 'seen' | 'id';
  readonly cursor?: string | undefined;
  readonly limit: number;
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

export interface MembersContext {
  readonly vocabulary: Vocabulary;
  readonly timeZone: string;
  readonly now: number;
}

/** So many members are fetched by their ids and sorted; more are met soon enough in the order of the list. */
const FEW = 5_000;

/**
 * Members by their stored figures, which are those of each member's last evaluation. Among a million, a filter that holds for
 * many is read in the order of the list until the page is full. A filter that holds for few would be read to the end that
 * way, member by member; it is read over the figures, the tags or the names instead, and the few are sorted.
 */
export async function listMembers(
  sql: Sql,
  filter: MemberFilter,
  context: MembersContext,
): Promise<Page<MemberInList>> {
  const filtered = new FilterText(filter, await predicatesOf(sql, filter, context));
  const few = filtered.isEmpty ? null : await fewMembers(sql, filtered);
  const rows = few === null ? await inOrder(sql, filter, filtered) : await amongFew(sql, filter, few);
  const page = pageOf(rows, filter.limit, (row) =>
    filter.sort === 'seen' ? [row.last_seen_at ?? 0, row.id] : [row.id],
  );
  const tags = await tagsOf(
    sql,
    page.items.map((row) => row.id),
  );
  return { items: page.items.map((row) => inList(row, tags.get(row.id) ?? [])), next: page.next };
}

type PredicateFrom = (firstPlaceholder: number) => Predicate;

/** The conditions of the segment and of the text in CEL. */
async function predicatesOf(sql: Sql, filter: MemberFilter, context: MembersContext): Promise<PredicateFrom[]> {
  const rules = [
    ...(filter.segment ? [ofSegment(filter.segment, context.vocabulary)] : []),
    ...(filter.where ? [compiled(filter.where, context.vocabulary)] : []),
  ];
  if (rules.length === 0) return [];
  const moment = { today: dayOf(context.now, context.timeZone), corp: await corpFigures(sql), alias: 'm' };
  return rules.map((rule) => (firstPlaceholder) => rule.toSql(sql.dialect, { ...moment, firstPlaceholder }));
}

type Place = (value: string | number) => string;

class Params {
  readonly values: (string | number | null)[] = [];
  readonly place: Place = (value) => `$${this.values.push(value)}`;

  /** As many parameters as the predicate has are added. */
  predicate(of: PredicateFrom): string {
    const { sql, params } = of(this.values.length + 1);
    this.values.push(...params);
    return `(${sql})`;
  }
}

/** The conditions of a filter, without its page. */
class FilterText {
  constructor(
    private readonly filter: MemberFilter,
    private readonly rules: readonly PredicateFrom[],
  ) {}

  get isEmpty(): boolean {
    const { q, tier, stage, tag } = this.filter;
    return !q && !tier && !stage && !tag && this.rules.length === 0;
  }

  get tag(): string | undefined {
    return this.filter.tag || undefined;
  }

  get q(): string | undefined {
    return this.filter.q || undefined;
  }

  /** What the member's row of figures must fulfil. */
  ofFigures(params: Params): string[] {
    const { tier, stage } = this.filter;
    return [
      ...(tier ? [`m.tier = ${params.place(tier)}`] : []),
      ...(stage ? [`m.stage = ${params.place(stage)}`] : []),
      ...this.rules.map((rule) => params.predicate(rule)),
    ];
  }
}

/**
 * The members who pass the filter, if they are few; otherwise null. CROSS JOIN keeps SQLite to this order of the tables:
 * what the filter is about comes first.
 */
async function fewMembers(sql: Sql, filtered: FilterText): Promise<number[] | null> {
  const params = new Params();
  const from = [
    ...(filtered.q === undefined ? [] : [`(${searched(filtered.q, params.place)}) found`]),
    ...(filtered.tag === undefined ? [] : ['member_tag tg']),
    'member_metrics m',
    'member mb',
  ];
  const where = [
    'mb.id = m.member_id AND mb.merged_into IS NULL',
    ...(filtered.q === undefined ? [] : ['m.member_id = found.id']),
    ...(filtered.tag === undefined
      ? []
      : [`tg.member_id = m.member_id AND tg.name = ${params.place(filtered.tag)} AND tg.want = 1`]),
    ...filtered.ofFigures(params),
  ];
  const rows = await sql.all<{ id: number }>(
    `SELECT mb.id FROM ${from.join(' CROSS JOIN ')} WHERE ${where.join(' AND ')} LIMIT ${FEW + 1}`,
    params.values,
  );
  return rows.length > FEW ? null : rows.map(({ id }) => id);
}

const SEEN = 'COALESCE(mb.last_seen_at, 0)';
const selected = `SELECT mb.id, mb.name, mb.external_userid, mb.last_seen_at, mb.tier_since, m.tier, m.stage, m.is_contact, m.opted_out, m.messages_total, m.orders_total, m.spend_total_cents
  FROM member mb CROSS JOIN member_metrics m WHERE m.member_id = mb.id AND mb.merged_into IS NULL`;

const ordered = ({ sort, limit }: MemberFilter): string =>
  `ORDER BY ${sort === 'seen' ? `${SEEN} DESC, mb.id DESC` : 'mb.id'} LIMIT ${limit + 1}`;

function behindCursor({ cursor, sort }: MemberFilter, place: Place): string[] {
  const after = readCursor(cursor, sort === 'seen' ? 2 : 1);
  if (!after) return [];
  if (sort === 'id') return [`mb.id > ${place(after[0]!)}`];
  const at = place(after[0]!);
  return [`(${SEEN} < ${at} OR (${SEEN} = ${at} AND mb.id < ${place(after[1]!)}))`];
}

function amongFew(sql: Sql, filter: MemberFilter, few: readonly number[]): Promise<Row[]> {
  const params = new Params();
  const where = [`mb.id IN ${inNumbers(sql, 1)}`];
  params.place(storableJson(few));
  where.push(...behindCursor(filter, params.place));
  return sql.all<Row>(`${selected} AND ${where.join(' AND ')} ${ordered(filter)}`, params.values);
}

function inOrder(sql: Sql, filter: MemberFilter, filtered: FilterText): Promise<Row[]> {
  const params = new Params();
  const where = [
    ...behindCursor(filter, params.place),
    ...(filtered.q === undefined ? [] : [`(${searchedParts(filtered.q, params.place, 'mb.').join(' OR ')})`]),
    ...(filtered.tag === undefined
      ? []
      : [
          `EXISTS (SELECT 1 FROM member_tag tg WHERE tg.member_id = mb.id AND tg.name = ${params.place(filtered.tag)} AND tg.want = 1)`,
        ]),
    ...filtered.ofFigures(params),
  ];
  return sql.all<Row>(`${[selected, ...where].join(' AND ')} ${ordered(filter)}`, params.values);
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

/** What a search may mean; `of` comes before each column of `member`. */
function searchedParts(q: string, place: Place, of = ''): string[] {
  const number = q.replace(/^#/, '');
  const isId = /^[1-9]\d{0,14}$/.test(number);
  const likely = `%${q.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return [
    `${of}external_userid = ${place(q)}`,
    `${of}phone = ${place(phoneNumber(q) ?? q)}`,
    ...(isId ? [`${of}id = ${place(Number(number))}`] : []),
    `LOWER(${of}name) LIKE ${place(likely)} ESCAPE '\\'`,
  ];
}

/** The ids of the members found. On SQLite each part reads an index of its own. */
const searched = (q: string, place: Place): string =>
  searchedParts(q, place)
    .map((part) => `SELECT id FROM member WHERE ${part}`)
    .join(' UNION ');

function ofSegment(key: string, vocabulary: Vocabulary): CompiledRule {
  if (vocabulary.segments?.has(key)) return compiled(`in_segment('${key}')`, vocabulary);
  throw new OperatorMistake('no_such_segment', 'there is no such segment');
}

/** Compiles a condition that an operator typed; throws an `OperatorMistake` with the place of the first problem. */
export function compiled(text: string, vocabulary: Vocabulary) {
  const compilation = compileRule(text, vocabulary);
  if (compilation.ok) return compilation.rule;
  const { message, hint, line, column } = compilation.problems[0]!;
  throw new OperatorMistake('bad_rule', `${message.zh}（${message.en}）${hint.zh}`, { line, column });
}

async function corpFigures(sql: Sql): Promise<CorpFigures> {
  const rows = await sql.all<{ name: string; value: number | null }>('SELECT name, value FROM corp_figure');
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}

async function tagsOf(sql: Sql, members: readonly number[]): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  if (members.length === 0) return found;
  const rows = await sql.all<{ member_id: number; name: string }>(
    `SELECT member_id, name FROM member_tag WHERE want = 1 AND member_id IN (${members.join(',')}) ORDER BY grp, name`,
  );
  for (const { member_id, name } of rows) found.set(member_id, [...(found.get(member_id) ?? []), name]);
  return found;
}
