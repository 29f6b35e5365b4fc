/** Days whose net joins say how fast a group fills. */
export const FORESIGHT_DAYS = 28;
/** A pool that is younger is judged by its own age, but not by less than a week: its first days are unusual. */
const SHORTEST_DAYS = 7;

/**
 * In how many days the free places are taken if people go on joining as in the last 28 days; 0 when none is free, null when
 * the number does not grow. `ageDays`: how long the groups have been there.
 */
export function daysUntilFull(free: number, netJoins: number, ageDays = FORESIGHT_DAYS): number | null {
  if (free <= 0) return 0;
  if (netJoins <= 0) return null;
  const days = Math.min(FORESIGHT_DAYS, Math.max(SHORTEST_DAYS, ageDays));
  return Math.ceil((free * days) / netJoins);
}
