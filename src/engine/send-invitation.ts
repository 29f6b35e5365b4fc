import type { Circumstances } from '../domain/context.js';
import type { Looked } from '../domain/evaluate.js';
import { planMessages } from '../features/messages/plan-messages.js';
import type { Invitation } from '../features/moves/invitation.js';
import type { Sql } from '../platform/database/sql.js';
import { lookedFor } from './load-evaluations.js';

/** An invitation that no evaluation brought about, within the same caps and hours as any other message. */
export async function sendInvitation(
  tx: Sql,
  invitation: Invitation,
  on: Circumstances,
  now: number,
  known?: Looked,
): Promise<void> {
  const one = known ?? (await lookedFor(tx, [invitation.member], on, now))[0];
  if (one) await planMessages(tx, [{ ...one, occasions: [] }], [invitation], on, now);
}
