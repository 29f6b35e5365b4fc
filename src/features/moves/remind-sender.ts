import { remindTapKey } from '../../domain/action-keys.js';
import { dayOf, isoDay } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import { massBatchStore } from '../../outbox/mass-sends/mass-batch.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Run } from '../run.js';
import { moveStore } from './move.store.js';

export type SenderReminded =
  | { readonly outcome: 'done'; readonly code: 'staff_reminded'; readonly staff: string }
  | { readonly outcome: 'already'; readonly code: 'reminded_today' }
  | { readonly outcome: 'refused'; readonly code: 'not_with_staff' };

/**
 * Tells the colleague in whose WeCom the member's invitation waits how many messages wait for their tap; each colleague once a
 * day at most, for however many members. The reminders of WeCom itself go on as always.
 */
export async function remindSender({ tx, context, now }: Run, member: MemberId): Promise<SenderReminded> {
  const move = (await moveStore.open(tx, [member])).get(member);
  const sender = move && (await massBatchStore.senderOfMove(tx, move.id));
  if (!sender || !context.abilities.has('notify_staff')) return { outcome: 'refused', code: 'not_with_staff' };
  const people = await massBatchStore.countWaitingFor(tx, sender);
  const key = remindTapKey(sender, isoDay(dayOf(now, context.timeZone)));
  const text = `有 ${people} 位客户的消息在等你点「发送」，里面有邀请进群的。请打开企业微信的「群发助手」点一下，不合适的可以不发。`;
  const action = { kind: 'notify_staff' as const, staff: [sender], text };
  const added = await outboxStore.enqueue(tx, [{ key, action, notBefore: now }], now);
  return added.size > 0
    ? { outcome: 'done', code: 'staff_reminded', staff: sender }
    : { outcome: 'already', code: 'reminded_today' };
}
