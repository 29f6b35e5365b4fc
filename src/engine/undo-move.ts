import type { MoveId } from '../domain/ids.js';
import { moveStore } from '../features/moves/move.store.js';
import { undoMove, type Undone, type UndoRequest } from '../features/moves/undo-move.js';
import type { Run } from '../features/run.js';
import { loadEvaluations } from './load-evaluations.js';
import { sendInvitation } from './send-invitation.js';

/** Takes a move back for a person. A second request changes nothing. Null when there is no such move. */
export async function undoMoveOf(run: Run, id: MoveId, request: UndoRequest): Promise<Undone | null> {
  const { tx, context, now } = run;
  const [move] = await moveStore.byIds(tx, [id]);
  if (!move) return null;
  const [evaluation] = await loadEvaluations(tx, [move.member], context, now);
  if (!evaluation) return null;
  const { undone, invitation } = await undoMove(run, { move, evaluation }, request);
  if (invitation) await sendInvitation(run, invitation, evaluation);
  return undone;
}
