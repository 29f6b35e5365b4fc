import { HOUR_MS } from './day.js';

/**
 * Splits facts by age, the oldest part first. For each window (in hours) a part lies either wholly inside or wholly outside.
 * Applied part by part, effects of old facts stay apart from effects of new ones, even if they arrive together. Within a part
 * the facts keep their order.
 */
export function groupByAge<F extends { readonly at: number }>(
  facts: readonly F[],
  windowsHours: readonly number[],
  now: number,
): F[][] {
  const parts = new Map<number, F[]>();
  for (const fact of facts) {
    const exceeded = windowsHours.filter((hours) => now - fact.at > hours * HOUR_MS).length;
    const part = parts.get(exceeded) ?? [];
    parts.set(exceeded, part);
    part.push(fact);
  }
  return [...parts].sort(([a], [b]) => b - a).map(([, part]) => part);
}
