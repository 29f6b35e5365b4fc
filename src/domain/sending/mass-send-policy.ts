import { HOUR_MS, dayOf, minuteOfDay, momentOf } from '../day.js';

/** How mass-sends that wait for a tap of staff are followed up. */
export interface MassSendPolicy {
  /** Hours after the task was made at which its sender is reminded, rising. */
  readonly remindAfterHours: readonly number[];
  /** Minutes of the corp's day between which a reminder may reach staff. */
  readonly remindFromMinute: number;
  readonly remindToMinute: number;
  /** Who has another colleague gets it through that one when nobody tapped for so long. */
  readonly handOnAfterHours: number;
  /** Then the task is cancelled: a later tap would send what nobody means any more. */
  readonly giveUpAfterHours: number;
}

/** WeCom takes three reminders of one task in 24 hours (41094, contract §7.4): with this between them there are never more. */
const BETWEEN_REMINDERS_MS = 8 * HOUR_MS;

/** When the next reminder of a task is due, by its schedule and within the hours of staff; null when there is none left. */
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

/** The first moment, from `at` on, at which a member of staff may be reminded of something. */
export function inStaffHours(
  at: number,
  { remindFromMinute, remindToMinute }: Pick<MassSendPolicy, 'remindFromMinute' | 'remindToMinute'>,
  timeZone: string,
): number {
  const minute = minuteOfDay(at, timeZone);
  if (minute >= remindFromMinute && minute < remindToMinute) return at;
  return momentOf(dayOf(at, timeZone) + (minute < remindFromMinute ? 0 : 1), remindFromMinute, timeZone);
}
