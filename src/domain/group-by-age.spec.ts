import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupByAge } from './group-by-age.js';
import { HOUR_MS } from './day.js';

const now = 1_000 * HOUR_MS;
const fact = (hoursAgo: number) => ({ at: now - hoursAgo * HOUR_MS });

it('splits facts where a window ends, the oldest first', () => {
  expect(groupByAge([fact(0), fact(300), fact(48), fact(49), fact(1)], [48, 72, 1], now)).toEqual([
    [fact(300)],
    [fact(49)],
    [fact(48)],
    [fact(0), fact(1)],
  ]);
});

it('keeps fresh facts, or facts without any window, in one part', () => {
  expect(groupByAge([fact(2), fact(1)], [48], now)).toEqual([[fact(2), fact(1)]]);
  expect(groupByAge([fact(2_000), fact(1)], [], now)).toEqual([[fact(2_000), fact(1)]]);
  expect(groupByAge([], [48], now)).toEqual([]);
});

it('loses no fact, and never has both sides of a window in one part', () => {
  const hours = fc.integer({ min: 0, max: 500 });
  fc.assert(
    fc.property(fc.array(hours), fc.array(hours), (ages, windows) => {
      const parts = groupByAge(ages.map(fact), windows, now);
      expect(
        parts
          .flat()
          .map(({ at }) => at)
          .sort(),
      ).toEqual(ages.map((age) => fact(age).at).sort());
      for (const part of parts)
        for (const window of windows)
          expect(new Set(part.map(({ at }) => now - at > window * HOUR_MS)).size).toBeLessThanOrEqual(1);
    }),
  );
});
