import { DAY, HOUR, startOfDay } from '../calendar.js';
import type { Random } from '../random.js';

/** How busy each hour is: people look at their phones on the way to work, at noon, after work, and before bed. */
const HOURS = [2, 1, 0, 0, 0, 1, 4, 12, 26, 13, 10, 14, 30, 14, 9, 9, 11, 15, 27, 18, 24, 32, 14, 5];
const HOUR_LIST = HOURS.map((_, hour) => hour);

/** A moment of the day that contains `at`, by the common rhythm. */
export function momentOfDay(at: number, random: Random): number {
  const hour = random.weighted(HOUR_LIST, (one) => HOURS[one] ?? 0);
  return startOfDay(at) + (hour + random.next()) * HOUR;
}

/** Between two hours of the day that contains `at`. */
export const between = (at: number, random: Random, from: number, until: number): number =>
  startOfDay(at) + random.between(from, until) * HOUR;

/** `at` itself in working hours, else some time after the next morning at nine. */
export function inWorkingHours(at: number, random: Random): number {
  const today = startOfDay(at);
  if (at < today + 9 * HOUR) return today + (9 + random.next()) * HOUR;
  if (at >= today + 21 * HOUR) return today + DAY + (9 + random.next()) * HOUR;
  return at;
}
