/** What is counted of a member on each day. */
export const dailyCounts = [
  'messages',
  'mentions',
  'orders',
  'spend_cents',
  'checkins',
  'visits',
  'views',
  'invites',
  'ads',
  /** 1 when the member did something that day (a mention by others is not it). */
  'seen',
] as const;

export type DailyCount = (typeof dailyCounts)[number];

/** How a figure is summed from the daily counts: over the last so many days, today included, or over all of them. */
export type DailySum =
  | { readonly of: DailyCount; readonly days?: number }
  /** On how many days there was any of it; or more of it than of something else. */
  | { readonly daysWith: DailyCount; readonly moreThan?: DailyCount; readonly days: number };
