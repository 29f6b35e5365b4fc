import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysUntilFull } from './foresight.js';

describe('when a group is full', () => {
  it('follows the net joins of the last 28 days', () => {
    expect(daysUntilFull(18, 56)).toBe(9);
    expect(daysUntilFull(1, 1)).toBe(28);
    expect(daysUntilFull(0, 5)).toBe(0);
    expect(daysUntilFull(10, 0)).toBeNull();
    expect(daysUntilFull(10, -3)).toBeNull();
  });

  it('judges a younger group by its own age, but not by its first days alone', () => {
    expect(daysUntilFull(20, 20, 14)).toBe(14);
    expect(daysUntilFull(20, 20, 2)).toBe(7);
  });

  it('is never later with more joins or fewer places', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.integer({ min: 1, max: 300 }), fc.nat(60), (free, net, age) => {
        const days = daysUntilFull(free, net, age)!;
        expect(daysUntilFull(free, net + 1, age)!).toBeLessThanOrEqual(days);
        expect(daysUntilFull(free + 1, net, age)!).toBeGreaterThanOrEqual(days);
      }),
    );
  });
});
