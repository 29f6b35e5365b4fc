import { asGroupId, asMemberId, asMoveId, type GroupId, type MemberId, type MoveId } from '../../domain/ids.js';
import {
  isClosed,
  type Move,
  type MovePath,
  type MoveState,
  type MoveStep,
  type PastMove,
} from '../../domain/moves/move.js';
import type { InvitationTurn } from '../../domain/triggers/move.trigger.js';
import { taskStore } from '../tasks/task.store.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

interface MoveRow {
  id: number;
  member_id: number;
  from_group: number | null;
  to_group: number;
  from_tier: string | null;
  tier: string;
  path: string;
  state: string;
  planned_at: number;
  deadline_at: number;
  reminded: number;
}

const columns = 'id, member_id, from_group, to_group, from_tier, tier, path, state, planned_at, deadline_at, reminded';
const storedMove = (row: MoveRow): Move => ({
  id: asMoveId(row.id),
  member: asMemberId(row.member_id),
  fromGroup: row.from_group === null ? null : asGroupId(row.from_group),
  toGroup: asGroupId(row.to_group),
  fromTier: row.from_tier,
  tier: row.tier,
  path: row.path as Move['path'],
  state: row.state as MoveState,
  plannedAt: row.planned_at,
  deadlineAt: row.deadline_at,
  reminded: row.reminded === 1,
});

/** SQL condition: an invitation that the member did not follow, since they were last in a group of the tier. */
const triedBefore = (earlier: string, move: string): string =>
  `${earlier}.invited_at IS NOT NULL AND ${earlier}.state <> 'done' AND ${earlier}.id > COALESCE((SELECT MAX(d.id) FROM move d
    WHERE d.member_id = ${move}.member_id AND d.tier = ${move}.tier AND d.state = 'done' AND d.id < ${move}.id), 0)`;

function turnOf({
  isBack,
  tries,
  before,
}: {
  readonly isBack: boolean;
  readonly tries: number;
  readonly before: number;
}): InvitationTurn | null {
  if (isBack) return 'back';
  if (tries > 0) return tries === 1 ? 'second' : 'third';
  return before === 0 ? 'first' : null;
}

/** How an invitation relates to the earlier ones of the same member. */
export interface Placement {
  /** Counts the invitations to this tier since the member was last in a group of it; 1 for the first. */
  readonly try: number;
  /** The member was never invited anywhere before. */
  readonly first: boolean;
  /** Name of the group to leave; null when the member is no longer in it. */
  readonly from: string | null;
  readonly fromTier: string | null;
  readonly tier: string;
}

export interface NewMove {
  readonly member: MemberId;
  readonly fromGroup: GroupId | null;
  readonly toGroup: GroupId;
  readonly fromTier: string | null;
  readonly tier: string;
  readonly path: MovePath;
  readonly state: MoveState;
  readonly reason: string;
  readonly deadlineAt: number;
  /** The move that this one takes back. */
  readonly undoes?: MoveId;
}

/** Moves and their history. A unique index allows one open move per member. */
export class MoveStore {
  /** The open move of each of these members. */
  async open(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, Move>> {
    if (members.length === 0) return new Map();
    const rows = await sql.all<MoveRow>(
      `SELECT ${columns} FROM move WHERE closed_at IS NULL AND member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    return new Map(rows.map((row) => [asMemberId(row.member_id), storedMove(row)]));
  }

  /** The newest move of the member; null when there is none. */
  async latestOf(sql: Sql, member: MemberId): Promise<Move | null> {
    const row = await sql.one<MoveRow>(`SELECT ${columns} FROM move WHERE member_id = $1 ORDER BY id DESC LIMIT 1`, [
      member,
    ]);
    return row ? storedMove(row) : null;
  }

  async byIds(sql: Sql, ids: readonly MoveId[]): Promise<Move[]> {
    if (ids.length === 0) return [];
    return (
      await sql.all<MoveRow>(`SELECT ${columns} FROM move WHERE id IN ${inNumbers(sql, 1)}`, [storableJson(ids)])
    ).map(storedMove);
  }

  async placementOf(sql: Sql, move: MoveId): Promise<Placement | null> {
    const row = await sql.one<{
      tries: number;
      before: number;
      from_name: string | null;
      from_tier: string | null;
      tier: string;
    }>(
      `SELECT m.tier, m.from_tier,
        (SELECT COUNT(*) FROM move p WHERE p.member_id = m.member_id AND p.tier = m.tier AND p.id < m.id AND ${triedBefore('p', 'm')}) AS tries,
        (SELECT COUNT(*) FROM move p WHERE p.member_id = m.member_id AND p.id < m.id AND (p.invited_at IS NOT NULL OR p.joined_at IS NOT NULL)) AS before,
        (SELECT g.name FROM chat_group g JOIN group_person o ON o.group_id = g.id
          WHERE g.id = m.from_group AND g.status = 'active' AND o.member_id = m.member_id AND o.present = 1) AS from_name
        FROM move m WHERE m.id = $1`,
      [move],
    );
    if (!row) return null;
    return {
      try: Number(row.tries) + 1,
      first: Number(row.before) === 0,
      from: row.from_name === '' ? null : row.from_name,
      fromTier: row.from_tier,
      tier: row.tier,
    };
  }

  /** Which invitation to its member each of these moves is; a move that is neither first nor repeated has no entry. */
  async turns(sql: Sql, moves: readonly MoveId[]): Promise<Map<MoveId, InvitationTurn>> {
    if (moves.length === 0) return new Map();
    const rows = await sql.all<{ id: number; undoes: number | null; tries: number; before: number }>(
      `SELECT m.id, m.undoes,
        (SELECT COUNT(*) FROM move p WHERE p.member_id = m.member_id AND p.tier = m.tier AND p.id < m.id AND ${triedBefore('p', 'm')}) AS tries,
        (SELECT COUNT(*) FROM move p WHERE p.member_id = m.member_id AND p.id < m.id AND (p.invited_at IS NOT NULL OR p.joined_at IS NOT NULL)) AS before
       FROM move m WHERE m.id IN ${inNumbers(sql, 1)}`,
      [storableJson(moves)],
    );
    return new Map(
      rows.flatMap((row) => {
        const turn = turnOf({ isBack: row.undoes !== null, tries: Number(row.tries), before: Number(row.before) });
        return turn === null ? [] : [[asMoveId(row.id), turn] as const];
      }),
    );
  }

  /** Closed moves of these members. */
  async past(sql: Sql, members: readonly MemberId[]): Promise<Map<MemberId, PastMove[]>> {
    const found = new Map<MemberId, PastMove[]>();
    if (members.length === 0) return found;
    const rows = await sql.all<{
      member_id: number;
      tier: string;
      state: string;
      closed_at: number;
      unsent: number;
      undone_at: number | null;
    }>(
      // A refusal of an operator counts as a try; the chat account has tried to add the member itself.
      `SELECT m.member_id, m.tier, m.state, m.closed_at, m.undone_at, CASE WHEN m.state = 'failed' AND m.path <> 'chat' AND m.invited_at IS NULL
         AND m.joined_at IS NULL AND NOT EXISTS (SELECT 1 FROM move_event e WHERE e.move_id = m.id AND e.note = 'refused_by_operator')
         THEN 1 ELSE 0 END AS unsent
       FROM move m WHERE m.closed_at IS NOT NULL AND m.member_id IN ${inNumbers(sql, 1)}`,
      [storableJson(members)],
    );
    for (const row of rows) {
      const member = asMemberId(row.member_id);
      found.set(member, [
        ...(found.get(member) ?? []),
        {
          ...{ tier: row.tier, state: row.state as MoveState, closedAt: row.closed_at },
          isUnsent: Number(row.unsent) === 1,
          ...(row.undone_at === null ? {} : { undoneAt: row.undone_at }),
        },
      ]);
    }
    return found;
  }

  /** What decides whether a move can be undone; `back` is the move that did it. */
  async undoState(
    sql: Sql,
    move: MoveId,
  ): Promise<{
    readonly undoneAt: number | null;
    readonly back: MoveId | null;
    readonly wasInBoth: boolean;
    readonly isLatest: boolean;
  }> {
    const row = await sql.one<{ undone_at: number | null; back: number | null; begun: string; later: number }>(
      `SELECT m.undone_at, (SELECT MAX(b.id) FROM move b WHERE b.undoes = m.id) AS back,
        (SELECT e.state FROM move_event e WHERE e.move_id = m.id ORDER BY e.id LIMIT 1) AS begun,
        (SELECT COUNT(*) FROM move l WHERE l.member_id = m.member_id AND l.id > m.id) AS later
       FROM move m WHERE m.id = $1`,
      [move],
    );
    return {
      undoneAt: row?.undone_at ?? null,
      back: row?.back ? asMoveId(row.back) : null,
      wasInBoth: row?.begun === 'joined',
      isLatest: Number(row?.later ?? 0) === 0,
    };
  }

  async markUndone(
    tx: Sql,
    move: MoveId,
    { by, reason }: { readonly by: string; readonly reason: string },
    now: number,
  ): Promise<void> {
    await tx.run('UPDATE move SET undone_at = $1, undone_by = $2, undo_reason = $3 WHERE id = $4', [
      now,
      by,
      reason,
      move,
    ]);
  }

  /** Open moves that lead into a group or out of it. */
  async openForGroup(sql: Sql, group: GroupId): Promise<Move[]> {
    const rows = await sql.all<MoveRow>(
      `SELECT ${columns} FROM move WHERE closed_at IS NULL AND (to_group = $1 OR from_group = $1) ORDER BY id`,
      [group],
    );
    return rows.map(storedMove);
  }

  /** Open moves that are past their deadline or due for a reminder, without those that were set aside. */
  async dueByTime(sql: Sql, now: number, remindBeforeDeadlineMs: number, limit: number): Promise<Move[]> {
    const rows = await sql.all<MoveRow>(
      `SELECT ${columns} FROM move WHERE closed_at IS NULL AND
      ((state IN ('planned', 'invited') AND deadline_at <= $1) OR (state = 'invited' AND reminded = 0 AND deadline_at <= $2)) AND id NOT IN (SELECT row_id FROM set_aside WHERE source = 'move') ORDER BY id LIMIT ${limit}`,
      [now, now + remindBeforeDeadlineMs],
    );
    return rows.map(storedMove);
  }

  /** Stores new moves. Returns their ids by member. */
  async plan(tx: Sql, moves: readonly NewMove[], now: number): Promise<Map<MemberId, MoveId>> {
    const rows = await tx.insertReturning<{ id: number; member_id: number }>(
      'move',
      moves.map((move) => ({
        member_id: move.member,
        from_group: move.fromGroup,
        to_group: move.toGroup,
        from_tier: move.fromTier,
        tier: move.tier,
        path: move.path,
        state: move.state,
        reason: move.reason,
        planned_at: now,
        deadline_at: move.deadlineAt,
        changed_at: now,
        joined_at: move.state === 'joined' ? now : null,
        undoes: move.undoes ?? null,
      })),
      undefined,
      'id, member_id',
    );
    await tx.insert(
      'move_event',
      rows.map((row) => ({
        move_id: row.id,
        at: now,
        state: moves.find((move) => move.member === row.member_id)!.state,
        note: '',
      })),
    );
    return new Map(rows.map((row) => [asMemberId(row.member_id), asMoveId(row.id)]));
  }

  /**
   * Two members turned out to be one. Of two open moves the one whose invitation got further continues; the other and its
   * tasks are cancelled. A single open move is kept.
   */
  async merge(tx: Sql, from: MemberId, to: MemberId, now: number): Promise<void> {
    const open = await tx.all<{ id: number; member_id: number; state: string }>(
      'SELECT id, member_id, state FROM move WHERE member_id IN ($1, $2) AND closed_at IS NULL',
      [from, to],
    );
    if (open.length === 2) {
      const notInvited = open.find((move) => move.member_id === to && move.state === 'planned');
      const { id } = notInvited ?? open.find((move) => move.member_id === from)!;
      await tx.run(
        `UPDATE move SET state = 'cancelled', closed_at = $1, changed_at = $1, reason = 'merged' WHERE id = $2`,
        [now, id],
      );
      await tx.insert('move_event', [{ move_id: id, at: now, state: 'cancelled', note: 'merged' }]);
      await taskStore.closeForMoves(tx, [asMoveId(id)], 'cancelled', now);
    }
    await tx.run('UPDATE move SET member_id = $1 WHERE member_id = $2', [to, from]);
  }

  /** Two groups turned out to be one. */
  async mergeGroup(tx: Sql, from: GroupId, to: GroupId): Promise<void> {
    for (const column of ['from_group', 'to_group'])
      await tx.run(`UPDATE move SET ${column} = $1 WHERE ${column} = $2`, [to, from]);
  }

  /** Stores a step and its entry in the history. Returns the move after the step. */
  async step(tx: Sql, move: Move, step: MoveStep, now: number): Promise<Move> {
    await tx.run(
      `UPDATE move SET state = $1, to_group = $2, deadline_at = $3, reminded = $4, changed_at = $5,
      invited_at = CASE WHEN $1 = 'invited' THEN COALESCE(invited_at, $5) WHEN $1 = 'planned' THEN NULL ELSE invited_at END,
      joined_at = CASE WHEN $1 IN ('joined', 'done') THEN COALESCE(joined_at, $5) ELSE joined_at END, closed_at = $6 WHERE id = $7`,
      [
        step.state,
        step.toGroup ?? move.toGroup,
        step.deadlineAt ?? move.deadlineAt,
        (step.reminded ?? move.reminded) ? 1 : 0,
        now,
        isClosed(step.state) ? now : null,
        move.id,
      ],
    );
    await tx.insert('move_event', [{ move_id: move.id, at: now, state: step.state, note: step.note }]);
    return {
      ...move,
      state: step.state,
      toGroup: step.toGroup ?? move.toGroup,
      deadlineAt: step.deadlineAt ?? move.deadlineAt,
      reminded: step.reminded ?? move.reminded,
    };
  }
}

export const moveStore = new MoveStore();
