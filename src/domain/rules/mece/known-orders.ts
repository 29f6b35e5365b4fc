import type { MetricDefinition } from '../../metrics/index.js';

/** Two figures of which the first is never more than the second. */
export interface KnownOrder {
  readonly fewer: string;
  readonly more: string;
}

/** A sum over fewer days is at most the sum over more days, and at most the sum over all time. */
export function knownOrders(metrics: readonly MetricDefinition[]): KnownOrder[] {
  const summed = metrics.flatMap(({ name, sum }) =>
    sum && 'of' in sum ? [{ name, of: sum.of, days: sum.days ?? Infinity }] : [],
  );
  return summed.flatMap((fewer) =>
    summed
      .filter((more) => more.of === fewer.of && more.days > fewer.days)
      .map((more) => ({ fewer: fewer.name, more: more.name })),
  );
}
