import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clockText, DAY_MS, dayOf, MINUTE_MS, momentOf } from './day.js';

/** Shanghai has one offset, New York two, Lord Howe changes by half an hour, and Apia left a whole day out. */
const zones = ['Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu'];
const calendars = new Map(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }),
  ]),
);
const from = Date.parse('2011-01-01T00:00:00Z');
const moments = fc.integer({ min: 0, max: 20 * 365 * 24 * 4 }).map((quarters) => from + quarters * 15 * MINUTE_MS);
/** Around the hours in which a zone changes its offset. */
const changes = fc
  .tuple(
    fc.constantFrom('2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z', '2026-04-04T15:00:00Z', '2011-12-30T10:00:00Z'),
    fc.integer({ min: -36 * 60, max: 36 * 60 }),
  )
  .map(([change, minutes]) => Date.parse(change) + minutes * MINUTE_MS);

it('knows the day of every moment as the calendar of the zone does, also where the clock is changed', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.oneof(moments, changes), (zone, at) => {
      const day = Date.parse(`${calendars.get(zone)!.format(at)}T00:00:00Z`) / DAY_MS;
      expect(dayOf(at, zone)).toBe(day);
    }),
    { numRuns: 2_000 },
  );
});

it('lets a day begin in that day', () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.oneof(moments, changes), (zone, at) => {
      const day = dayOf(at, zone);
      expect(dayOf(momentOf(day, 0, zone), zone)).toBe(day);
      expect(momentOf(day, 0, zone)).toBeLessThanOrEqual(at);
    }),
  );
});

it('writes minutes of the day with two digits each', () => {
  expect([0, 5, 1_350].map(clockText)).toEqual(['00:00', '00:05', '22:30']);
});
