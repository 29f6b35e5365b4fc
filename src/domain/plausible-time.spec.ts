import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plausibleTime } from './plausible-time.js';

const now = Date.parse('2026-11-30T10:00:00+08:00');

it.each([
  ['a minute old', now - 60_000, now - 60_000],
  ['years old', Date.UTC(2017, 6, 14), Date.UTC(2017, 6, 14)],
  ['none', Number.NaN, now],
  ['zero', 0, now],
  ['before there was WeChat', Date.UTC(2010, 11, 31), now],
  ['seconds, where milliseconds are meant', now / 1_000, now],
  ['ahead', now + 1, now],
  ['without end', Infinity, now],
])('takes a time that is %s for what it can be', (_what, at, taken) => {
  expect(plausibleTime(at, now)).toBe(taken);
});

it('is a whole number between 2011 and now for any reported time', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.maxSafeInteger(), fc.double({ min: now - 1e9, max: now + 1e9 })), (at) => {
      const taken = plausibleTime(at, now);
      expect(Number.isInteger(taken)).toBe(true);
      expect(taken).toBeGreaterThanOrEqual(Date.UTC(2011, 0, 1));
      expect(taken).toBeLessThanOrEqual(now);
    }),
  );
});
