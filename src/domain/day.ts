/**
 * A day as an integer: days since 1970-01-01 in the corp's time zone. Metrics store days, not times, so that
 * "days since" needs no clock of its own and never drifts.
 */
export type Day = number;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

const offsets = new Map<string, number>();

/** Minutes and seconds ahead of UTC, in ms. Zones change offset on quarter hours at the finest, so a quarter is cached. */
function offsetMs(at: number, timeZone: string): number {
  const quarter = Math.floor(at / 900_000);
  const key = `${timeZone}:${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const start = quarter * 900_000;
  const parts: Record<string, number> = {};
  for (const part of formatterFor(timeZone).formatToParts(start)) parts[part.type] = Number(part.value);
  const wall = Date.UTC(
    parts['year']!,
    parts['month']! - 1,
    parts['day']!,
    parts['hour']!,
    parts['minute']!,
    parts['second']!,
  );
  if (offsets.size > 5_000) offsets.clear();
  offsets.set(key, wall - start);
  return wall - start;
}

/** The corp's day that contains a moment (epoch ms). */
export function dayOf(at: number, timeZone: string): Day {
  return Math.floor((at + offsetMs(at, timeZone)) / DAY_MS);
}

/** The moment (epoch ms) at which the corp's day begins, plus minutes of wall clock. */
export function momentOf(day: Day, minuteOfDay: number, timeZone: string): number {
  const wall = day * DAY_MS + minuteOfDay * 60_000;
  const guess = wall - offsetMs(wall, timeZone);
  return wall - offsetMs(guess, timeZone);
}

/** Minutes since midnight on the corp's wall clock, 0..1439. */
export function minuteOfDay(at: number, timeZone: string): number {
  const wall = at + offsetMs(at, timeZone);
  return Math.floor((((wall % DAY_MS) + DAY_MS) % DAY_MS) / 60_000);
}

/** `2026-11-21` for a day number. */
export function isoDay(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
