/** A day as days since 1970-01-01 in the corp's time zone. Metrics store days, so that "days since" is a subtraction. */
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

/** Cached offsets of one time zone. `ofDay`: by UTC day, null on a day on which the offset changes. */
interface Offsets {
  readonly ofDay: Map<number, number | null>;
  readonly ofQuarter: Map<number, number>;
}

const offsets = new Map<string, Offsets>();
const QUARTER_MS = 900_000;
const MOST_KEPT = 20_000;

function offsetsOf(timeZone: string): Offsets {
  let known = offsets.get(timeZone);
  if (!known) {
    known = { ofDay: new Map(), ofQuarter: new Map() };
    offsets.set(timeZone, known);
  }
  if (known.ofDay.size > MOST_KEPT) known.ofDay.clear();
  if (known.ofQuarter.size > MOST_KEPT) known.ofQuarter.clear();
  return known;
}

/** Offset from UTC in ms. A zone changes its offset at most once a day, and only on quarter hours. */
function offsetMs(at: number, timeZone: string): number {
  const { ofDay, ofQuarter } = offsetsOf(timeZone);
  const day = Math.floor(at / DAY_MS);
  let known = ofDay.get(day);
  if (known === undefined) {
    const first = offsetAt(day * DAY_MS, timeZone);
    known = first === offsetAt((day + 1) * DAY_MS, timeZone) ? first : null;
    ofDay.set(day, known);
  }
  if (known !== null) return known;
  const quarter = Math.floor(at / QUARTER_MS);
  const found = ofQuarter.get(quarter) ?? offsetAt(quarter * QUARTER_MS, timeZone);
  ofQuarter.set(quarter, found);
  return found;
}

/** Computes the offset from the calendar, which is slow. */
function offsetAt(at: number, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const part of formatterFor(timeZone).formatToParts(at)) parts[part.type] = Number(part.value);
  const wall = Date.UTC(
    parts['year']!,
    parts['month']! - 1,
    parts['day']!,
    parts['hour']!,
    parts['minute']!,
    parts['second']!,
  );
  return wall - at;
}

/** The corp's day that contains a moment (epoch ms). */
export function dayOf(at: number, timeZone: string): Day {
  return Math.floor((at + offsetMs(at, timeZone)) / DAY_MS);
}

/** A day, and the last day whose counts are read. They differ in the morning, when nothing of the day has happened yet. */
export interface AsOf {
  readonly today: Day;
  readonly lastDay: Day;
}

export const asOf = (when: Day | AsOf): AsOf => (typeof when === 'number' ? { today: when, lastDay: when } : when);

/** The moment (epoch ms) at which the corp's day begins, plus minutes of wall clock. */
export function momentOf(day: Day, minuteOfDay: number, timeZone: string): number {
  const wall = day * DAY_MS + minuteOfDay * 60_000;
  const guess = wall - offsetMs(wall, timeZone);
  return wall - offsetMs(guess, timeZone);
}

/** A moment (epoch ms), with the time zone that cuts time into days. */
export interface LocalMoment {
  readonly now: number;
  readonly timeZone: string;
}

/**
 * The last moment that is at least so many calendar days ago. Periods of days are counted like this and not in hours: the
 * nightly review comes some seconds earlier or later each night, and would find a period of hours over only a night later.
 */
export const daysAgo = (days: number, { now, timeZone }: LocalMoment): number =>
  momentOf(dayOf(now, timeZone) - days + 1, 0, timeZone) - 1;

/** The moment at which the day begins that is so many days after the one of `at`. */
export const daysAfter = (at: number, days: number, timeZone: string): number =>
  momentOf(dayOf(at, timeZone) + days, 0, timeZone);

/** Whether a moment may stand for a whole day: it is midnight in the corp's zone or in UTC. */
export const isDayOnly = (at: number, timeZone: string): boolean =>
  at % DAY_MS === 0 || momentOf(dayOf(at, timeZone), 0, timeZone) === at;

/** Minutes since midnight on the corp's wall clock, 0..1439. */
export function minuteOfDay(at: number, timeZone: string): number {
  const wall = at + offsetMs(at, timeZone);
  return Math.floor((((wall % DAY_MS) + DAY_MS) % DAY_MS) / 60_000);
}

/** `22:30` for minutes since midnight. */
export const clockText = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');

/** `2026-11-21` for a day number. */
export function isoDay(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** `2026-11` for a day number. */
export function isoMonth(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 7);
}
