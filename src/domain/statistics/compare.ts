import { alwaysValidP, confidenceSequence, FEWEST_PER_ARM, type Planned } from './confidence-sequence.js';
import { ALPHA, newcombe, type Count, type Interval } from './proportions.js';
import type { PlannedSize } from './sample-size.js';

/** What may be said of a difference. `missing`: people that the arm which lacks most of its planned share still needs. */
export type Verdict =
  | { readonly kind: 'not_enough_people'; readonly missing: number }
  | { readonly kind: 'no_difference_seen' }
  | { readonly kind: 'difference'; readonly sign: 1 | -1 };

export interface Comparison {
  /** Null when an arm has nobody. */
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly verdict: Verdict;
}

const differenceOf = (one: Count, other: Count): number | null =>
  one.n === 0 || other.n === 0 ? null : one.k / one.n - other.k / other.n;

const missingOf = (counts: readonly Count[], planned: number): number =>
  Math.max(0, ...counts.map(({ n }) => planned - n));

function verdictOf(interval: Interval | null): Verdict {
  if (interval !== null && interval.low > 0) return { kind: 'difference', sign: 1 };
  if (interval !== null && interval.high < 0) return { kind: 'difference', sign: -1 };
  return { kind: 'no_difference_seen' };
}

/**
 * The lift: those to be sent minus those held out. Its interval is for one look, so nothing is said before both arms have the
 * size that was asked for at the start.
 */
export function compareWithHoldout(toSend: Count, heldOut: Count, planned: PlannedSize): Comparison {
  const interval = newcombe(toSend, heldOut);
  const missing = Math.max(missingOf([heldOut], planned.base), missingOf([toSend], planned.other));
  const verdict: Verdict = missing > 0 ? { kind: 'not_enough_people', missing } : verdictOf(interval);
  return { difference: differenceOf(toSend, heldOut), interval, verdict };
}

export interface VariantComparison extends Comparison {
  readonly one: string;
  readonly other: string;
  /** The usual interval, once both have the planned size. */
  readonly atPlannedSize: Interval | null;
}

export interface Variant extends Count {
  readonly name: string;
}

/**
 * Each variant against the first, by intervals that hold at every look. With more than two variants each comparison has the
 * level at which Holm tests it, so that the interval and the verdict say the same. `plannedPerArm`: people asked for in each.
 */
export function compareVariants(variants: readonly Variant[], plannedPerArm: number): readonly VariantComparison[] {
  const [first, ...others] = variants;
  if (first === undefined) return [];
  const planned: Planned = { total: 2 * plannedPerArm };
  const levels = holmLevels(others.map((other) => alwaysValidP(other, first, planned) ?? 1));
  return others.map((other, index) => {
    const interval = confidenceSequence(other, first, planned, levels[index]);
    const isFull = missingOf([other, first], plannedPerArm) === 0;
    const seen = verdictOf(interval);
    const missing = missingOf([other, first], Math.max(plannedPerArm, FEWEST_PER_ARM));
    return {
      one: other.name,
      other: first.name,
      difference: differenceOf(other, first),
      interval,
      atPlannedSize: isFull ? newcombe(other, first) : null,
      verdict: seen.kind === 'difference' || missing === 0 ? seen : { kind: 'not_enough_people', missing },
    };
  });
}

/** The level of each test in Holm's procedure: the smallest p first, each with a little more; all the same after one fails. */
export function holmLevels(pValues: readonly number[], alpha = ALPHA): readonly number[] {
  const order = pValues.map((p, index) => ({ p, index })).toSorted((a, b) => a.p - b.p);
  const levels = pValues.map(() => alpha);
  let failed: number | null = null;
  for (const [step, { p, index }] of order.entries()) {
    const level: number = failed ?? alpha / (pValues.length - step);
    levels[index] = level;
    if (p > level) failed ??= level;
  }
  return levels;
}
