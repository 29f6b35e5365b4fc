import { remindTaskKey } from '../../domain/action-keys.js';
import { dayOf, isoDay } from '../../domain/day.js';
import type { MemberId } from '../../domain/ids.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Run } from '../run.js';
import { sendsTasksAsText } from '../tasks/task-cards.js';
import { taskStore } from '../tasks/task.store.js';

export type OwnerReminded =
  | { readonly outcome: 'done'; readonly code: 'owner_reminded'; readonly task: number }
  | { readonly outcome: 'already'; readonly code: 'reminded_today' | 'being_checked' }
  | { readonly outcome: 'refused'; readonly code: 'no_task' };

/** Sends the task to remove the member from their old group to its owner again, once a day at most. */
export async function remindOwner({ tx, context, now }: Run, member: MemberId): Promise<OwnerReminded> {
  const task = await taskStore.openRemoval(tx, member);
  if (!task) return { outcome: 'refused', code: 'no_task' };
  if (task.answeredBy !== null) return { outcome: 'already', code: 'being_checked' };
  const today = dayOf(now, context.timeZone);
  if (sendsTasksAsText(context) && task.staff !== '') {
    const key = remindTaskKey(task.id, isoDay(today));
    const action = { kind: 'notify_staff' as const, staff: [task.staff], text: task.text };
    const added = await outboxStore.enqueue(tx, [{ key, action, member, notBefore: now }], now);
    return added.size > 0
      ? { outcome: 'done', code: 'owner_reminded', task: task.id }
      : { outcome: 'already', code: 'reminded_today' };
  }
  const isDue = task.snoozedUntil !== null && task.snoozedUntil <= now;
  const wasSentToday = task.card !== null && dayOf(task.card.at, context.timeZone) === today;
  if (isDue || wasSentToday) return { outcome: 'already', code: 'reminded_today' };
  await taskStore.postpone(tx, task.id, now, null);
  return { outcome: 'done', code: 'owner_reminded', task: task.id };
}
