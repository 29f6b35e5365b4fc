import type { DailySum } from '../../metrics/daily-counts.js';
import type { MetricDefinition } from '../../metrics/index.js';

/** Two figures of which the first is never more than the second. */
export interface KnownOrder {
  readonly fewer: string;
  readonly more: string;
}

/** What is counted over fewer days is at most what is counted over more days, and at most what is counted over all time. */
export function knownOrders(metrics: readonly MetricDefinition[]): KnownOrder[] {
  const summed = metrics.flatMap(({ name, sum }) =>
    sum === undefined || 'lastDayOf' in sum ? [] : [{ name, of: countOf(sum), days: sum.days ?? Infinity }],
  );
  return summed.flatMap((fewer) =>
    summed
      .filter((more) => more.of === fewer.of && more.days > fewer.days)
      .map((more) => ({ fewer: fewer.name, more: more.name })),
  );
}

const countOf = (sum: Exclude<DailySum, { lastDayOf: unknown }>): string =>
  'of' in sum ? sum.of : `days with ${sum.daysWith} more than ${sum.moreThan ?? 0}`;

/** The least and the most that a figure can be; no most: it has none that is known. */
export interface KnownRange {
  readonly metric: string;
  readonly least: number;
  readonly most?: number;
}

/** Counts, money and days are never below 0, and a threshold of money is never 0; days on which something happened are at most as many as the window has. */
export function knownRanges(numbers: readonly MetricDefinition[]): KnownRange[] {
  return numbers
    .filter(({ isSigned }) => !isSigned)
    .map(({ name, sum, read, unit }) => ({
      metric: name,
      least: 'corp' in read && unit === 'cents' ? 1 : 0,
      ...(sum && 'daysWith' in sum && sum.days !== undefined ? { most: sum.days } : {}),
    }));
}
