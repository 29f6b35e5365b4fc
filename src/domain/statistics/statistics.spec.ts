import { describe, expect, it } from 'vitest';
import { compareVariants, compareWithHoldout, holmLevels } from './compare.js';
import { alwaysValidP, confidenceSequence } from './confidence-sequence.js';
import { newcombe, normalQuantile, wilson } from './proportions.js';
import { sampleSize, smallestVisible } from './sample-size.js';

const rounded = (interval: { low: number; high: number } | null, digits: number) =>
  interval && [interval.low, interval.high].map((end) => Number(end.toFixed(digits)));

describe('intervals of shares', () => {
  it('has the normal quantile of the tables', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 6);
    expect(normalQuantile(0.8)).toBeCloseTo(0.841621, 6);
  });

  it('gives the interval of one share that Newcombe (1998a) prints: 81 of 263', () => {
    expect(rounded(wilson({ k: 81, n: 263 }), 4)).toEqual([0.2553, 0.3662]);
  });

  it.each([
    [{ k: 56, n: 70 }, { k: 48, n: 80 }, [0.0524, 0.3339]],
    [{ k: 9, n: 10 }, { k: 3, n: 10 }, [0.1705, 0.809]],
    [{ k: 0, n: 10 }, { k: 0, n: 20 }, [-0.1611, 0.2775]],
  ])('gives the interval of a difference that Newcombe (1998b) prints: %o and %o', (one, other, expected) => {
    expect(rounded(newcombe(one, other), 4)).toEqual(expected);
  });

  it('says nothing of nobody', () => {
    expect(wilson({ k: 0, n: 0 })).toBeNull();
    expect(newcombe({ k: 1, n: 2 }, { k: 0, n: 0 })).toBeNull();
  });
});

describe('the sample size', () => {
  it.each([
    [0.1, 0.02, 3841],
    [0.5, 0.05, 1565],
    [0.1, 0.05, 686],
  ])('is that of power.prop.test in R for %d and %d more', (baseRate, difference, expected) => {
    expect(sampleSize({ baseRate, difference })).toEqual({ base: expected, other: expected });
  });

  it('asks for fewer in a small arm and for more in all when the arms are unequal', () => {
    const { base, other } = sampleSize({ baseRate: 0.1, difference: 0.05, ratio: 9 });
    expect(base).toBeLessThan(686);
    expect(Math.abs(other - 9 * base)).toBeLessThan(9);
    expect(base + other).toBeGreaterThan(2 * 686);
  });

  it('finds the same difference from the size', () => {
    expect(smallestVisible(0.1, { base: 3841, other: 3841 })).toBeCloseTo(0.02, 4);
    expect(smallestVisible(0.1, { base: 0, other: 10 })).toBeNull();
    expect(smallestVisible(0.1, { base: 2, other: 2 })).toBeNull();
  });
});

describe('the confidence sequence', () => {
  const planned = { total: 4000 };

  it('is the formula of its paper: 10 % and 12 % of 2000 each, tuned to 4000', () => {
    // v = 0.4 × …: p q / s of both arms; rho² t = −2 ln 0.05 + ln(−2 ln 0.05) + 1 = 8.7817 at the planned size.
    const variance = 2 * (0.12 * 0.88 + 0.1 * 0.9);
    const half = Math.sqrt(variance * ((2 * 9.7817) / (4000 * 8.7817)) * Math.log(Math.sqrt(9.7817) / 0.05));
    const found = confidenceSequence({ k: 240, n: 2000 }, { k: 200, n: 2000 }, planned)!;
    expect(found.low).toBeCloseTo(0.02 - half, 6);
    expect(found.high).toBeCloseTo(0.02 + half, 6);
  });

  it('is not shown before 200 people are in each arm, nor while all did the same', () => {
    expect(confidenceSequence({ k: 50, n: 199 }, { k: 10, n: 500 }, planned)).toBeNull();
    expect(confidenceSequence({ k: 50, n: 200 }, { k: 10, n: 500 }, planned)).not.toBeNull();
    expect(confidenceSequence({ k: 0, n: 300 }, { k: 0, n: 300 }, planned)).toBeNull();
  });

  it('leaves 0 out exactly when its p is below the level', () => {
    const [one, other] = [
      { k: 130, n: 800 },
      { k: 80, n: 800 },
    ] as const;
    const p = alwaysValidP(one, other, planned)!;
    expect(p).toBeLessThan(0.05);
    expect(confidenceSequence(one, other, planned, p * 1.001)!.low).toBeGreaterThan(0);
    expect(confidenceSequence(one, other, planned, p * 0.999)!.low).toBeLessThan(0);
  });
});

describe('what is said of a comparison', () => {
  it('says nothing of a lift before both arms have the size that was asked for', () => {
    const planned = sampleSize({ baseRate: 0.1, difference: 0.05, ratio: 9 });
    const heldOut = { k: 10, n: planned.base - 3 };
    expect(compareWithHoldout({ k: 900, n: planned.other }, heldOut, planned).verdict).toEqual({
      kind: 'not_enough_people',
      missing: 3,
    });
    const full = { k: 10, n: planned.base };
    const { verdict, interval } = compareWithHoldout({ k: 900, n: planned.other }, full, planned);
    expect(verdict).toEqual({ kind: 'difference', sign: 1 });
    expect(interval!.low).toBeGreaterThan(0);
  });

  it('sees a difference that hurts with its sign, and none where there is none', () => {
    const planned = { base: 500, other: 500 };
    expect(compareWithHoldout({ k: 20, n: 500 }, { k: 80, n: 500 }, planned).verdict).toEqual({
      kind: 'difference',
      sign: -1,
    });
    expect(compareWithHoldout({ k: 50, n: 500 }, { k: 52, n: 500 }, planned).verdict.kind).toBe('no_difference_seen');
    expect(compareWithHoldout({ k: 0, n: 0 }, { k: 0, n: 0 }, planned)).toEqual({
      difference: null,
      interval: null,
      verdict: { kind: 'not_enough_people', missing: 500 },
    });
  });

  it('may see a large difference of two texts early, and shows the usual interval at the planned size only', () => {
    const early = compareVariants(
      [
        { name: 'A', k: 30, n: 300 },
        { name: 'B', k: 120, n: 300 },
      ],
      1000,
    )[0]!;
    expect(early.verdict).toEqual({ kind: 'difference', sign: 1 });
    expect(early.atPlannedSize).toBeNull();
    const later = compareVariants(
      [
        { name: 'A', k: 100, n: 1000 },
        { name: 'B', k: 101, n: 1000 },
      ],
      1000,
    )[0]!;
    expect(later.verdict.kind).toBe('no_difference_seen');
    expect(later.atPlannedSize).not.toBeNull();
  });

  it('asks more of each of several texts, by Holm', () => {
    expect(holmLevels([0.04])).toEqual([0.05]);
    expect(holmLevels([0.04, 0.001])).toEqual([0.05, 0.025]);
    expect(holmLevels([0.03, 0.03, 0.9])).toEqual([0.05 / 3, 0.05 / 3, 0.05 / 3]);
    const two = [
      { name: 'A', k: 100, n: 1000 },
      { name: 'B', k: 146, n: 1000 },
    ];
    const none = { name: 'C', k: 100, n: 1000 };
    const width = (list: typeof two) => {
      const { low, high } = compareVariants(list, 1000)[0]!.interval!;
      return high - low;
    };
    expect(width([...two, none])).toBeGreaterThan(width(two));
  });
});
