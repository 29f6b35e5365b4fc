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

  it('holds back a tenth when a tenth is asked for', () => {
    for (const campaign of ['silent-30', 'silent-60', 'one-week']) {
      const held = count(below(0.1, campaign, 'holdout')) / PEOPLE;
      expect(held).toBeGreaterThan(0.09);
      expect(held).toBeLessThan(0.11);
    }
  });

  it('draws anew for another campaign, and for the variant: neither says anything about the other', () => {
    const holdout = below(0.5, 'silent-30', 'holdout');
    for (const other of [below(0.5, 'silent-30', 'variant'), below(0.5, 'silent-60', 'holdout')]) {
      const both = count(holdout.filter((isHeld, member) => isHeld && other[member]));
      expect(both / PEOPLE).toBeGreaterThan(0.23);
      expect(both / PEOPLE).toBeLessThan(0.27);
    }
  });

  it('tells where one word ends and the next begins', () => {
    expect(stableShare('ab', 'c')).not.toBe(stableShare('a', 'bc'));
  });
});
