import { decisionStore } from '../audit/decision.store.js';
import { quoted } from '../../domain/shown-name.js';
import { isClosed, stepMove, type Move } from '../../domain/moves/move.js';
import type { Evaluation } from '../../domain/evaluate.js';
import { groupStore } from '../groups/group.store.js';
import { moveStore } from './move.store.js';
import { taskStore } from '../tasks/task.store.js';
import type { Run } from '../run.js';
import { askApproval, needsApproval } from './ask-approval.js';
import type { Invitation } from './invitation.js';
import { askToLeave, chatMoveActions } from './ask-to-leave.js';
import { tellRefusals } from './refusals.js';
import { wantedMove, seatOf, isMovable, eventsOf } from './wanted-move.js';

/** Steps the open moves by what happened, then plans the moves that are now due. Answers who is to be invited. */
export async function planMoves(run: Run, evaluations: readonly Evaluation[]): Promise<Invitation[]> {
  const { tx, context, now } = run;
  const ids = evaluations.map((evaluation) => evaluation.id);
  const open = await moveStore.open(tx, ids);
  const groups = new Map((await groupStore.all(tx)).map((group) => [group.id, group]));

  for (const evaluation of evaluations) {
    let move = open.get(evaluation.id);
    let joined = false;
    for (const event of move ? eventsOf(evaluation, move, groups) : []) {
      if (!move || isClosed(move.state)) break;
      const step = stepMove(move, event, context.ruleset.moves, now);
      if (!step) continue;
      move = await moveStore.step(tx, move, step, now);
      joined ||= step.then === 'ask_to_leave';
      if (isClosed(move.state))
        await taskStore.closeForMoves(tx, [move.id], move.state === 'done' ? 'done' : 'cancelled', now);
    }
    // After all that happened: who left the old group in the same breath is not asked for any more.
    if (move && joined && move.state === 'joined') move = await askToLeave(run, move, evaluation, groups);
    if (move && !isClosed(move.state)) open.set(evaluation.id, move);
    else open.delete(evaluation.id);
  }

  const without = evaluations.filter((evaluation) => !open.has(evaluation.id) && isMovable(evaluation));
  if (without.length === 0) return [];
  const past = await moveStore.past(
    tx,
    without.map((evaluation) => evaluation.id),
  );
  const pools = await groupStore.pools(tx);
  const seats = new Map(pools.map((group) => [group.id, seatOf(group)]));
  await tellRefusals(run, without, { past, pools, groups });
  const wanted = without.flatMap((evaluation) =>
    wantedMove(evaluation, past.get(evaluation.id) ?? [], seats, groups, context, now),
  );
  const ids2 = await moveStore.plan(
    tx,
    wanted.map(({ move }) => move),
    now,
  );

  await decisionStore.append(
    tx,
    wanted.map(({ evaluation, move, because }) => {
      const to = groups.get(move.toGroup)!;
      return {
        member: evaluation.id,
        kind: 'move' as const,
        because,
        title: { zh: `计划换到${quoted(to.name)}`, en: `To be moved to ${quoted(to.name)}` },
      };
    }),
    context.ruleset.version,
    now,
  );

  const invitations: Invitation[] = [];
  for (const { evaluation, move, because, direction } of wanted) {
    const planned: Move = { ...move, id: ids2.get(evaluation.id)!, plannedAt: now, reminded: false };
    if (move.state === 'joined') await askToLeave(run, planned, evaluation, groups);
    else if (needsApproval(context.ruleset.moves, direction))
      await askApproval(run, planned, evaluation, groups.get(move.toGroup)!);
    else if (move.path === 'chat') await chatMoveActions(tx, planned, evaluation, groups, now);
    else {
      const group = groups.get(move.toGroup)!;
      invitations.push({
        member: evaluation.id,
        move: planned.id,
        kind: 'move_invited',
        direction,
        because,
        group: { id: group.id, name: group.name, owner: group.owner, joinQr: group.joinQr! },
      });
    }
  }
  return invitations;
}
