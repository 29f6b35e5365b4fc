import type { Day } from '../day.js';
import type { Fact } from '../fact.js';

/**
 * What is counted per member, day and a further key. `custom`: facts of that name, and the sum of their values in
 * thousandths. `order_category`: orders that stand, and their money in cents, on the day they were paid. `view_category`:
 * views of content.
 */
export const keyedMeasures = ['custom', 'order_category', 'view_category'] as const;

export type KeyedMeasure = (typeof keyedMeasures)[number];

/** Changes of one keyed count of a day. They are negative when an order is refunded. */
export interface KeyedCount {
  readonly measure: KeyedMeasure;
  readonly key: string;
  readonly count: number;
  readonly sum: number;
}

export type KeyedCountOnDay = KeyedCount & { readonly day: Day };

/** The last `days` days, today included; without `days` all time. Without `keys` every key of the measure. */
export interface KeyedWindow {
  readonly measure: KeyedMeasure;
  readonly keys?: readonly string[];
  readonly days?: number;
}

/** One key of one member over one window. A key of which nothing is left in the window has no total. */
export interface KeyedTotal {
  readonly measure: KeyedMeasure;
  readonly key: string;
  /** Length of the window; absent: all time. */
  readonly days?: number;
  readonly count: number;
  readonly sum: number;
  /** Days with a count above 0, and the last of them. */
  readonly activeDays: number;
  readonly lastDay: Day;
  /** The first day of the window that is counted. */
  readonly firstDay: Day;
}

/** A custom value is counted in thousandths, so that sums are exact and the same in every order. */
export const CUSTOM_VALUE_PARTS = 1_000;
/** A custom value beyond this counts as a fact, but nothing is added to the sum: sums stay exact. */
export const MOST_CUSTOM_VALUE = 1_000_000_000;

/** What a fact adds on its day. Orders are counted from the order book instead, so that a refund finds its order. */
export function keyedCountsOf(fact: Fact): KeyedCount[] {
  switch (fact.kind) {
    case 'custom':
      return [{ measure: 'custom', key: fact.data.name, count: 1, sum: customParts(fact.data.value) }];
    case 'content_viewed': {
      const key = fact.data.category?.trim();
      return key ? [{ measure: 'view_category', key, count: 1, sum: 0 }] : [];
    }
    default:
      return [];
  }
}

/** True counts as 1, a text as nothing. */
function customParts(value: string | number | boolean | undefined): number {
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number !== 'number' || !(Math.abs(number) <= MOST_CUSTOM_VALUE)) return 0;
  return Math.round(number * CUSTOM_VALUE_PARTS) + 0;
}
