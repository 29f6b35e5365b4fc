import type { Because } from '../domain/because.js';
import type { LocalizedText } from '../domain/localized-text.js';
import { DAY_MS, dayOf, momentOf } from '../domain/day.js';
import { factData, type FactData, type FactKind } from '../domain/fact.js';

import type { Sql } from '../platform/database/sql.js';
import { storedOr } from '../platform/database/stored-json.js';
import type { PlacedEntry, TimelineEntry, TimelineQuery } from './timeline-entry.js';
import { textOf } from './words/action-words.js';
import type { Unexplained } from './explain.js';
import { becauseFrom } from './words/because-words.js';
import { deliveryTitle, moveTitle } from './words/delivery-words.js';
import { countedColumns, dayWords, factWords, itemizedKinds } from './words/fact-words.js';
import { driftWords, type FoundDrift } from './words/drift-words.js';
import { reasonLabel } from './words/reason-words.js';
import { actionFrom, labelFrom, unreadable } from './words/stored-words.js';

/** SQL condition for the rows of one source after the cursor. Only numbers are put into the SQL text. */
function afterCursor(query: TimelineQuery, rank: number, at: string, id: string): string {
  const { after } = query;
  if (!after) return '1 = 1';
  if (rank < after.rank) return `${at} <= ${after.at}`;
  if (rank > after.rank) return `${at} < ${after.at}`;
  return `(${at} < ${after.at} OR (${at} = ${after.at} AND ${id} < ${after.number}))`;
}

const pageClause = (query: TimelineQuery, rank: number, at: string, id: string): string =>
  `AND ${afterCursor(query, rank, at, id)} ORDER BY ${at} DESC, ${id} DESC LIMIT ${query.limit}`;

/** Frequent activity, one entry per day; single messages would bury everything else. */
export async function dayEntries(sql: Sql, query: TimelineQuery, rank: number): Promise<PlacedEntry[]> {
  const lastDay = query.after ? dayOf(query.after.at, query.timeZone) : dayOf(query.now, query.timeZone);
  const rows = await sql.all<Record<string, number>>(
    `SELECT day, ${countedColumns.join(', ')} FROM member_day
     WHERE member_id = $1 AND day <= ${lastDay} AND (${countedColumns.map((column) => `${column} > 0`).join(' OR ')}) ORDER BY day DESC LIMIT ${query.limit + 1}`,
    [query.member],
  );
  return rows.flatMap((row): PlacedEntry[] => {
    const words = dayWords(row);
    const day = row['day']!;
    const at = Math.min(query.now, momentOf(day, 0, query.timeZone) + DAY_MS - 1);
    if (!words || !isAfterCursor(query, at, rank, day)) return [];
    return [
      {
        rank,
        number: day,
        entry: { id: `day-${day}`, at, kind: 'fact', title: words, because: null, isWholeDay: true },
      },
    ];
  });
}

function isAfterCursor({ after }: TimelineQuery, at: number, rank: number, number: number): boolean {
  if (!after) return true;
  return at < after.at || (at === after.at && (rank < after.rank || (rank === after.rank && number < after.number)));
}

export async function factEntries(sql: Sql, query: TimelineQuery, rank: number): Promise<PlacedEntry[]> {
  const rows = await sql.all<{ id: number; kind: FactKind; at: number; data: string }>(
    `SELECT id, kind, at, data FROM fact WHERE member_id = $1 AND kind IN (${itemizedKinds.map((kind) => `'${kind}'`).join(', ')}) ${pageClause(query, rank, 'at', 'id')}`,
    [query.member],
  );
  const chats = rows.length === 0 ? new Map<string, string>() : await chatNames(sql);
  const names = { group: (chatId: string) => chats.get(chatId) ?? chatId, tier: query.tierLabel };
  return rows.map(({ id, kind, at, data }) => ({
    rank,
    number: id,
    entry: {
      id: `fact-${id}`,
      at,
      kind: 'fact',
      ...factText(kind, data, names),
      because: null,
      state: kind,
    },
  }));
}

function factText(
  kind: FactKind,
  stored: string,
  names: Parameters<typeof factWords>[2],
): ReturnType<typeof factWords> {
  const data = storedOr<unknown, null>(stored, factData[kind], null);
  return data === null ? { title: unreadable } : factWords(kind, data as FactData<FactKind>, names);
}

async function chatNames(sql: Sql): Promise<Map<string, string>> {
  const rows = await sql.all<{ name: string; chat_id: string | null; room_id: string | null }>(
    'SELECT name, chat_id, room_id FROM chat_group',
  );
  return new Map(
    rows.flatMap((row) =>
      [row.chat_id, row.room_id].flatMap((id) => (id && row.name ? [[id, row.name] as const] : [])),
    ),
  );
}

export interface DecisionRow {
  readonly id: number;
  readonly at: number;
  readonly kind: 'tier' | 'stage' | 'tag' | 'move';
  readonly title: string;
  readonly because: string | null;
}

export const decisionEntry = (row: DecisionRow): Unexplained<TimelineEntry> => ({
  id: `decision-${row.id}`,
  at: row.at,
  kind: row.kind,
  title: labelFrom(row.title),
  because: becauseFrom(row.because),
});

export async function decisionEntries(sql: Sql, query: TimelineQuery, rank: number): Promise<PlacedEntry[]> {
  const rows = await sql.all<DecisionRow>(
    `SELECT id, at, kind, title, because FROM decision WHERE member_id = $1 ${pageClause(query, rank, 'at', 'id')}`,
    [query.member],
  );
  return rows.map((row) => ({ rank, number: row.id, entry: decisionEntry(row) }));
}

export interface MoveEventRow {
  readonly id: number;
  readonly at: number;
  readonly state: string;
  readonly note: string;
  readonly to_group: number;
}

export function moveEntry(row: MoveEventRow, groups: ReadonlyMap<number, string>): Unexplained<TimelineEntry> {
  return {
    id: `move-${row.id}`,
    at: row.at,
    kind: 'move',
    title: moveTitle(row.state, groups.get(row.to_group) ?? `#${row.to_group}`),
    ...(row.note === '' ? {} : { detail: reasonLabel(row.note) }),
    because: null,
    state: row.state,
  };
}

/** SQL condition: a move's first step is left out, because the decision to make the move is an entry of its own. */
export const isNotFirstStep = 'e.id > (SELECT MIN(f.id) FROM move_event f WHERE f.move_id = e.move_id)';

export async function moveEntries(sql: Sql, query: TimelineQuery, rank: number): Promise<PlacedEntry[]> {
  const rows = await sql.all<MoveEventRow>(
    `SELECT e.id, e.at, e.state, e.note, v.to_group FROM move v JOIN move_event e ON e.move_id = v.id
     WHERE v.member_id = $1 AND ${isNotFirstStep} ${pageClause(query, rank, 'e.at', 'e.id')}`,
    [query.member],
  );
  return rows.map((row) => ({ rank, number: row.id, entry: moveEntry(row, query.groups) }));
}

export interface MessageRow {
  readonly id: number;
  readonly at: number;
  readonly campaign: string;
  readonly state: string;
  readonly reason: string | null;
  readonly because: string | null;
  readonly action: string;
}

function messageText(stored: string): LocalizedText | null {
  const action = actionFrom(stored);
  if (action === null) return unreadable;
  const text = textOf(action);
  return text === null ? null : { zh: text, en: text };
}

/** With the reason why a message was stopped, unless the because has reasons of its own. */
export const withReason = (because: Because | null, stopped: string | null): Because | null =>
  because && stopped !== null && stopped !== '' && (because.reasons ?? []).length === 0
    ? { ...because, reasons: [stopped] }
    : because;

export const stoppedStates: ReadonlySet<string> = new Set(['suppressed', 'failed', 'cancelled', 'dead']);

export function messageEntry(row: MessageRow, templates: ReadonlyMap<string, string>): Unexplained<TimelineEntry> {
  const suppressed = row.state === 'suppressed';
  const because = becauseFrom(row.because);
  const text = suppressed ? null : messageText(row.action);
  // A later reason (a cap at WeCom, staff who did not tap) is shown like one at planning time.
  const stopped = row.reason !== null && stoppedStates.has(row.state) ? row.reason : null;
  const detail = stopped !== null ? reasonLabel(stopped) : text;
  return {
    id: `message-${row.id}`,
    at: row.at,
    kind: suppressed ? 'suppressed' : 'message',
    title: deliveryTitle(row.state, templates.get(row.campaign) ?? row.campaign),
    ...(detail ? { detail } : {}),
    because: withReason(because, stopped),
    state: row.state,
  };
}

export async function messageEntries(sql: Sql, query: TimelineQuery, rank: number): Promise<PlacedEntry[]> {
  const at = 'COALESCE(settled_at, created_at)';
  const rows = await sql.all<MessageRow>(
    `SELECT id, ${at} AS at, campaign, state, reason, because, action FROM outbox
     WHERE member_id = $1 AND campaign IS NOT NULL ${pageClause(query, rank, at, 'id')}`,
    [query.member],
  );
  return rows.map((row) => ({ rank, number: row.id, entry: messageEntry(row, query.templates) }));
}

/** Differences found in reconciliations: they explain changes without a callback. */
export async function driftEntries(sql: Sql, query: TimelineQuery, rank: number): Promise<PlacedEntry[]> {
  const rows = await sql.all<FoundDrift & { readonly id: number; readonly at: number }>(
    `SELECT d.id, d.at, d.kind, d.ours, d.theirs, r.why FROM corp_drift d JOIN corp_run r ON r.id = d.run_id
     WHERE d.subject IN (SELECT value FROM identity WHERE member_id = $1 AND kind = 'external_userid') ${pageClause(query, rank, 'd.at', 'd.id')}`,
    [query.member],
  );
  return rows.map((row) => ({
    rank,
    number: row.id,
    entry: { id: `drift-${row.id}`, at: row.at, kind: 'fact', ...driftWords(row), because: null, state: 'drift' },
  }));
}

export async function commandEntries(sql: Sql, query: TimelineQuery, rank: number): Promise<PlacedEntry[]> {
  const rows = await sql.all<{ id: number; at: number; text: string; answer: string | null }>(
    `SELECT id, at, text, answer FROM command_request WHERE member_id = $1 AND state = 1 ${pageClause(query, rank, 'at', 'id')}`,
    [query.member],
  );
  return rows.map(({ id, at, text, answer }) => ({
    rank,
    number: id,
    entry: {
      id: `command-${id}`,
      at,
      kind: 'command',
      // Words are deleted after a while, and at once when the member recalls the message.
      title: text === '' ? { zh: '发来消息', en: 'Wrote' } : { zh: `发来「${text}」`, en: `Said 「${text}」` },
      ...(answer ? { detail: { zh: answer, en: answer } } : {}),
      because: null,
    },
  }));
}
