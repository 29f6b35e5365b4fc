import type { Evaluation } from '../domain/evaluate.js';
import { planMessages } from '../features/messages/plan-messages.js';
import type { Invitation } from '../features/moves/invitation.js';
import type { Run } from '../features/run.js';
import { loadEvaluations } from './load-evaluations.js';

/** Plans an invitation outside an evaluation: a reminder, or an approved move. The caps and quiet hours hold as always. */
export async function sendInvitation(run: Run, invitation: Invitation, known?: Evaluation): Promise<void> {
  const { tx, context, now } = run;
  const evaluation = known ?? (await loadEvaluations(tx, [invitation.member], context, now))[0];
  if (evaluation) await planMessages(run, [{ ...evaluation, occasions: [] }], [invitation]);
}
