import type { GroupId, MemberId, MoveId } from '../domain/ids.js';
import { amongNumbers } from '../platform/database/among.js';
import type { Sql } from '../platform/database/sql.js';

export interface NewTask {
  readonly key: string;
  readonly kind: 'remove_from_group' | 'pool_full' | 'no_pool';
  readonly staff: string;
  readonly member: MemberId | null;
  readonly group: GroupId | null;
  readonly move: MoveId | null;
  readonly text: string;
  readonly dueAt: number | null;
}

/** What only a person can do. A task is done when its effect is seen, not when somebody says so. */
export class TaskStore {
  async ask(tx: Sql, tasks: readonly NewTask[], now: number): Promise<void> {
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
      })),
      '(key) DO NOTHING',
    );
  }

  async closeForMoves(tx: Sql, moves: readonly MoveId[], state: 'done' | 'cancelled', now: number): Promise<void> {
    if (moves.length === 0) return;
    await tx.run(
      `UPDATE operator_task SET state = $1, done_at = $2 WHERE state = 'open' AND move_id IN ${amongNumbers(tx, 3)}`,
      [state, now, JSON.stringify(moves)],
    );
  }
}
