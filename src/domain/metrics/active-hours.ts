import { isDayOnly, minuteOfDay } from '../day.js';
import type { Fact } from '../fact.js';

/**
 * The hours of a day in which a member acted are kept in four columns of `member_day`, six hours each: one bit for each hour,
 * `BITS` bits apart. So the sum of a column over at most 127 days has, in the bits of each hour, the number of days on which
 * the member acted in it: one SUM counts six hours. A column stays below 2 ** 42, and so do these sums: exact in JavaScript.
 */
export const hourColumns = ['hours_0', 'hours_6', 'hours_12', 'hours_18'] as const;

export type HourColumn = (typeof hourColumns)[number];

const BITS = 7;
const HOURS_IN_COLUMN = 6;
/** At most 127. */
export const ACTIVE_HOUR_DAYS = 90;
/** On fewer days the hour is chance and not a habit. */
export const FEWEST_DAYS_AT_HOUR = 3;

/**
 * The hour of the corp's time zone in which the member acted; null when the fact is no act of their own, or tells no time of
 * day: a shop that knows only the day reports midnight.
 */
export function hourOfAct({ kind, at }: Fact, timeZone: string): number | null {
  switch (kind) {
    case 'sent_message':
    case 'asked':
    case 'checked_in':
    case 'visited':
    case 'content_viewed':
    case 'link_clicked':
    case 'order_paid':
    case 'invited':
    case 'wrote_to_service':
      return isDayOnly(at, timeZone) ? null : Math.floor(minuteOfDay(at, timeZone) / 60);
    default:
      return null;
  }
}

/** The columns of a day on which the member acted in these hours. */
export function columnsOfHours(hours: ReadonlySet<number>): Record<HourColumn, number> {
  const columns = { hours_0: 0, hours_6: 0, hours_12: 0, hours_18: 0 };
  for (const hour of hours) columns[columnOf(hour)] += 2 ** (BITS * (hour % HOURS_IN_COLUMN));
  return columns;
}

/** The hour with the most days, of equal ones the earliest; null when the member acted on too few days in any hour. */
export function usualHour(sumOf: (column: HourColumn) => number): number | null {
  let usual: number | null = null;
  let most = FEWEST_DAYS_AT_HOUR - 1;
  for (let hour = 0; hour < 24; hour++) {
    const days = Math.floor(sumOf(columnOf(hour)) / 2 ** (BITS * (hour % HOURS_IN_COLUMN))) % 2 ** BITS;
    if (days > most) [usual, most] = [hour, days];
  }
  return usual;
}

const columnOf = (hour: number): HourColumn => hourColumns[Math.floor(hour / HOURS_IN_COLUMN)]!;
