import { assertNever } from '../assert-never.js';
import { DAY_MS, dayOf, minuteOfDay, momentOf, type Day } from '../day.js';

/** Minutes of the corp's wall clock. The range may pass midnight; it is empty when both are equal. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** When the product may send proactive messages. Minutes are of the corp's wall clock; a range may pass midnight. */
export interface SendingPolicy {
  /** In any 24 hours. */
  readonly perDay: number;
  /** In any 30 days; service messages are not limited by it and do not count. */
  readonly perMonth: number;
  /** Days between two counted messages; service messages neither wait for it nor start it. */
  readonly minGapDays: number;
  readonly quietFromMinute: number;
  readonly quietToMinute: number;
  /** The member's own quiet hours. Nothing is sent in them, nor in those of the corp. */
  readonly ownQuiet?: QuietHours | null;
  /** Days on which nothing of this campaign goes. Left out: it goes on any. */
  readonly isKeptFree?: (day: Day) => boolean;
  /** Minutes of the day at which messages go out: half an hour before the audience's peaks. */
  readonly slotMinutes: readonly number[];
  /** Over how many minutes the messages of one moment are spread. Less than `ON_TIME_MS`, so that all go on time. Left out: 0. */
  readonly spreadMinutes?: number;
  /** WeCom's own limit of mass-sends to one customer, set by its admin: as many a month as it has days, 7 a week, or 1 a day. */
  readonly wecomCap: 'days_in_month' | 'seven_a_week' | 'one_a_day';
  /** Percent of all members whom no campaign writes to. Left out: nobody. */
  readonly globalHoldoutPercent?: number;
}

export type Timing = 'now' | 'slot' | { readonly atMinute: number };

/**
 * Which caps apply to a message: all of them to `counted`, only the daily one to `service` (thanks, a level reached, an
 * invitation). Null: it neither counts nor waits.
 */
export type CapClass = 'counted' | 'service';

/** A message to the same member that was sent or is ahead in the queue. `at`: epoch ms. */
export interface CountedSend {
  readonly at: number;
  readonly caps: CapClass;
}

export const capCodes = ['monthly_cap', 'min_gap', 'daily_cap'] as const;
export type CapCode = (typeof capCodes)[number];

export type Placement =
  | { readonly kind: 'at'; readonly notBefore: number }
  | { readonly kind: 'refused'; readonly code: CapCode | 'no_slot_in_window' | 'days_kept_free' };

/**
 * A message that goes at most this late counts as sent on time. A worker sends a slot's messages a little after the slot;
 * without this tolerance the same slot of the next day would be less than 24 hours later.
 */
export const ON_TIME_MS = 10 * 60_000;

/** Length of the window of `perMonth`. */
export const CAP_MONTH_MS = 30 * DAY_MS;

/** The most `times` in any window of `lengthMs` that contains `at`. Windows are half open: moments a full length apart do not share one. */
export function fullestWindow(at: number, times: readonly number[], lengthMs: number): number {
  const near = times.filter((time) => Math.abs(time - at) < lengthMs);
  const starts = [at, ...near.filter((time) => time <= at)];
  return Math.max(...starts.map((start) => near.filter((time) => time >= start && time - start < lengthMs).length));
}

const ofClass = (caps: CapClass, sends: readonly CountedSend[]): number[] =>
  sends.flatMap((send) => (send.caps === caps ? [send.at] : []));

/** How many more messages may go in the 24 hours and the 30 days around `at`. */
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

/** The cap that one more message at `at` would break, the longest-lasting one if there are several; null if none. */
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

/** Whether a minute of the day lies in [from, to). The range passes midnight when `to` is earlier; it is empty when both are equal. */
export const liesBetween = (minute: number, from: number, to: number): boolean =>
  from <= to ? minute >= from && minute < to : minute >= from || minute < to;

/** All quiet hours of a policy: those of the corp, and the member's own. */
const quietRanges = ({ quietFromMinute, quietToMinute, ownQuiet }: SendingPolicy): readonly QuietHours[] => [
  { fromMinute: quietFromMinute, toMinute: quietToMinute },
  ...(ownQuiet ? [ownQuiet] : []),
];

/** In quiet hours, or on a day that is kept free. */
export function isQuiet(at: number, policy: SendingPolicy, timeZone: string): boolean {
  return quietRangeAt(at, policy, timeZone) !== undefined || isKeptFree(at, policy, timeZone);
}

export const isKeptFree = (at: number, { isKeptFree: isFree }: SendingPolicy, timeZone: string): boolean =>
  isFree?.(dayOf(at, timeZone)) ?? false;

function quietRangeAt(at: number, policy: SendingPolicy, timeZone: string): QuietHours | undefined {
  const minute = minuteOfDay(at, timeZone);
  return quietRanges(policy).find(({ fromMinute, toMinute }) => liesBetween(minute, fromMinute, toMinute));
}

/** So many days in a row are kept free at most; then a campaign would never go. */
const MOST_FREE_DAYS = 400;

/**
 * `at`, or the end of the quiet hours and of the days kept free that contain it. When the two quiet hours leave no minute of
 * the day, the result is about a day later and still quiet.
 */
export function afterQuiet(at: number, policy: SendingPolicy, timeZone: string): number {
  let moment = afterQuietHours(at, policy, timeZone);
  for (let days = 0; days < MOST_FREE_DAYS && isKeptFree(moment, policy, timeZone); days += 1)
    moment = afterQuietHours(momentOf(dayOf(moment, timeZone) + 1, 0, timeZone), policy, timeZone);
  return moment;
}

function afterQuietHours(at: number, policy: SendingPolicy, timeZone: string): number {
  let moment = at;
  // One range can end inside the other, so the end of the second is followed as well; then only an endless day is left.
  for (let range = quietRangeAt(moment, policy, timeZone); range; range = quietRangeAt(moment, policy, timeZone)) {
    moment = endOf(range, moment, timeZone);
    if (moment - at >= DAY_MS) break;
  }
  return moment;
}

function endOf({ toMinute }: QuietHours, at: number, timeZone: string): number {
  const today = dayOf(at, timeZone);
  const end = momentOf(today, toMinute, timeZone);
  return end > at ? end : momentOf(today + 1, toMinute, timeZone);
}

/** The limit of WeCom that one more mass-send to a customer on `day` would exceed; null if none. `days`: of those planned or sent. */
export function wecomCapOn(
  day: Day,
  days: readonly Day[],
  { wecomCap }: Pick<SendingPolicy, 'wecomCap'>,
): 'wecom_daily_cap' | 'wecom_weekly_cap' | 'wecom_monthly_cap' | null {
  switch (wecomCap) {
    case 'one_a_day':
      return days.includes(day) ? 'wecom_daily_cap' : null;
    case 'seven_a_week':
      // Any seven days, because WeCom does not document on which day its week begins.
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

/** Whether two of the corp's days lie in the same calendar month. */
function isSameMonth(a: Day, b: Day): boolean {
  const [left, right] = [new Date(a * DAY_MS), new Date(b * DAY_MS)];
  return left.getUTCFullYear() === right.getUTCFullYear() && left.getUTCMonth() === right.getUTCMonth();
}

/** A message that needs a time. `from` and `until`: the window in which it may go, epoch ms, both included. */
export interface SendRequest {
  readonly from: number;
  readonly until: number;
  readonly timing: Timing;
  /** Null: no cap applies. */
  readonly caps: CapClass | null;
}

/**
 * The first moment of the window at which the message may go to this member: outside the quiet hours, within the caps, at the
 * requested timing. `sends` are the member's other messages. Gives a code when there is no such moment.
 */
export function placeSend(
  request: SendRequest,
  sends: readonly CountedSend[],
  policy: SendingPolicy,
  timeZone: string,
): Placement {
  const found = new Set<CapCode>();
  for (const moment of momentsOf(request, sends, policy, timeZone)) {
    const code = capBroken(moment, request.caps, sends, policy);
    if (code === null) return { kind: 'at', notBefore: moment };
    found.add(code);
  }
  const code = capCodes.find((known) => found.has(known));
  if (code !== undefined) return { kind: 'refused', code };
  const { isKeptFree: isFree, ...anyDay } = policy;
  const wouldFit = isFree !== undefined && momentsOf(request, sends, anyDay, timeZone).length > 0;
  return { kind: 'refused', code: wouldFit ? 'days_kept_free' : 'no_slot_in_window' };
}

/** The moments at which a message of this timing could go, in ascending order. */
function momentsOf(
  { from, until, timing }: SendRequest,
  sends: readonly CountedSend[],
  policy: SendingPolicy,
  timeZone: string,
): readonly number[] {
  const moments: number[] = [];
  if (timing === 'now') {
    // A cap becomes free at the earliest when one of its windows has passed since a message.
    const windows = [DAY_MS, policy.minGapDays * DAY_MS, CAP_MONTH_MS];
    const freed = sends.flatMap(({ at }) => windows.map((window) => at + window));
    moments.push(...[from, ...freed.filter((at) => at > from)].map((at) => afterQuiet(at, policy, timeZone)));
  } else {
    const minutes = timing === 'slot' ? policy.slotMinutes : [timing.atMinute];
    for (let day = dayOf(from, timeZone); day <= dayOf(until, timeZone); day++)
      for (const minute of minutes) {
        const moment = momentOf(day, minute, timeZone);
        // On the day on which summer time begins some minutes do not exist.
        if (dayOf(moment, timeZone) === day) moments.push(moment);
      }
  }
  return moments
    .filter((moment) => moment >= from && moment <= until && !isQuiet(moment, policy, timeZone))
    .sort((a, b) => a - b);
}
