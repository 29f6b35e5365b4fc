import { ALPHA, normalQuantile } from './proportions.js';

/** The chance to find a difference of the size asked for. */
export const POWER = 0.8;

export interface SizeQuestion {
  /** Share with the outcome among those who get nothing, or the first text. */
  readonly baseRate: number;
  /** The smallest difference that is worth finding, as a share: 0.05 is five points. */
  readonly difference: number;
  /** How many are in the other arm for each one in the base arm. Left out: as many. */
  readonly ratio?: number;
}

/** People needed in each arm. */
export interface PlannedSize {
  readonly base: number;
  readonly other: number;
}

/** An upward difference that leaves no room below 100 % is asked for downwards. */
const rateWith = ({ baseRate, difference }: SizeQuestion): number =>
  baseRate + difference <= 1 ? baseRate + difference : Math.max(0, baseRate - difference);

/** How many people each arm needs, so that the difference is found with `POWER` at `ALPHA` (two-sided, pooled variance). */
export function sampleSize(question: SizeQuestion): PlannedSize {
  const { baseRate: p, ratio = 1 } = question;
  const q = rateWith(question);
  const pooled = (p + ratio * q) / (1 + ratio);
  const byChance = normalQuantile(1 - ALPHA / 2) * Math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled));
  const byPower = normalQuantile(POWER) * Math.sqrt(p * (1 - p) + (q * (1 - q)) / ratio);
  const base = ((byChance + byPower) / (p - q)) ** 2;
  return { base: Math.ceil(base), other: Math.ceil(base * ratio) };
}

/** The smallest difference that so many people could show; null when there is none below 100 %, or nobody in an arm. */
export function smallestVisible(baseRate: number, { base, other }: PlannedSize): number | null {
  if (base === 0 || other === 0) return null;
  const ratio = other / base;
  const needed = (difference: number): number => sampleSize({ baseRate, difference, ratio }).base;
  let [low, high] = [0, 1 - baseRate];
  if (high <= 0 || needed(high) > base) return null;
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (needed(middle) > base) low = middle;
    else high = middle;
  }
  return high;
}
