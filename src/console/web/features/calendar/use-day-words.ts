import { useTexts } from '../../i18n/i18n.js';

const atNoon = (day: string): Date => new Date(`${day}T12:00:00Z`);

/** A day in words: 3月5日 周四. */
export function useDayName(): (day: string) => string {
  const { locale } = useTexts();
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', month: 'long', day: 'numeric', weekday: 'short' });
  return (day) => format.format(atNoon(day));
}

/** A month in words: 2026年3月. */
export function useMonthName(): (month: string) => string {
  const { locale } = useTexts();
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' });
  return (month) => format.format(atNoon(`${month}-01`));
}

/** The names of the weekdays, Monday first. */
export function useWeekdayNames(): readonly string[] {
  const { locale } = useTexts();
  const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'short' });
  // 5 January 2026 is a Monday.
  return [5, 6, 7, 8, 9, 10, 11].map((date) => format.format(new Date(Date.UTC(2026, 0, date))));
}
