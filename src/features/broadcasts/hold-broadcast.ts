import { broadcastHeldKey } from '../../domain/action-keys.js';
import type { Campaign } from '../../domain/messages/index.js';
import { priorities } from '../../domain/priorities.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Run } from '../run.js';
import { isOtherAudience } from './audience-seen.js';
import { broadcastStore, type Broadcast, type BroadcastPause } from './broadcast.store.js';

/** Why what a person has looked at is not what would be sent now; null when it is. */
export async function otherThanSeen(
  { tx, context, now }: Run,
  { people, plannedTo, version }: Broadcast,
  campaign: Campaign,
): Promise<Exclude<BroadcastPause, 'person'> | null> {
  if (version !== null && campaign.version !== version) return 'other_text';
  // Who is in the audience changes while it is planned, because the messages themselves change what rules look at.
  if (plannedTo > 0) return null;
  const found = await broadcastStore.countAudience(tx, campaign.audience, { context, now });
  return isOtherAudience(found, people) ? 'other_audience' : null;
}

/** Lets the broadcast wait for a person, and tells the operators. */
export async function holdBroadcast(
  { tx, context, now }: Run,
  { id, template }: Broadcast,
  { why, name }: { readonly why: Exclude<BroadcastPause, 'person'>; readonly name: string },
): Promise<void> {
  await broadcastStore.pause(tx, id, why);
  if (context.operators.length === 0 || !context.abilities.has('notify_staff')) return;
  const changed = why === 'other_text' ? '文字在看过以后改了' : '范围内的人数和看过时差得多';
  const where = context.consoleUrl ? `${context.consoleUrl}/broadcasts/${template}` : '控制台「群发」';
  const text = `群发「${name}」先不发：${changed}。请再看一遍，再决定发不发：${where}`;
  const action = { kind: 'notify_staff', staff: [...new Set(context.operators)], text } as const;
  const row = { key: broadcastHeldKey(id, now), action, notBefore: now, priority: priorities.operatorNotice };
  await outboxStore.enqueue(tx, [row], now);
}
