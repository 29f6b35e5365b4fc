import type { Day } from '../domain/day.js';

export const WEEKS_SHOWN = 5;

/** 1970-01-01 was a Thursday. Monday is 0. */
const weekdayOf = (day: Day): number => (((day + 3) % 7) + 7) % 7;

/** The first day that the calendar shows: a Monday. */
export const calendarStart = (today: Day): Day => today - weekdayOf(today) - (WEEKS_SHOWN - 1) * 7;

/** Weeks from Monday to Sunday, the current one last. Null for days that are still ahead. */
export const calendarWeeks = (today: Day): readonly (readonly (Day | null)[])[] =>
  Array.from({ length: WEEKS_SHOWN }, (_week, week) =>
    Array.from({ length: 7 }, (_day, weekday) => {
      const day = calendarStart(today) + week * 7 + weekday;
      return day > today ? null : day;
    }),
  );
