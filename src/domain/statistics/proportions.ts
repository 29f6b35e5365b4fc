import jstat from 'jstat';

/** `k` of `n` people. */
export interface Count {
  readonly k: number;
  readonly n: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The chance of an interval to miss the true value, unless a caller names another. */
export const ALPHA = 0.05;

/** The point below which a standard normal value lies with probability `p`. */
export const normalQuantile = (p: number): number => jstat.normal.inv(p, 0, 1);

/** Interval of one share (Wilson 1927). Null when there is nobody. */
export function wilson({ k, n }: Count, alpha = ALPHA): Interval | null {
  if (n === 0) return null;
  const z = normalQuantile(1 - alpha / 2);
  const middle = (k + (z * z) / 2) / (n + z * z);
  const half = (z / (n + z * z)) * Math.sqrt((k * (n - k)) / n + (z * z) / 4);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * Interval of the difference of two shares, `one` minus `other` (Newcombe 1998, method 10). It holds for one look at a
 * number of people that was fixed before. Null when either has nobody.
 */
export function newcombe(one: Count, other: Count, alpha = ALPHA): Interval | null {
  const [first, second] = [wilson(one, alpha), wilson(other, alpha)];
  if (first === null || second === null) return null;
  const [p, q] = [one.k / one.n, other.k / other.n];
  return {
    low: p - q - Math.hypot(p - first.low, second.high - q),
    high: p - q + Math.hypot(first.high - p, q - second.low),
  };
}
