import type { LocalizedText } from '../domain/localized-text.js';
import { inNumbers, inTexts } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import { explained, type RulesNow } from './explain.js';
import { idSince } from './id-since.js';
import { memberName } from './names.js';
import { pageOf, readCursor, type Page } from './page.js';
import type { TimelineEntry } from './timeline-entry.js';
import { decisionEntry, type DecisionRow } from './timeline-sources.js';
import { differenceWords } from './words/drift-words.js';

export const driftKinds = ['contact', 'pair', 'tag', 'library', 'group'] as const;

/** The subject of a difference, as far as it is known now. */
export type DriftSubject =
  | { readonly is: 'member'; readonly id: number; readonly name: string }
  | { readonly is: 'group'; readonly name: string }
  | { readonly is: 'library' }
  | { readonly is: 'unknown' };

export interface DriftInList {
  readonly id: number;
  readonly at: number;
  readonly kind: string;
  readonly subject: string;
  readonly ours: string;
  readonly theirs: string;
  /** The difference in words. */
  readonly title: LocalizedText;
  readonly about: DriftSubject;
  /** State of the fact that corrects the difference: applied, waiting, or set aside because applying it failed. */
  readonly repair: 'taken' | 'waiting' | 'set_aside';
  /** Decisions about the member right after, the latest first. */
  readonly followed: readonly TimelineEntry[];
}

export interface DriftFilter {
  readonly kind?: string | undefined;
  readonly member?: number | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

type Row = Pick<DriftInList, 'id' | 'at' | 'kind' | 'subject' | 'ours' | 'theirs'>;

interface Run {
  readonly id: number;
  readonly startedAt: number;
  readonly finishedAt: number | null;
}

/** A read's fact waits for its batch, and the people of a group for the next one. */
const REPAIR_MS = 10 * 60_000;

/** Differences that one reconciliation found, in the order of finding, each with its correction. */
export async function listDrift(sql: Sql, run: Run, filter: DriftFilter, rules: RulesNow): Promise<Page<DriftInList>> {
  const after = readCursor(filter.cursor, 1);
  const params: (string | number)[] = [run.id];
  const place = (value: string | number): string => `$${params.push(value)}`;
  const where = [
    'run_id = $1',
    ...(after ? [`id > ${place(after[0]!)}`] : []),
    ...(filter.kind ? [`kind = ${place(filter.kind)}`] : []),
    ...(filter.member === undefined
      ? []
      : [
          `subject IN (SELECT value FROM identity WHERE kind = 'external_userid' AND member_id = ${place(filter.member)})`,
        ]),
  ];
  const rows = await sql.all<Row>(
    `SELECT id, at, kind, subject, ours, theirs FROM corp_drift WHERE ${where.join(' AND ')} ORDER BY id LIMIT ${filter.limit + 1}`,
    params,
  );
  const page = pageOf(rows, filter.limit, (row) => [row.id]);
  if (page.items.length === 0) return { items: [], next: null };
  const members = await membersOf(sql, page.items);
  const groups = await groupsOf(sql);
  const repairs = await repairsOf(sql, run);
  const followed = await decisionsAfter(sql, page.items, members, rules);
  return {
    items: page.items.map((row): DriftInList => {
      const about = aboutOf(row, members, groups);
      return {
        ...row,
        about,
        title: differenceWords(row, about.is === 'group'),
        repair: repairOf(row, groups, repairs),
        followed: about.is === 'member' ? (followed.get(row.id) ?? []) : [],
      };
    }),
    next: page.next,
  };
}

type Member = { readonly id: number; readonly name: string };

async function membersOf(sql: Sql, rows: readonly Row[]): Promise<ReadonlyMap<string, Member>> {
  const found = await sql.all<{ value: string; id: number; name: string | null }>(
    `SELECT i.value, mb.id, mb.name FROM identity i JOIN member mb ON mb.id = i.member_id
     WHERE i.kind = 'external_userid' AND i.value IN ${inTexts(sql, 1)}`,
    [storableJson(rows.map((row) => row.subject))],
  );
  return new Map(found.map((row) => [row.value, { id: row.id, name: memberName(row) }]));
}

/** Names of groups by chat id. */
async function groupsOf(sql: Sql): Promise<ReadonlyMap<string, string>> {
  const rows = await sql.all<{ chat_id: string; name: string }>(
    'SELECT chat_id, name FROM chat_group WHERE chat_id IS NOT NULL',
  );
  return new Map(rows.map((row) => [row.chat_id, row.name]));
}

function aboutOf(row: Row, members: ReadonlyMap<string, Member>, groups: ReadonlyMap<string, string>): DriftSubject {
  if (row.kind === 'library') return { is: 'library' };
  const group = groups.get(row.subject);
  if (group !== undefined) return { is: 'group', name: group || row.subject };
  const member = members.get(row.subject);
  return member ? { is: 'member', ...member } : { is: 'unknown' };
}

type Repair = DriftInList['repair'];
const states: readonly Repair[] = ['waiting', 'taken', 'set_aside'];

/** States of a run's facts by their subject, which is part of the fact's key: a customer, a group, or `library`. */
async function repairsOf(sql: Sql, run: Run): Promise<ReadonlyMap<string, Repair>> {
  const head = `compare:${run.id}:`;
  const until = run.finishedAt === null ? '' : ` AND received_at <= ${run.finishedAt + REPAIR_MS}`;
  const rows = await sql.all<{ key: string; state: number }>(
    `SELECT key, state FROM fact WHERE id >= ${await idSince(sql, 'fact', run.startedAt)}${until}
     AND kind IN ('contact_read', 'group_read', 'tag_library_read') AND key LIKE $1 ORDER BY id`,
    [`${head}%`],
  );
  return new Map(
    rows.map(({ key, state }) => [key.slice(head.length, key.lastIndexOf(':')), states[state] ?? 'waiting'] as const),
  );
}

function repairOf(row: Row, groups: ReadonlyMap<string, string>, repairs: ReadonlyMap<string, Repair>): Repair {
  if (row.kind === 'library') return repairs.get('library') ?? 'waiting';
  if (row.kind !== 'group' || groups.has(row.subject)) return repairs.get(row.subject) ?? 'waiting';
  // Who joined or left a group is corrected by the group's fact; the difference contains the group's name.
  for (const [chatId, name] of groups)
    if (name === (row.ours || row.theirs) && repairs.has(chatId)) return repairs.get(chatId)!;
  return 'waiting';
}

async function decisionsAfter(
  sql: Sql,
  rows: readonly Row[],
  members: ReadonlyMap<string, Member>,
  rules: RulesNow,
): Promise<ReadonlyMap<number, readonly TimelineEntry[]>> {
  const ids = [...new Set([...members.values()].map(({ id }) => id))];
  const [first, last] = [rows[0]!.at, rows.at(-1)!.at + REPAIR_MS];
  const decisions = await sql.all<DecisionRow & { readonly member_id: number }>(
    `SELECT id, member_id, at, kind, title, because FROM decision
     WHERE member_id IN ${inNumbers(sql, 1)} AND at >= ${first} AND at <= ${last} ORDER BY id DESC`,
    [storableJson(ids)],
  );
  const ofMembers = decisions.map((row) => ({ ...decisionEntry(row), memberId: row.member_id }));
  const entries = await explained<TimelineEntry & { readonly memberId: number }>(
    sql,
    ofMembers,
    rules,
    (entry) => entry.at,
  );
  return new Map(
    rows.map(({ id, at, subject }) => [
      id,
      entries
        .filter((entry) => entry.memberId === members.get(subject)?.id && entry.at >= at && entry.at <= at + REPAIR_MS)
        .map(({ memberId: _, ...entry }) => entry),
    ]),
  );
}
