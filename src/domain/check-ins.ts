import { DAY_MS, isoDay, type Day } from './day.js';
import type { MemberId } from './ids.js';

/** The key of a member's check-in of one day: wherever they check in, it is one fact. */
export const checkInKey = (member: MemberId, day: Day): string => `checked_in:#${member}:${isoDay(day)}`;

export interface CheckInStreak {
  /** Days in a row up to today, or up to yesterday while today is still open. */
  readonly current: number;
  readonly longest: number;
  /** Whole days since the last check-in; 0 while the streak goes on, and null for who has never checked in. */
  readonly missedInARow: number | null;
  /** Days of today's calendar month. */
  readonly thisMonth: number;
  readonly today: boolean;
}

/** Counts a member's days with a check-in, given in any order and however often. Days after `today` do not count. */
export function checkInStreak(days: readonly Day[], today: Day): CheckInStreak {
  const past = [...new Set(days)].filter((day) => day <= today).sort((a, b) => a - b);
  let run = 0;
  let longest = 0;
  for (const [index, day] of past.entries()) {
    run = index > 0 && past[index - 1] === day - 1 ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  const last = past.at(-1);
  const inMonth = (day: Day): boolean => monthOf(day) === monthOf(today);
  return {
    current: last !== undefined && today - last <= 1 ? run : 0,
    longest,
    missedInARow: last === undefined ? null : Math.max(0, today - last - 1),
    thisMonth: past.filter(inMonth).length,
    today: last === today,
  };
}

/** Months since 1970, to compare. */
function monthOf(day: Day): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
