import type { Context } from '../domain/context.js';
import type { Evaluation } from '../domain/evaluate.js';
import { planMessages } from '../features/messages/plan-messages.js';
import type { Invitation } from '../features/moves/invitation.js';
import type { Sql } from '../platform/database/sql.js';
import { loadEvaluations } from './load-evaluations.js';

/** An invitation that no evaluation brought about, within the same caps and hours as any other message. */
export async function sendInvitation(
  tx: Sql,
  invitation: Invitation,
  context: Context,
  now: number,
  known?: Evaluation,
): Promise<void> {
  const evaluation = known ?? (await loadEvaluations(tx, [invitation.member], context, now))[0];
  if (evaluation) await planMessages(tx, [{ ...evaluation, occasions: [] }], [invitation], context, now);
}
