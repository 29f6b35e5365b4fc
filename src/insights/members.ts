import { dayOf } from '../domain/day.js';
import { phoneNumber } from '../domain/phone.js';
import { compileRule, type CompiledRule, type Vocabulary } from '../domain/rules/index.js';
import type { CorpFigures } from '../domain/metrics/index.js';
import type { Sql } from '../platform/database/sql.js';
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

/** Members by their stored figures, which are those of each member's last evaluation. */
export async function listMembers(
  sql: Sql,
  filter: MemberFilter,
  context: MembersContext,
): Promise<Page<MemberInList>> {
  const seen = 'COALESCE(mb.last_seen_at, 0)';
  const after = readCursor(filter.cursor, filter.sort === 'seen' ? 2 : 1);
  const params: (string | number | null)[] = [];
  const place = (value: string | number): string => `$${params.push(value)}`;
  const where = ['mb.merged_into IS NULL'];
  if (after && filter.sort === 'seen') {
    const at = place(after[0]!);
    where.push(`(${seen} < ${at} OR (${seen} = ${at} AND mb.id < ${place(after[1]!)}))`);
  } else if (after) where.push(`mb.id > ${place(after[0]!)}`);
  if (filter.q) where.push(matchesSearch(filter.q, place));
  if (filter.tier) where.push(`m.tier = ${place(filter.tier)}`);
  if (filter.stage) where.push(`m.stage = ${place(filter.stage)}`);
  if (filter.tag)
    where.push(
      `EXISTS (SELECT 1 FROM member_tag tg WHERE tg.member_id = mb.id AND tg.name = ${place(filter.tag)} AND tg.want = 1)`,
    );
  const rules = [
    ...(filter.segment ? [ofSegment(filter.segment, context.vocabulary)] : []),
    ...(filter.where ? [compiled(filter.where, context.vocabulary)] : []),
  ];
  for (const rule of rules) {
    const predicate = rule.toSql(sql.dialect, {
      today: dayOf(context.now, context.timeZone),
      corp: await corpFigures(sql),
      alias: 'm',
      firstPlaceholder: params.length + 1,
    });
    params.push(...predicate.params);
    where.push(`(${predicate.sql})`);
  }
  const rows = await sql.all<Row>(
    `SELECT mb.id, mb.name, mb.external_userid, mb.last_seen_at, mb.tier_since, m.tier, m.stage, m.is_contact, m.opted_out, m.messages_total, m.orders_total, m.spend_total_cents
     FROM member mb JOIN member_metrics m ON m.member_id = mb.id WHERE ${where.join(' AND ')}
     ORDER BY ${filter.sort === 'seen' ? `${seen} DESC, mb.id DESC` : 'mb.id'} LIMIT ${filter.limit + 1}`,
    params,
  );
  const page = pageOf(rows, filter.limit, (row) =>
    filter.sort === 'seen' ? [row.last_seen_at ?? 0, row.id] : [row.id],
  );
  const tags = await tagsOf(
    sql,
    page.items.map((row) => row.id),
  );
  return { items: page.items.map((row) => inList(row, tags.get(row.id) ?? [])), next: page.next };
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

function matchesSearch(q: string, place: (value: string | number) => string): string {
  const likely = `%${q.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const whole = place(q);
  const phone = phoneNumber(q);
  return `(mb.external_userid = ${whole} OR mb.phone = ${phone === null ? whole : place(phone)} OR CAST(mb.id AS text) = ${place(q.replace(/^#/, ''))} OR LOWER(mb.name) LIKE ${place(likely)} ESCAPE '\\')`;
}

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
