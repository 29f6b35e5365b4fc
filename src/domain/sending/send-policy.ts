import { assertNever } from '../assert-never.js';
import { dayOf, DAY_MS, minuteOfDay, momentOf, type Day } from '../day.js';

/** When the product may write by itself. Minutes are of the corp's wall clock; a range may pass midnight. */
export interface SendingPolicy {
  readonly perDay: number;
  readonly perMonth: number;
  readonly quietFromMinute: number;
  readonly quietToMinute: number;
  /** Minutes of the day at which messages go out: half an hour before the audience's peaks. */
  readonly slotMinutes: readonly number[];
  /** What WeCom's admin lets one customer have of mass-sends: as many a month as it has days, 7 a week, or 1 a day. */
  readonly wecomCap: 'days_in_month' | 'seven_a_week' | 'one_a_day';
}

export type Timing = 'now' | 'slot' | { readonly atMinute: number };

/** What a member has already been promised or sent, by the corp's day. */
export interface Budget {
  countOn(day: Day): number;
  countInMonth(day: Day): number;
}

export type Placement =
  | { readonly kind: 'at'; readonly notBefore: number; readonly day: Day }
  | { readonly kind: 'refused'; readonly code: 'daily_cap' | 'monthly_cap' | 'no_slot_in_window' };

/** From one minute of the day to before another, past midnight where that is the earlier one. Between equals lies nothing. */
export const liesBetween = (minute: number, from: number, to: number): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

export function isQuiet(at: number, policy: SendingPolicy, timeZone: string): boolean {
  return liesBetween(minuteOfDay(at, timeZone), policy.quietFromMinute, policy.quietToMinute);
}

/** This moment, or the end of the quiet hours it lies in. */
export function afterQuiet(at: number, policy: SendingPolicy, timeZone: string): number {
  if (!isQuiet(at, policy, timeZone)) return at;
  const today = dayOf(at, timeZone);
  const end = momentOf(today, policy.quietToMinute, timeZone);
  return end > at ? end : momentOf(today + 1, policy.quietToMinute, timeZone);
}

/** Beyond what WeCom lets one customer have of mass-sends on this day; null while there is room. `days` are of those planned or sent. */
export function wecomCapOn(
  day: Day,
  days: readonly Day[],
  { wecomCap }: Pick<SendingPolicy, 'wecomCap'>,
): 'wecom_daily_cap' | 'wecom_weekly_cap' | 'wecom_monthly_cap' | null {
  switch (wecomCap) {
    case 'one_a_day':
      return days.includes(day) ? 'wecom_daily_cap' : null;
    case 'seven_a_week':
      // Any seven days: where WeCom's week begins is not told.
      return days.filter((other) => Math.abs(other - day) < 7).length >= 7 ? 'wecom_weekly_cap' : null;
    case 'days_in_month': {
      const date = new Date(day * DAY_MS);
      const most = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
      return days.filter((other) => isSameMonth(other, day)).length >= most ? 'wecom_monthly_cap' : null;
    }
    default:
      return assertNever(wecomCap);
  }
}

/** The same month, by the corp's calendar. */
export function isSameMonth(a: Day, b: Day): boolean {
  const [left, right] = [new Date(a * DAY_MS), new Date(b * DAY_MS)];
  return left.getUTCFullYear() === right.getUTCFullYear() && left.getUTCMonth() === right.getUTCMonth();
}

/**
 * The first moment, no later than `until`, at which one more proactive message may go to this member: outside the quiet
 * hours, on a day with budget left, at the timing asked for. Says why when there is none.
 */
export function placeSend(
  now: number,
  until: number,
  timing: Timing,
  budget: Budget,
  policy: SendingPolicy,
  timeZone: string,
): Placement {
  let refusal: 'daily_cap' | 'monthly_cap' | 'no_slot_in_window' = 'no_slot_in_window';
  const today = dayOf(now, timeZone);
  for (let day = today; day <= dayOf(until, timeZone); day++) {
    const moment = firstMoment(day, now, timing, policy, timeZone);
    if (moment === null || moment > until) continue;
    if (budget.countInMonth(day) >= policy.perMonth) refusal = 'monthly_cap';
    else if (budget.countOn(day) >= policy.perDay) refusal = refusal === 'monthly_cap' ? refusal : 'daily_cap';
    else return { kind: 'at', notBefore: moment, day };
  }
  return { kind: 'refused', code: refusal };
}

/** The first allowed moment on one day, not before `now`; null when the day has none left. */
function firstMoment(day: Day, now: number, timing: Timing, policy: SendingPolicy, timeZone: string): number | null {
  const candidates =
    timing === 'now' ? [0, policy.quietToMinute] : timing === 'slot' ? policy.slotMinutes : [timing.atMinute];
  for (const minute of candidates) {
    const moment = Math.max(momentOf(day, minute, timeZone), timing === 'now' ? now : 0);
    if (moment < now || dayOf(moment, timeZone) !== day) continue;
    if (!isQuiet(moment, policy, timeZone)) return moment;
  }
  return null;
}
