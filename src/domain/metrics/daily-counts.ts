import type { HourColumn } from './active-hours.js';

/** Counts that are kept per member and day. */
export const dailyCounts = [
  'messages',
  /** Group messages that are neither ads nor one word: see `isPost`. */
  'posts',
  'mentions',
  'orders',
  'spend_cents',
  /** Refunds and their money count on the day of the refund; orders and spend on the day the order was paid. */
  'refunds',
  'refunded_cents',
  'checkins',
  'visits',
  'views',
  'invites',
  'ads',
  'service_messages',
  'service_visits',
  'clicks',
  /** Above 0 on days on which the member did something; a mention by others does not count. */
  'seen',
] as const;

export type DailyCount = (typeof dailyCounts)[number];

/** How a figure is summed from the daily counts: over the last `days` days, today included; without `days` over all time. */
export type DailySum =
  | { readonly of: DailyCount; readonly days?: number }
  /** The days on which the member acted, by hour: see `active-hours.ts`. */
  | { readonly of: HourColumn; readonly days: number }
  /** The number of days on which the count was above 0, or above another count. */
  | { readonly daysWith: DailyCount; readonly moreThan?: DailyCount; readonly days?: number }
  /** The latest day on which the count was above 0; null for never. */
  | { readonly lastDayOf: DailyCount };
