import type { MemberId } from '../../domain/ids.js';
import { massBatchStore } from '../../outbox/mass-sends/mass-batch.store.js';
import type { Run } from '../run.js';
import { remindToTap } from '../tasks/remind-to-tap.js';
import { moveStore } from './move.store.js';

export type SenderReminded =
  | { readonly outcome: 'done'; readonly code: 'staff_reminded'; readonly staff: string }
  | { readonly outcome: 'already'; readonly code: 'reminded_today' }
  | { readonly outcome: 'refused'; readonly code: 'not_with_staff' };

/**
 * Tells the colleague in whose WeCom the member's invitation waits how many messages wait for their tap; each colleague once a
 * day at most, for however many members. The reminders of WeCom itself go on as always.
 */
export async function remindSender(run: Run, member: MemberId): Promise<SenderReminded> {
  const { tx, context } = run;
  const move = (await moveStore.open(tx, [member])).get(member);
  const sender = move && (await massBatchStore.senderOfMove(tx, move.id));
  if (!sender || !context.abilities.has('notify_staff')) return { outcome: 'refused', code: 'not_with_staff' };
  return (await remindToTap(run, sender, '，里面有邀请进群的'))
    ? { outcome: 'done', code: 'staff_reminded', staff: sender }
    : { outcome: 'already', code: 'reminded_today' };
}
