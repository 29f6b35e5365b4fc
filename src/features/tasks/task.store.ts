import type { WordsKeptSince } from '../../domain/words-kept.js';
import type { GroupId, MemberId, MoveId } from '../../domain/ids.js';
import type { TaskKind } from '../../domain/task-kind.js';
import { snoozedUntil } from '../../domain/snoozed-until.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

export interface NewTask {
  readonly key: string;
  readonly kind: TaskKind;
  readonly staff: string;
  readonly member: MemberId | null;
  readonly group: GroupId | null;
  readonly move: MoveId | null;
  readonly text: string;
  readonly dueAt: number | null;
}

export interface StoredTask extends Omit<NewTask, 'key'> {
  readonly id: number;
  readonly isOpen: boolean;
  readonly state: string;
  /** Who claimed that it is done, or closed it by an answer. */
  readonly answeredBy: string | null;
  /** When they claimed it. Null without a claim, and for claims from before this column existed. */
  readonly answeredAt: number | null;
  /** How often it was claimed to be done and found not to be. */
  readonly denied: number;
  /** When its card is sent again or its claim is checked. Epoch ms. */
  readonly snoozedUntil: number | null;
  /** The assignee at the time whom WeCom could not deliver the card to. */
  readonly unreached: string | null;
  /** WeCom's response code of the latest card, and when that was sent. */
  readonly card: { readonly code: string; readonly at: number } | null;
}

export interface Claim {
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
  /** When to check whether it is true. Epoch ms. */
  readonly checkAt: number;
}

export interface ClosingAnswer {
  readonly state: 'done' | 'cancelled';
  readonly by: string;
  /** Epoch ms. */
  readonly at: number;
}

/** A task to create a further group of a tier. */
export interface PoolTask {
  readonly id: number;
  readonly key: string;
  readonly kind: string;
  readonly staff: string;
  readonly isOpen: boolean;
}

interface TaskRow {
  id: number;
  kind: string;
  staff: string;
  member_id: number | null;
  group_id: number | null;
  move_id: number | null;
  text: string;
  due_at: number | null;
  state: string;
  answered_by: string | null;
  answered_at: number | null;
  denied: number;
  snoozed_until: number | null;
  card_ref: string | null;
  unreached: string | null;
}

const taskColumns =
  'id, kind, staff, member_id, group_id, move_id, text, due_at, state, answered_by, answered_at, denied, snoozed_until, card_ref, unreached';

const CLOSED_WITH_CARD = 'done_at IS NOT NULL AND card_ref IS NOT NULL';

function storedTask(row: TaskRow): StoredTask {
  const cut = row.card_ref?.indexOf(':') ?? -1;
  return {
    id: row.id,
    kind: row.kind as NewTask['kind'],
    staff: row.staff,
    member: row.member_id as MemberId | null,
    group: row.group_id as GroupId | null,
    move: row.move_id as MoveId | null,
    text: row.text,
    dueAt: row.due_at,
    isOpen: row.state === 'open',
    state: row.state,
    answeredBy: row.answered_by,
    answeredAt: row.answered_at,
    denied: Number(row.denied),
    snoozedUntil: snoozedUntil(row.snoozed_until, row.due_at),
    unreached: row.unreached,
    card: row.card_ref === null ? null : { at: Number(row.card_ref.slice(0, cut)), code: row.card_ref.slice(cut + 1) },
  };
}

/** Tasks that only a person can do. A task is done when its effect is seen, not when somebody claims it. */
export class TaskStore {
  /** A task whose key exists already is not created again. */
  async create(tx: Sql, tasks: readonly NewTask[], now: number): Promise<void> {
    await tx.insert(
      'operator_task',
      tasks.map((task) => ({
        key: task.key,
        kind: task.kind,
        staff: task.staff,
        member_id: task.member,
        group_id: task.group,
        move_id: task.move,
        text: task.text,
        state: 'open',
        created_at: now,
        due_at: task.dueAt,
        // The first card is due at once.
        snoozed_until: now,
      })),
      '(key) DO NOTHING',
    );
  }

  /** Creates the task unless its key exists; returns its id. */
  async createOne(tx: Sql, task: NewTask, now: number): Promise<number> {
    await this.create(tx, [task], now);
    return (await tx.one<{ id: number }>('SELECT id FROM operator_task WHERE key = $1', [task.key]))!.id;
  }

  /** The open task to answer this member's messages, if it was created after that time (epoch ms). */
  async openReplyTask(sql: Sql, member: MemberId, createdAfter = 0): Promise<StoredTask | null> {
    const row = await sql.one<TaskRow>(
      `SELECT ${taskColumns} FROM operator_task WHERE state = 'open' AND kind = 'member_reply' AND member_id = $1
       AND created_at > $2 ORDER BY id LIMIT 1`,
      [member, createdAfter],
    );
    return row ? storedTask(row) : null;
  }

  /** The open task to remove this member from a group. */
  async openRemoval(sql: Sql, member: MemberId): Promise<StoredTask | null> {
    const row = await sql.one<TaskRow>(
      `SELECT ${taskColumns} FROM operator_task WHERE state = 'open' AND kind = 'remove_from_group' AND member_id = $1 ORDER BY id DESC LIMIT 1`,
      [member],
    );
    return row ? storedTask(row) : null;
  }

  /** The id of the open task to approve this move. */
  async approvalOf(sql: Sql, move: MoveId): Promise<number | undefined> {
    const row = await sql.one<{ id: number }>(
      `SELECT id FROM operator_task WHERE state = 'open' AND kind = 'approve_move' AND move_id = $1`,
      [move],
    );
    return row?.id;
  }

  /** Changes the text only: the card is not sent again. */
  async setText(tx: Sql, id: number, text: string): Promise<void> {
    await tx.run('UPDATE operator_task SET text = $1 WHERE id = $2', [text, id]);
  }

  /** Two members turned out to be one. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run('UPDATE operator_task SET member_id = $1 WHERE member_id = $2', [to, from]);
  }

  /** Two groups turned out to be one. */
  async mergeGroup(tx: Sql, from: GroupId, to: GroupId): Promise<void> {
    await tx.run('UPDATE operator_task SET group_id = $1 WHERE group_id = $2', [to, from]);
  }

  /** Reply tasks that still have members' words although these are to be deleted. */
  async repliesToForget(sql: Sql, { over, begun }: WordsKeptSince): Promise<StoredTask[]> {
    const rows = await sql.all<TaskRow>(
      `SELECT ${taskColumns} FROM operator_task WHERE kind = 'member_reply' AND (done_at <= $1 OR created_at <= $2) AND text LIKE $3
       ORDER BY id LIMIT 500`,
      [over, begun, '%\n%'],
    );
    return rows.map(storedTask);
  }

  async closeForMoves(tx: Sql, moves: readonly MoveId[], state: 'done' | 'cancelled', now: number): Promise<void> {
    if (moves.length === 0) return;
    await tx.run(
      `UPDATE operator_task SET state = $1, done_at = $2 WHERE state = 'open' AND move_id IN ${inNumbers(tx, 3)}`,
      [state, now, storableJson(moves)],
    );
  }

  /** Those of these moves that an operator still has to approve. */
  async waitingForApproval(sql: Sql, moves: readonly MoveId[]): Promise<Set<MoveId>> {
    if (moves.length === 0) return new Set();
    const rows = await sql.all<{ move_id: MoveId }>(
      `SELECT move_id FROM operator_task WHERE state = 'open' AND kind = 'approve_move' AND move_id IN ${inNumbers(sql, 1)}`,
      [storableJson(moves)],
    );
    return new Set(rows.map(({ move_id: move }) => move));
  }

  /** All tasks, open or closed, about the pools: to create a further group, or to transfer one whose owner left. */
  async poolTasks(sql: Sql): Promise<PoolTask[]> {
    const rows = await sql.all<{ id: number; key: string; kind: string; staff: string; state: string }>(
      `SELECT id, key, kind, staff, state FROM operator_task WHERE kind IN ('pool_low', 'pool_full', 'no_pool', 'owner_left') ORDER BY id`,
    );
    return rows.map(({ id, key, kind, staff, state }) => ({ id, key, kind, staff, isOpen: state === 'open' }));
  }

  /** The need has grown or the assignee changes: the task is due again and its claim is dropped. */
  async replaceRequest(tx: Sql, id: number, task: Pick<NewTask, 'kind' | 'staff' | 'text'>): Promise<void> {
    await tx.run(
      'UPDATE operator_task SET kind = $1, staff = $2, text = $3, snoozed_until = 0, answered_by = NULL, answered_at = NULL, denied = 0 WHERE id = $4',
      [task.kind, task.staff, task.text, id],
    );
  }

  async close(tx: Sql, id: number, state: 'done' | 'cancelled', now: number): Promise<void> {
    await tx.run(`UPDATE operator_task SET state = $1, done_at = $2 WHERE id = $3 AND state = 'open'`, [
      state,
      now,
      id,
    ]);
  }

  /** Reassigns open tasks about a group to its new owner; returns them as they were before. */
  async readdress(tx: Sql, group: GroupId, from: string, to: string): Promise<StoredTask[]> {
    const open = await tx.all<TaskRow>(
      `SELECT ${taskColumns} FROM operator_task WHERE state = 'open' AND group_id = $1 AND staff = $2 ORDER BY id`,
      [group, from],
    );
    // A claim of the former owner does not count for the new one.
    await tx.run(
      `UPDATE operator_task SET staff = $1, snoozed_until = 0, answered_by = NULL, answered_at = NULL, denied = 0 WHERE id IN ${inNumbers(tx, 2)}`,
      [to, storableJson(open.map((task) => task.id))],
    );
    return open.map(storedTask);
  }

  /** Closes open tasks of a kind, as done, unless they are about one of these groups. */
  async closeForOtherGroups(tx: Sql, kind: NewTask['kind'], groups: readonly GroupId[], now: number): Promise<void> {
    await tx.run(
      `UPDATE operator_task SET state = 'done', done_at = $1 WHERE state = 'open' AND kind = $2 AND group_id NOT IN ${inNumbers(tx, 3)}`,
      [now, kind, storableJson(groups)],
    );
  }

  async closeForGroup(tx: Sql, group: GroupId, now: number): Promise<void> {
    await tx.run(
      `UPDATE operator_task SET state = 'cancelled', done_at = $1 WHERE state = 'open' AND group_id = $2 AND kind <> 'remove_from_group'`,
      [now, group],
    );
  }

  async byId(sql: Sql, id: number): Promise<StoredTask | null> {
    const row = await sql.one<TaskRow>(`SELECT ${taskColumns} FROM operator_task WHERE id = $1`, [id]);
    return row ? storedTask(row) : null;
  }

  /** The oldest open tasks, of one member of staff or (null) of all. */
  async open(sql: Sql, staff: string | null, limit: number): Promise<StoredTask[]> {
    const rows = await sql.all<TaskRow>(
      `SELECT ${taskColumns} FROM operator_task WHERE state = 'open' ${staff === null ? '' : 'AND LOWER(staff) = $1'} ORDER BY id LIMIT ${limit}`,
      staff === null ? [] : [staff.toLowerCase()],
    );
    return rows.map(storedTask);
  }

  /** Open tasks whose card is to be sent or whose claim is to be checked. */
  async due(sql: Sql, now: number, limit: number): Promise<StoredTask[]> {
    const rows = await sql.all<TaskRow>(
      `SELECT ${taskColumns} FROM operator_task WHERE state = 'open' AND snoozed_until <= $1 ORDER BY id LIMIT ${limit}`,
      [now],
    );
    return rows.map(storedTask);
  }

  /** The group that a task is about, and when that was read last. */
  async groupOf(
    sql: Sql,
    task: number,
  ): Promise<{ readonly id: GroupId; readonly chatId: string | null; readonly readAt: number } | undefined> {
    const row = await sql.one<{ id: GroupId; chat_id: string | null; read_at: number }>(
      'SELECT g.id, g.chat_id, g.read_at FROM operator_task t JOIN chat_group g ON g.id = t.group_id WHERE t.id = $1',
      [task],
    );
    return row && { id: row.id, chatId: row.chat_id, readAt: row.read_at };
  }

  /** Whether `due` (with `withDue`) or `closedWithCard` would find any task. One statement: it runs every second. */
  async anyCardDue(sql: Sql, now: number, { withDue }: { readonly withDue: boolean }): Promise<boolean> {
    const row = await sql.one<{ due: number; closed: number }>(
      `SELECT EXISTS (SELECT 1 FROM operator_task WHERE state = 'open' AND snoozed_until <= $1) AS due,
       EXISTS (SELECT 1 FROM operator_task WHERE ${CLOSED_WITH_CARD}) AS closed`,
      [now],
    );
    return row?.closed === 1 || (withDue && row?.due === 1);
  }

  /** Closed tasks whose card still shows its buttons. */
  async closedWithCard(sql: Sql, limit: number): Promise<StoredTask[]> {
    const rows = await sql.all<TaskRow>(
      `SELECT ${taskColumns} FROM operator_task WHERE ${CLOSED_WITH_CARD} ORDER BY id LIMIT ${limit}`,
    );
    return rows.map(storedTask);
  }

  /** Null: not due again by time alone. `answeredBy`: whose claim stands meanwhile. */
  async postpone(tx: Sql, id: number, until: number | null, answeredBy: string | null): Promise<void> {
    await tx.run('UPDATE operator_task SET snoozed_until = $1, answered_by = $2 WHERE id = $3', [
      until,
      answeredBy,
      id,
    ]);
  }

  /** Somebody claims that the task is done. */
  async recordClaim(tx: Sql, id: number, { by, at, checkAt }: Claim): Promise<void> {
    await tx.run('UPDATE operator_task SET snoozed_until = $1, answered_by = $2, answered_at = $3 WHERE id = $4', [
      checkAt,
      by,
      at,
      id,
    ]);
  }

  /** The claim was checked: the task is not done. */
  async recordDenial(tx: Sql, id: number): Promise<void> {
    await tx.run('UPDATE operator_task SET denied = denied + 1, answered_by = NULL, answered_at = NULL WHERE id = $1', [
      id,
    ]);
  }

  /** Closes an open task by an answer. */
  async closeAnswered(tx: Sql, id: number, { state, by, at }: ClosingAnswer): Promise<void> {
    await tx.run(
      `UPDATE operator_task SET state = $1, done_at = $2, answered_by = $3, snoozed_until = NULL WHERE id = $4 AND state = 'open'`,
      [state, at, by, id],
    );
  }

  /** The assignee cannot be reached: the task is due at once, for the operators. */
  async markUnreached(tx: Sql, id: number, staff: string): Promise<void> {
    await tx.run(`UPDATE operator_task SET unreached = $1, snoozed_until = 0 WHERE id = $2 AND state = 'open'`, [
      staff,
      id,
    ]);
  }

  /** `code`: WeCom's response code; null when the card no longer shows its buttons. */
  async recordCard(tx: Sql, id: number, code: string | null, now: number): Promise<void> {
    await tx.run('UPDATE operator_task SET card_ref = $1 WHERE id = $2', [code === null ? null : `${now}:${code}`, id]);
  }
}

export const taskStore = new TaskStore();
