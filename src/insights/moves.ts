import type { LocalizedText } from '../domain/localized-text.js';
import type { MovePath, MoveState } from '../domain/moves/move.js';
import type { Sql } from '../platform/database/sql.js';
import { explained, type RulesNow, type Unexplained } from './explain.js';
import { historiesOf, type HistoryStep } from './histories.js';
import { moveWaits, type MoveWait, type OpenMove } from './move-waits.js';
import { groupNames, memberName } from './names.js';
import { pageOf, readCursor, type Page } from './page.js';
import { becauseFrom, type BecauseView } from './words/because-words.js';
import { reasonLabel } from './words/reason-words.js';

export interface MoveInList {
  readonly id: number;
  readonly memberId: number;
  readonly memberName: string;
  readonly from: { readonly id: string; readonly name: string; readonly owner: string } | null;
  readonly to: { readonly id: string; readonly name: string };
  readonly tier: string;
  readonly path: MovePath;
  readonly state: MoveState;
  /** In Chinese; `reasonCode` and `reasonLabel` say the same for programs and for both languages. */
  readonly reason: string;
  readonly reasonCode: string;
  readonly reasonLabel: LocalizedText;
  /** Why it was planned; null for a move that an older version planned. */
  readonly because: BecauseView | null;
  readonly plannedAt: number;
  readonly deadlineAt: number;
  readonly closedAt: number | null;
  /** Open past its deadline, so a person must check it. */
  readonly stuck: boolean;
  /** Who took it back, and with which move; `back` is null when there was nothing to do. */
  readonly undone: {
    readonly at: number;
    readonly by: string;
    readonly reason: string;
    readonly back: number | null;
  } | null;
  /** The move that this one takes back. */
  readonly undoes: number | null;
  /** Null for a closed move. */
  readonly waits: MoveWait | null;
  readonly history: readonly HistoryStep[];
}

export interface MoveFilter {
  readonly state?: string | undefined;
  readonly member?: number | undefined;
  readonly stuck?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface Row {
  readonly id: number;
  readonly member_id: number;
  readonly from_group: number | null;
  readonly from_owner: string | null;
  readonly to_group: number;
  readonly tier: string;
  readonly path: string;
  readonly state: string;
  readonly reason: string;
  readonly planned_at: number;
  readonly deadline_at: number;
  readonly closed_at: number | null;
  readonly changed_at: number;
  readonly invited_at: number | null;
  readonly reminded: number;
  readonly undoes: number | null;
  readonly undone_at: number | null;
  readonly undone_by: string | null;
  readonly undo_reason: string | null;
  readonly back: number | null;
  readonly name: string | null;
  readonly because: string | null;
}

/** Moves, the newest first, each with its history. */
export async function listMoves(
  sql: Sql,
  filter: MoveFilter,
  on: RulesNow & { readonly now: number },
): Promise<Page<MoveInList>> {
  const { now } = on;
  const after = readCursor(filter.cursor, 1);
  const params: (string | number)[] = [];
  const place = (value: string | number): string => `$${params.push(value)}`;
  const where = [
    ...(after ? [`v.id < ${place(after[0]!)}`] : []),
    ...(filter.state ? [`v.state = ${place(filter.state)}`] : []),
    ...(filter.member === undefined ? [] : [`v.member_id = ${place(filter.member)}`]),
    ...(filter.stuck ? [`v.closed_at IS NULL AND v.deadline_at <= ${place(now)}`] : []),
  ];
  const rows = await sql.all<Row>(
    `SELECT v.id, v.member_id, v.from_group, (SELECT g.owner FROM chat_group g WHERE g.id = v.from_group) AS from_owner, v.to_group, v.tier, v.path, v.state, v.reason, v.planned_at, v.deadline_at, v.closed_at,
       v.changed_at, v.invited_at, v.reminded, v.undoes, v.undone_at, v.undone_by, v.undo_reason, (SELECT MAX(b.id) FROM move b WHERE b.undoes = v.id) AS back, mb.name,
       (SELECT MAX(d.because) FROM decision d WHERE d.member_id = v.member_id AND d.kind = 'move' AND d.code = 'move_planned' AND d.at = v.planned_at) AS because
     FROM move v LEFT JOIN member mb ON mb.id = v.member_id
     ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY v.id DESC LIMIT ${filter.limit + 1}`,
    params,
  );
  const page = pageOf(rows, filter.limit, (row) => [row.id]);
  const [groups, histories] = [
    await groupNames(sql),
    await historiesOf(
      sql,
      'move',
      page.items.map((row) => row.id),
    ),
  ];
  const waits = await moveWaits(sql, page.items.flatMap(openMove));
  const items = page.items.map((row) => ({
    ...moveOf(row, groups, now),
    waits: waits.get(row.id) ?? null,
    history: histories.get(row.id) ?? [],
  }));
  return { items: await explained<MoveInList>(sql, items, on, ({ plannedAt }) => plannedAt), next: page.next };
}

const openMove = (row: Row): OpenMove[] =>
  row.closed_at === null
    ? [
        {
          ...{ id: row.id, state: row.state as MoveState },
          ...{ changedAt: row.changed_at, invitedAt: row.invited_at, isReminded: row.reminded === 1 },
        },
      ]
    : [];

function moveOf(
  row: Row,
  groups: ReadonlyMap<number, string>,
  now: number,
): Omit<Unexplained<MoveInList>, 'waits' | 'history'> {
  const group = (id: number) => ({ id: String(id), name: groups.get(id) ?? `#${id}` });
  const reasonWords = reasonLabel(row.reason);
  return {
    id: row.id,
    memberId: row.member_id,
    memberName: memberName({ ...row, id: row.member_id }),
    from: row.from_group === null ? null : { ...group(row.from_group), owner: row.from_owner ?? '' },
    to: group(row.to_group),
    tier: row.tier,
    path: row.path as MovePath,
    state: row.state as MoveState,
    reason: reasonWords.zh,
    reasonCode: row.reason,
    reasonLabel: reasonWords,
    because: becauseFrom(row.because),
    plannedAt: row.planned_at,
    deadlineAt: row.deadline_at,
    closedAt: row.closed_at,
    stuck: row.closed_at === null && row.deadline_at <= now,
    undone:
      row.undone_at === null
        ? null
        : { at: row.undone_at, by: row.undone_by ?? '', reason: row.undo_reason ?? '', back: row.back },
    undoes: row.undoes,
  };
}
