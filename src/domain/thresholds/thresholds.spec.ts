import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clustersOf, type Clusters } from './clusters.js';
import { distributionOf, type Suggestion } from './distribution.js';

interface Cases {
  readonly distributions: readonly {
    readonly name: string;
    readonly values: readonly number[];
    readonly quantiles: Readonly<Record<string, number>>;
    readonly quantileCuts: Readonly<Record<string, readonly number[]>>;
    readonly natural: Readonly<Record<string, readonly number[]>>;
    readonly naturalLog?: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly pairs: readonly {
    readonly name: string;
    readonly points: readonly (readonly [number, number])[];
    /** The least sum within the clusters, by their number. */
    readonly within: Readonly<Record<string, number>>;
    readonly sizes: Readonly<Record<string, readonly number[]>>;
  }[];
}

const { distributions: distributionCases, pairs: pairCases } = JSON.parse(
  readFileSync('test/fixtures/rules/thresholds.json', 'utf8'),
) as Cases;

/** What the calculation, which yields often, answers. */
function clusters(points: readonly (readonly [number, number])[], classes: number): Clusters {
  const steps = clustersOf(points, classes);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const cutsBy = (values: readonly number[], classes: number, method: Suggestion['method']) =>
  distributionOf(values, classes).suggestions.find((each) => each.method === method)?.cuts;

describe('distributionOf', () => {
  it.each(distributionCases)('has the right quantiles of $name', ({ values, quantiles }) => {
    const of = distributionOf(values, 2).quantiles;
    for (const [share, value] of Object.entries(quantiles)) {
      const [over = 1, under = 1] = share.split('/').map(Number);
      expect(of[String(Number((over / under).toFixed(4)))], share).toBeCloseTo(value, 5);
    }
  });

  it.each(distributionCases)('suggests the right cuts of $name', ({ values, quantileCuts, natural, naturalLog }) => {
    for (const classes of [2, 3, 4]) {
      expect(cutsBy(values, classes, 'quantiles'), `quantiles ${classes}`).toEqual(quantileCuts[classes]);
      expect(cutsBy(values, classes, 'natural'), `natural ${classes}`).toEqual(natural[classes]);
      if (naturalLog) expect(cutsBy(values, classes, 'natural_log'), `log ${classes}`).toEqual(naturalLog[classes]);
    }
  });

  it.each(distributionCases)('counts every member once in the classes and in the histogram of $name', ({ values }) => {
    const { suggestions, histogram, n } = distributionOf(values, 4);
    const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
    expect(n).toBe(values.length);
    for (const { sizes, cuts } of suggestions) {
      expect(sum(sizes)).toBe(n);
      expect(sizes).toHaveLength(cuts.length + 1);
      expect(sizes.every((size) => size > 0)).toBe(true);
    }
    expect(sum(histogram.map((bar) => bar.n))).toBe(n);
    expect(histogram.length).toBeLessThanOrEqual(30);
  });

  it('suggests nothing for the logarithm where a value is below 0, and nothing at all where nobody is known', () => {
    expect(cutsBy([-5, 0, 7, 9], 2, 'natural_log')).toBeUndefined();
    expect(distributionOf([], 3)).toMatchObject({ n: 0, min: null, suggestions: [] });
  });

  it('has no class without members, however many are asked for', () => {
    expect(distributionOf([4, 4, 9], 5).suggestions.map(({ cuts }) => cuts)).toEqual([[5], [9], [9]]);
  });
});

describe('clustersOf', () => {
  it.each(pairCases)('finds the best clusters of $name', ({ points, within, sizes }) => {
    for (const [classes, least] of Object.entries(within)) {
      const found = clusters(points, Number(classes));
      expect(found.within, `${classes} classes`).toBeLessThanOrEqual(least * 1.001 + 1e-6);
      expect(found.clusters.map(({ n }) => n).sort(), `${classes} classes`).toEqual([...sizes[classes]!].sort());
    }
  });

  it('gives the same answer to the same points', () => {
    const { points } = pairCases[0]!;
    expect(clusters(points, 3)).toEqual(clusters(points, 3));
  });

  it('makes one cluster of equal points and none of no points', () => {
    const equal: [number, number][] = [
      [3, 4],
      [3, 4],
    ];
    expect(clusters(equal, 4).clusters).toEqual([{ centre: [3, 4], n: 2 }]);
    expect(clusters([], 2).clusters).toEqual([]);
  });
});
