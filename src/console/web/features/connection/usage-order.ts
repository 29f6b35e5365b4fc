import type { Usage, Waiting } from '../../api/connection.js';

/** The used share of a quota, in the fuller of its two windows. */
const shareOf = ({ lastMinute, perMinute, lastHour, perHour }: Usage): number =>
  Math.max(perMinute > 0 ? lastMinute / perMinute : 0, perHour > 0 ? lastHour / perHour : 0);

/** From this share on the meter is red. */
export const HOT_SHARE = 0.9;

/**
 * What to show at once and what on demand: what waits or is nearly used up always, what was called within the hour as far
 * as there is room, the fullest first.
 */
export function orderUsage(
  usage: readonly Usage[],
  waiting: readonly Waiting[],
  room: number,
): { readonly first: readonly Usage[]; readonly rest: readonly Usage[] } {
  const waits = new Set(waiting.map(({ endpoint }) => endpoint));
  const isPressing = (one: Usage): boolean => waits.has(one.endpoint) || shareOf(one) >= HOT_SHARE;
  const ordered = usage
    .filter(({ total, endpoint }) => total > 0 || waits.has(endpoint))
    .sort((a, b) => Number(isPressing(b)) - Number(isPressing(a)) || shareOf(b) - shareOf(a) || b.total - a.total);
  const pressing = ordered.filter(isPressing).length;
  const busy = ordered.filter((one) => isPressing(one) || one.lastHour > 0).length;
  const shown = Math.max(pressing, Math.min(busy, room));
  return { first: ordered.slice(0, shown), rest: ordered.slice(shown) };
}
