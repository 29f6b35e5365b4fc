import type { MoveId } from '../domain/ids.js';
import { moveStore } from '../features/moves/move.store.js';
import { planUndoNow, undoMove, type Undone, type UndoPlanNow, type UndoRequest } from '../features/moves/undo-move.js';
import type { Run } from '../features/run.js';
import { loadEvaluations } from './load-evaluations.js';
import { sendInvitation } from './send-invitation.js';

/** What taking a move back would come to now; null when there is no such move. */
export async function undoPlanOf(run: Run, id: MoveId): Promise<UndoPlanNow | null> {
  const found = await foundMove(run, id);
  return found && planUndoNow(run, found);
}

/** Takes a move back for a person. A second request changes nothing. Null when there is no such move. */
export async function undoMoveOf(run: Run, id: MoveId, request: UndoRequest): Promise<Undone | null> {
  const found = await foundMove(run, id);
  if (!found) return null;
  const { undone, invitation } = await undoMove(run, found, request);
  if (invitation) await sendInvitation(run, invitation, found.evaluation);
  return undone;
}

async function foundMove({ tx, context, now }: Run, id: MoveId) {
  const [move] = await moveStore.byIds(tx, [id]);
  if (!move) return null;
  const [evaluation] = await loadEvaluations(tx, [move.member], context, now);
  return evaluation ? { move, evaluation } : null;
}
