import { assertNever } from '../assert-never.js';
import { DAY_MS, dayOf, minuteOfDay, momentOf, type Day } from '../day.js';

/** When the product may write by itself. Minutes are of the corp's wall clock; a range may pass midnight. */
export interface SendingPolicy {
  /** In any 24 hours. */
  readonly perDay: number;
  /** In any 30 days; service messages stand outside it. */
  readonly perMonth: number;
  /** Days between two proactive messages; service messages neither wait for it nor start it. */
  readonly minGapDays: number;
  readonly quietFromMinute: number;
  readonly quietToMinute: number;
  /** Minutes of the day at which messages go out: half an hour before the audience's peaks. */
  readonly slotMinutes: readonly number[];
  /** What WeCom's admin lets one customer have of mass-sends: as many a month as it has days, 7 a week, or 1 a day. */
  readonly wecomCap: 'days_in_month' | 'seven_a_week' | 'one_a_day';
}

export type Timing = 'now' | 'slot' | { readonly atMinute: number };

/**
 * How a message stands to the caps: `counted` obeys all of them, `service` (a thanks, a level reached, an invitation) only
 * the one of 24 hours. Null: it neither counts nor waits.
 */
export type CapClass = 'counted' | 'service';

/** A message to the same member that has gone, or that is ahead in the queue. `at`: epoch ms. */
export interface CountedSend {
  readonly at: number;
  readonly caps: CapClass;
}

export const capCodes = ['monthly_cap', 'min_gap', 'daily_cap'] as const;
export type CapCode = (typeof capCodes)[number];

export type Placement =
  | { readonly kind: 'at'; readonly notBefore: number }
  | { readonly kind: 'refused'; readonly code: CapCode | 'no_slot_in_window' };

/**
 * What goes within so long of its time counts as gone at that time: the same slot on the next day is a day later, though
 * a worker takes a slot a little after it has struck.
 */
export const ON_TIME_MS = 10 * 60_000;

/** The window of `per_month`. */
export const CAP_MONTH_MS = 30 * DAY_MS;

/** How many of these lie in the fullest window of a length that holds `at`. The window is half open: a full length apart is apart. */
function fullestWindow(at: number, times: readonly number[], lengthMs: number): number {
  const near = times.filter((time) => Math.abs(time - at) < lengthMs);
  const starts = [at, ...near.filter((time) => time <= at)];
  return Math.max(...starts.map((start) => near.filter((time) => time >= start && time - start < lengthMs).length));
}

const ofClass = (caps: CapClass, sends: readonly CountedSend[]): number[] =>
  sends.flatMap((send) => (send.caps === caps ? [send.at] : []));

/** How many more may go in the 24 hours and the 30 days around `at`. */
export function budgetAt(
  at: number,
  sends: readonly CountedSend[],
  policy: Pick<SendingPolicy, 'perDay' | 'perMonth'>,
): { readonly day: number; readonly month: number } {
  const all = sends.map((send) => send.at);
  return {
    day: Math.max(0, policy.perDay - fullestWindow(at, all, DAY_MS)),
    month: Math.max(0, policy.perMonth - fullestWindow(at, ofClass('counted', sends), CAP_MONTH_MS)),
  };
}

/** Which cap one more message at `at` would break; the one that lasts longest where it is several. */
export function capBroken(
  at: number,
  caps: CapClass | null,
  sends: readonly CountedSend[],
  policy: Pick<SendingPolicy, 'perDay' | 'perMonth' | 'minGapDays'>,
): CapCode | null {
  if (caps === null) return null;
  const left = budgetAt(at, sends, policy);
  if (caps === 'counted') {
    if (left.month === 0) return 'monthly_cap';
    if (ofClass('counted', sends).some((other) => Math.abs(other - at) < policy.minGapDays * DAY_MS)) return 'min_gap';
  }
  return left.day === 0 ? 'daily_cap' : null;
}

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
 * hours, within the caps, at the timing asked for. Says why when there is none.
 */
export function placeSend(
  now: number,
  until: number,
  timing: Timing,
  { caps, sends }: { readonly caps: CapClass | null; readonly sends: readonly CountedSend[] },
  policy: SendingPolicy,
  timeZone: string,
): Placement {
  const found = new Set<CapCode>();
  for (const moment of momentsOf(now, until, timing, sends, policy, timeZone)) {
    const code = capBroken(moment, caps, sends, policy);
    if (code === null) return { kind: 'at', notBefore: moment };
    found.add(code);
  }
  const code = capCodes.find((known) => found.has(known));
  return { kind: 'refused', code: code ?? 'no_slot_in_window' };
}

/** The moments at which a message of this timing could go, rising. */
function momentsOf(
  now: number,
  until: number,
  timing: Timing,
  sends: readonly CountedSend[],
  policy: SendingPolicy,
  timeZone: string,
): readonly number[] {
  const moments: number[] = [];
  if (timing === 'now') {
    // A cap gives way no earlier than one of its windows has passed since a message.
    const windows = [DAY_MS, policy.minGapDays * DAY_MS, CAP_MONTH_MS];
    const freed = sends.flatMap(({ at }) => windows.map((window) => at + window));
    moments.push(...[now, ...freed.filter((at) => at > now)].map((at) => afterQuiet(at, policy, timeZone)));
  } else {
    const minutes = timing === 'slot' ? policy.slotMinutes : [timing.atMinute];
    for (let day = dayOf(now, timeZone); day <= dayOf(until, timeZone); day++)
      for (const minute of minutes) {
        const moment = momentOf(day, minute, timeZone);
        // A wall clock that is pushed forward has no such moment on that day.
        if (dayOf(moment, timeZone) === day && !isQuiet(moment, policy, timeZone)) moments.push(moment);
      }
  }
  return moments.filter((moment) => moment >= now && moment <= until).sort((a, b) => a - b);
}
