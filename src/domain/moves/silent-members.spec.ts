import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../day.js';
import { isStillSilent, removalsLeft } from './silent-members.js';

describe('cleaning a group of silent members', () => {
  it('waits for an answer, and leaves alone who was seen since they were asked', () => {
    const now = 100 * DAY_MS;
    const silent = (askedDaysAgo: number, seenDaysAgo: number | null) =>
      isStillSilent(
        {
          member: 1,
          askedAt: now - askedDaysAgo * DAY_MS,
          seenAt: seenDaysAgo === null ? null : now - seenDaysAgo * DAY_MS,
        },
        14,
        now,
        DAY_MS,
      );
    expect(silent(13, 90)).toBe(false);
    expect(silent(14, 90)).toBe(true);
    expect(silent(14, null)).toBe(true);
    expect(silent(20, 3)).toBe(false);
  });

  it('never goes beyond the share of a group in a day, however often it is asked', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.nat(40), { maxLength: 12 }),
        (size, share, waves) => {
          let removed = 0;
          for (const wanted of waves) removed += Math.min(wanted, removalsLeft(size, removed, share));
          expect(removed * 100).toBeLessThanOrEqual(size * share);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('leaves a group alone that is too small for one person to be within the share', () => {
    expect(removalsLeft(49, 0, 2)).toBe(0);
    expect(removalsLeft(50, 0, 2)).toBe(1);
    expect(removalsLeft(50, 1, 2)).toBe(0);
  });
});
