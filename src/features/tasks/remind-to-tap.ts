import { remindTapKey } from '../../domain/action-keys.js';
import { dayOf, isoDay } from '../../domain/day.js';
import { massBatchStore } from '../../outbox/mass-sends/mass-batch.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Run } from '../run.js';

/**
 * Tells a colleague how many customers wait for their tap, once a day at most, whoever asks for it. The reminders of WeCom
 * itself go on as always. False when they were told today already. `about`: what else is to be said of the messages.
 */
export async function remindToTap({ tx, context, now }: Run, sender: string, about = ''): Promise<boolean> {
  const people = await massBatchStore.countWaitingFor(tx, sender);
  const key = remindTapKey(sender, isoDay(dayOf(now, context.timeZone)));
  const text = `有 ${people} 位客户的消息在等你点「发送」${about}。请打开企业微信的「群发助手」点一下，不合适的可以不发。`;
  const action = { kind: 'notify_staff' as const, staff: [sender], text };
  return (await outboxStore.enqueue(tx, [{ key, action, notBefore: now }], now)).size > 0;
}
