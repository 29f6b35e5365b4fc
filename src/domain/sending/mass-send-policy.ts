import { HOUR_MS, dayOf, minuteOfDay, momentOf } from '../day.js';

/** Follow-up of mass-sends that wait for a tap of staff. */
export interface MassSendPolicy {
  /** Hours after the task was created at which its sender is reminded, in ascending order. */
  readonly remindAfterHours: readonly number[];
  /** Minutes of the corp's day between which staff may be reminded. */
  readonly remindFromMinute: number;
  readonly remindToMinute: number;
  /** Hours without a tap after which another colleague of the customer gets the task. */
  readonly handOnAfterHours: number;
  /** Hours after which the task is cancelled, because a later tap would send an outdated message. */
  readonly giveUpAfterHours: number;
}

/** WeCom accepts three reminders of one task in 24 hours (41094, contract §7.4); this distance keeps the limit. */
const BETWEEN_REMINDERS_MS = 8 * HOUR_MS;

/** When the next reminder of a task is due, within staff hours, epoch ms; null when the schedule has ended. */
export function nextReminder(
  task: { readonly madeAt: number; readonly reminders: number; readonly remindedAt: number | null },
  policy: MassSendPolicy,
  timeZone: string,
): number | null {
  const hours = policy.remindAfterHours[task.reminders];
  if (hours === undefined || policy.remindFromMinute >= policy.remindToMinute) return null;
  const due = Math.max(
    task.madeAt + hours * HOUR_MS,
    task.remindedAt === null ? 0 : task.remindedAt + BETWEEN_REMINDERS_MS,
  );
  return inStaffHours(due, policy, timeZone);
}

/** The first moment from `at` on that lies in staff hours. */
export function inStaffHours(
  at: number,
  { remindFromMinute, remindToMinute }: Pick<MassSendPolicy, 'remindFromMinute' | 'remindToMinute'>,
  timeZone: string,
): number {
  const minute = minuteOfDay(at, timeZone);
  if (minute >= remindFromMinute && minute < remindToMinute) return at;
  return momentOf(dayOf(at, timeZone) + (minute < remindFromMinute ? 0 : 1), remindFromMinute, timeZone);
}
