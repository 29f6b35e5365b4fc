import { describe, expect, it } from 'vitest';
import type { Comparison, Verdict } from '../../api/results.js';
import { resultsZh } from '../../i18n/results-zh.js';
import { pointsOf, verdictWords } from './words.js';

const t = (key: string, fill: Readonly<Record<string, string | number>> = {}): string =>
  resultsZh[key as keyof typeof resultsZh].replace(/\{(\w+)\}/g, (_, name: string) => String(fill[name]));

const said = (verdict: Verdict, given: Partial<Comparison> = {}, goal: 'return' | 'opt_out' = 'return'): string =>
  verdictWords(
    {
      ...{ difference: 0.031, interval: { low: 0.012, high: 0.05 }, daysLeft: null, looks: [], beside: [] },
      ...given,
      verdict,
    },
    goal,
    { t },
  );

describe('the words of a comparison', () => {
  it('say a difference with its sign and its interval', () => {
    expect(said({ kind: 'difference', sign: 1 })).toBe('多回来 3.1 个百分点（1.2～5.0）');
    const loss = { difference: -0.031, interval: { low: -0.05, high: -0.012 } };
    expect(said({ kind: 'difference', sign: -1 }, loss, 'opt_out')).toBe('少退订 3.1 个百分点（1.2～5.0）');
  });

  it('say how long people are still missing, and no number of days that nobody can wait for', () => {
    const missing = { kind: 'not_enough_people', missing: 430 } as const;
    expect(said(missing, { daysLeft: 12 })).toBe('还不够人：再约 12 天');
    expect(said(missing)).toBe('还不够人：还差 430 人');
    expect(said(missing, { daysLeft: 31_110 })).toBe('还不够人：还差 430 人，按现在的速度要两年以上');
  });

  it('say that no difference was seen, with the interval where there is one', () => {
    expect(said({ kind: 'no_difference_seen' }, { interval: { low: -0.01, high: 0.021 } })).toBe(
      '没看出差别（−1.0～2.1 个百分点）',
    );
    expect(said({ kind: 'no_difference_seen' }, { interval: null })).toBe('没看出差别');
  });

  it('have no minus before nothing', () => {
    expect([pointsOf(-0.0001), pointsOf(-0.0321), pointsOf(0.5)]).toEqual(['0.0', '−3.2', '50.0']);
  });
});
