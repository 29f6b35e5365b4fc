import { DAY_MS } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MoveId } from '../../domain/ids.js';
import type { Move } from '../../domain/moves/move.js';
import { groupStore } from '../groups/group.store.js';
import { moveStore } from './move.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';
import { addThroughChat } from './ask-to-leave.js';
import { type Invitation, invitationFor } from './invitation.js';

/**
 * An operator approved the move. Returns the invitation for the caller to send; null when the chat account adds the member
 * itself; `gone` when the move is no longer open or its group has no way in.
 */
export async function approveMove(
  run: Run,
  move: Move,
  evaluation: Evaluation | undefined,
): Promise<Invitation | null | 'gone'> {
  const { tx, context, now } = run;
  if (move.state !== 'planned') return 'gone';
  const groups = new Map((await groupStore.all(tx)).map((group) => [group.id, group]));
  const group = groups.get(move.toGroup);
  const wayIn = move.path === 'chat' ? group?.roomId : group?.joinQr;
  if (!evaluation || !group || !wayIn || group.status !== 'active') {
    // The next planning chooses a group that can be entered.
    await moveStore.step(tx, move, { state: 'cancelled', note: 'no_way_in' }, now);
    return 'gone';
  }
  await moveStore.step(
    tx,
    move,
    { state: 'planned', note: 'approved', deadlineAt: now + context.ruleset.moves.inviteDays * DAY_MS },
    now,
  );
  if (move.path === 'chat') {
    await addThroughChat(run, move, evaluation, groups);
    return null;
  }
  return invitationFor('move_invited', move, group, context.ruleset);
}

/** Closes the move as failed, so that it is planned again only after the retry delay of the ruleset. */
export async function refuseMove(tx: Sql, id: MoveId, now: number): Promise<boolean> {
  const [move] = await moveStore.byIds(tx, [id]);
  if (!move || move.state !== 'planned') return false;
  await moveStore.step(tx, move, { state: 'failed', note: 'refused_by_operator' }, now);
  return true;
}
