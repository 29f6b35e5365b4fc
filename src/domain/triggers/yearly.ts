import { dayIn } from '../calendar/calendar.js';
import { yearOf } from '../calendar/festivals.js';
import type { Day } from '../day.js';

/** A date that returns every year. */
export interface YearlyDate {
  /** 1–12. */
  readonly month: number;
  readonly day: number;
}

/** The first day of the date that is `from` or later. 29 February is kept on the 28th in other years. */
export function nextDate(date: YearlyDate, from: Day): Day {
  const thisYear = dayIn(yearOf(from), date);
  return thisYear >= from ? thisYear : dayIn(yearOf(from) + 1, date);
}

/** The date of a birthday such as `1990-05-17`; null for anything else. */
export function dateOfBirthday(birthday: string | null): YearlyDate | null {
  const found = /^\d{4}-(\d{2})-(\d{2})$/u.exec(birthday ?? '');
  if (!found) return null;
  const [month, day] = [Number(found[1]), Number(found[2])];
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? { month, day } : null;
}

/** Whether a trigger `ahead` days before a day fires today. */
export const isAheadOf = (day: Day, today: Day, ahead: number): boolean => day - ahead === today;

/** Whether what such a trigger has planned may still go: until the day itself. */
export const isStillAhead = (day: Day, today: Day, ahead: number): boolean => day - ahead <= today && today <= day;

/** When a trigger `ahead` days before a returning day fires first after `after`. `next`: the first such day from one on. */
export function firesNext(next: (from: Day) => Day | null, ahead: number, after: Day): Day | null {
  const day = next(after + 1 + ahead);
  return day === null ? null : day - ahead;
}
