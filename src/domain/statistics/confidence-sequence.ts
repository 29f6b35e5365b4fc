import { ALPHA, type Count, type Interval } from './proportions.js';

/** Below so many people in either arm the sequence, which holds in the limit, is not shown. */
export const FEWEST_PER_ARM = 200;

/** What tunes the sequence: it is narrowest when both arms together have so many people. */
export interface Planned {
  readonly total: number;
}

interface Difference {
  readonly difference: number;
  /** Variance of one person's share in the difference. */
  readonly variance: number;
  readonly people: number;
  /** Weight of the prior on the drift of the difference. */
  readonly rhoSquared: number;
}

/** Rho of Waudby-Smith et al., "Time-uniform central limit theory and asymptotic confidence sequences", for `planned`. */
const rhoSquaredFor = ({ total }: Planned): number =>
  (-2 * Math.log(ALPHA) + Math.log(-2 * Math.log(ALPHA)) + 1) / Math.max(1, total);

function differenceOf(one: Count, other: Count, planned: Planned): Difference | null {
  if (one.n < FEWEST_PER_ARM || other.n < FEWEST_PER_ARM) return null;
  const people = one.n + other.n;
  const [p, q] = [one.k / one.n, other.k / other.n];
  const share = one.n / people;
  const variance = (p * (1 - p)) / share + (q * (1 - q)) / (1 - share);
  // Everybody or nobody did it in both arms: there is no spread yet from which a width could be told.
  if (variance === 0) return null;
  return { difference: p - q, variance, people, rhoSquared: rhoSquaredFor(planned) };
}

/**
 * Interval of the difference of two shares, `one` minus `other`, that holds at all times at once: whoever looks daily and
 * stops when it leaves 0 out is wrong in `alpha` of all cases at most. Null while an arm has too few people, and while all did the same.
 */
export function confidenceSequence(one: Count, other: Count, planned: Planned, alpha = ALPHA): Interval | null {
  const found = differenceOf(one, other, planned);
  if (found === null) return null;
  const { difference, variance, people: t, rhoSquared } = found;
  const spread = t * rhoSquared + 1;
  const half = Math.sqrt(variance * ((2 * spread) / (t * t * rhoSquared)) * Math.log(Math.sqrt(spread) / alpha));
  return { low: difference - half, high: difference + half };
}

/** The largest `alpha` at which the sequence still contains 0, at most 1. Null while an arm has too few people. */
export function alwaysValidP(one: Count, other: Count, planned: Planned): number | null {
  const found = differenceOf(one, other, planned);
  if (found === null) return null;
  const { difference, variance, people: t, rhoSquared } = found;
  if (difference === 0) return 1;
  const spread = t * rhoSquared + 1;
  return Math.min(1, Math.sqrt(spread) * Math.exp((-(difference ** 2) * t * t * rhoSquared) / (2 * variance * spread)));
}
