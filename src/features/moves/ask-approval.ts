import type { Evaluation } from '../../domain/evaluate.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import type { Move } from '../../domain/moves/move.js';
import { tierOf, type MovePolicy } from '../../domain/ruleset.js';
import { quoted } from '../../domain/shown-name.js';
import { taskStore } from '../tasks/task.store.js';
import type { Run } from '../run.js';

export const needsApproval = ({ approve }: Pick<MovePolicy, 'approve'>, direction: 'up' | 'down'): boolean =>
  approve === 'all' || approve === direction;

/** Creates the operators' task to approve a move. The move stays planned, and nobody is invited, until one agrees. */
export async function askApproval(
  { tx, context, now }: Run,
  move: Move,
  evaluation: Evaluation,
  to: StoredGroup,
): Promise<void> {
  const label = (key: string | null): string => tierOf(context.ruleset, key)?.label.zh ?? '未入群';
  const text = `${quoted(evaluation.stored.state.name)}的层级是「${label(move.tier)}」，请确认邀请进${quoted(to.name)}（现在：${label(move.fromTier)}）。`;
  await taskStore.create(
    tx,
    [
      {
        key: `approve:${move.id}`,
        kind: 'approve_move',
        staff: '',
        member: evaluation.id,
        group: to.id,
        move: move.id,
        text,
        dueAt: move.deadlineAt,
      },
    ],
    now,
  );
}
