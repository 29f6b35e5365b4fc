/** The corp lives in China: one zone, no summer time. */
const OFFSET_MS = 8 * 3_600_000;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const wall = (at: number): Date => new Date(at + OFFSET_MS);

/** The moment at which the day of `at` began. */
export const startOfDay = (at: number): number => Math.floor((at + OFFSET_MS) / DAY) * DAY - OFFSET_MS;
/** 0 is Sunday. */
export const weekdayOf = (at: number): number => wall(at).getUTCDay();
export const monthOf = (at: number): string => wall(at).toISOString().slice(0, 7);
export const daysInMonthOf = (at: number): number =>
  new Date(Date.UTC(wall(at).getUTCFullYear(), wall(at).getUTCMonth() + 1, 0)).getUTCDate();
export const seconds = (at: number): number => Math.floor(at / 1_000);

/** ISO 8601 as a Chinese shop writes it. */
export const isoOf = (at: number): string => wall(at).toISOString().replace('Z', '+08:00');
