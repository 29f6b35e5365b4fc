import { HOUR_MS } from './day.js';

/**
 * Facts of like age together, the oldest first: in each part either all or none lie within any one of the windows (hours).
 * Taken part by part, what an old fact caused is told from what a fresh one caused, whatever they arrive with. Within a
 * part they stay in the order in which they were told.
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
