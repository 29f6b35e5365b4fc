import { describe, expect, it } from 'vitest';
import { stableShare } from './stable-share.js';

const PEOPLE = 20_000;
const below = (share: number, ...words: string[]) =>
  Array.from({ length: PEOPLE }, (_, member) => stableShare(member + 1, ...words) < share);
const count = (claims: readonly boolean[]): number => claims.filter(Boolean).length;

describe('stableShare', () => {
  it('is the same for the same words, in every process and version', () => {
    expect(stableShare(7, 'silent-30', 'holdout')).toBeCloseTo(0.66613, 5);
    expect(stableShare('小鹿', 'silent-30')).toBe(stableShare('小鹿', 'silent-30'));
  });

  it('selects a tenth for a share of 0.1', () => {
    for (const campaign of ['silent-30', 'silent-60', 'one-week']) {
      const selected = count(below(0.1, campaign, 'holdout')) / PEOPLE;
      expect(selected).toBeGreaterThan(0.09);
      expect(selected).toBeLessThan(0.11);
    }
  });

  it('is independent between campaigns, and between holdout and variant', () => {
    const holdout = below(0.5, 'silent-30', 'holdout');
    for (const other of [below(0.5, 'silent-30', 'variant'), below(0.5, 'silent-60', 'holdout')]) {
      const both = count(holdout.filter((isSelected, member) => isSelected && other[member]));
      expect(both / PEOPLE).toBeGreaterThan(0.23);
      expect(both / PEOPLE).toBeLessThan(0.27);
    }
  });

  it('depends on where one word ends and the next begins', () => {
    expect(stableShare('ab', 'c')).not.toBe(stableShare('a', 'bc'));
  });
});
