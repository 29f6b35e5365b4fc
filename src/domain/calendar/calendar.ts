import { DAY_MS, type Day } from '../day.js';
import type { LocalizedText } from '../localized-text.js';
import { dateToDay, festivalDay, festivalKeys, festivalOf, yearOf, type FestivalKey } from './festivals.js';

/** Days off that the State Council has published, each with the days at the weekend on which people work instead. */
export interface Holiday {
  readonly label: LocalizedText;
  /** The festivals whose days off these are: two of them can share one holiday. */
  readonly festivals: readonly FestivalKey[];
  /** Both days included. */
  readonly from: Day;
  readonly to: Day;
  readonly work: readonly Day[];
}

/** A date of every year, or of one. `month`: 1–12. */
export interface CalendarDate {
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
}

/** Days that matter to this community: exams, the season, its own festival. */
export interface SpecialDays {
  readonly key: string;
  readonly label: LocalizedText;
  /** Both days included. In the same year as `to`, or every year; a range of every year may pass New Year. */
  readonly from: CalendarDate;
  readonly to: CalendarDate;
}

/** What the corp's calendar says beside weeks and festivals. */
export interface Calendar {
  readonly holidays: readonly Holiday[];
  readonly special: readonly SpecialDays[];
}

export const emptyCalendar: Calendar = { holidays: [], special: [] };

/** `make_up`: a weekend day on which people work. */
export type DayKind = 'workday' | 'weekend' | 'holiday' | 'make_up';

/** Sunday is 0. */
export const weekdayOf = (day: Day): number => new Date(day * DAY_MS).getUTCDay();

const isWeekend = (day: Day): boolean => [0, 6].includes(weekdayOf(day));

/** In a year whose days off are not known, only the weekends count. */
export function dayKind({ holidays }: Calendar, day: Day): DayKind {
  if (holidays.some(({ from, to }) => from <= day && day <= to)) return 'holiday';
  if (holidays.some(({ work }) => work.includes(day))) return 'make_up';
  return isWeekend(day) ? 'weekend' : 'workday';
}

/** The days off of a year are published in the November before it. Until then nobody knows them. */
const isKnownYear = ({ holidays }: Calendar, year: number): boolean =>
  holidays.some(({ from, to }) => yearOf(from) === year || yearOf(to) === year);

/** The year whose days off are missing although they are published: this one, or in December the next. Null: none is. */
export function missingYear(calendar: Calendar, today: Day): number | null {
  const year = yearOf(today);
  const published = today >= dateToDay(year, 12, 1) ? [year, year + 1] : [year];
  return published.find((one) => !isKnownYear(calendar, one)) ?? null;
}

/** What a campaign or a plan can leave out. `weekends` and `holidays` are days off; the others are named days. */
export type ExceptDays = 'weekends' | 'holidays' | FestivalKey | (string & {});

/** Whether one of these names covers the day. A name that is not known covers no day. */
export const isAmong = (names: readonly ExceptDays[], calendar: Calendar, day: Day): boolean =>
  names.some((name) => covers(name, calendar, day));

function covers(name: ExceptDays, calendar: Calendar, day: Day): boolean {
  const kind = dayKind(calendar, day);
  if (name === 'weekends') return kind === 'weekend';
  if (name === 'holidays') return kind === 'holiday';
  if (isFestival(name)) return isFestivalTime(name, calendar, day);
  return calendar.special.some((special) => special.key === name && lies(day, special));
}

export const isFestival = (name: string): name is FestivalKey => (festivalKeys as readonly string[]).includes(name);

/** The festival and its days off; its usual days off where they are not known. */
function isFestivalTime(key: FestivalKey, { holidays }: Calendar, day: Day): boolean {
  const year = yearOf(day);
  const published = holidays.filter((holiday) => holiday.festivals.includes(key));
  if (published.some(({ from, to }) => from <= day && day <= to)) return true;
  const [before, after] = festivalOf(key).usually ?? [0, 0];
  // The time around a festival can begin in the year before it, or end in the year after it.
  return [year - 1, year, year + 1].some((one) => {
    const at = festivalDay(key, one);
    const isPublished = published.some(({ from, to }) => from <= at && at <= to);
    return isPublished ? day === at : at - before <= day && day <= at + after;
  });
}

/** The first day of special days that is `from` or later; null when there is none any more. */
export function nextSpecialDay({ from: first }: SpecialDays, from: Day): Day | null {
  const candidates = first.year === null ? [yearOf(from), yearOf(from) + 1] : [first.year];
  return candidates.map((year) => dayIn(year, first)).find((day) => day >= from) ?? null;
}

/** 29 February is 28 February in a year without it. */
export const dayIn = (year: number, { month, day }: Pick<CalendarDate, 'month' | 'day'>): Day =>
  Math.min(dateToDay(year, month, day), dateToDay(year, month + 1, 1) - 1);

function lies(day: Day, { from, to }: SpecialDays): boolean {
  if (from.year !== null) return dayIn(from.year, from) <= day && day <= dayIn(to.year ?? from.year, to);
  const year = yearOf(day);
  return [year - 1, year].some((one) => {
    const first = dayIn(one, from);
    const sameYear = dayIn(one, to);
    return first <= day && day <= (sameYear < first ? dayIn(one + 1, to) : sameYear);
  });
}
