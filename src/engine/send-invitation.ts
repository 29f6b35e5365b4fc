import type { Evaluation } from '../domain/evaluate.js';
import { planMessages } from '../features/messages/plan-messages.js';
import type { Invitation } from '../features/moves/invitation.js';
import type { Run } from '../features/run.js';
import { loadEvaluations } from './load-evaluations.js';

/** An invitation that no evaluation brought about, within the same caps and hours as any other message. */
export async function sendInvitation(run: Run, invitation: Invitation, known?: Evaluation): Promise<void> {
  const { tx, context, now } = run;
  const evaluation = known ?? (await loadEvaluations(tx, [invitation.member], context, now))[0];
  if (evaluation) await planMessages(run, [{ ...evaluation, occasions: [] }], [invitation]);
}
