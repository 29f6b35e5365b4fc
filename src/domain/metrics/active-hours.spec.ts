import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../fact.js';
import { columnsOfHours, hourColumns, hourOfAct, usualHour } from './active-hours.js';

const shanghai = 'Asia/Shanghai';
const visitAt = (time: string): Fact => ({
  kind: 'visited',
  key: 'k',
  at: Date.parse(time),
  member: { externalUserId: 'wm-1' },
  data: {},
});

/** The usual hour of a member who acted in these hours, one set for each day. */
function usualOf(days: readonly (readonly number[])[]): number | null {
  const columns = days.map((hours) => columnsOfHours(new Set(hours)));
  return usualHour((column) => columns.reduce((sum, day) => sum + day[column], 0));
}

describe('the usual active hour', () => {
  it('is the hour in which the member acted on the most days, however much they did in it', () => {
    expect(usualOf([[9, 21], [21], [21, 9], [9], [21]])).toBe(21);
  });

  it('is the earliest of equal hours', () => {
    expect(
      usualOf([
        [21, 7, 12],
        [12, 21, 7],
        [7, 12, 21],
      ]),
    ).toBe(7);
  });

  it('is unknown while the member acted on fewer than three days in any hour', () => {
    expect(usualOf([])).toBeNull();
    expect(usualOf([[9, 10], [9, 10], [11]])).toBeNull();
    expect(usualOf([[0], [0], [0]])).toBe(0);
  });

  it('is exact for 127 days with all hours', () => {
    const all = Array.from({ length: 24 }, (_, hour) => hour);
    const days = Array.from({ length: 126 }, () => all);
    expect(usualOf([...days, [23]])).toBe(23);
    for (const column of hourColumns) expect(columnsOfHours(new Set(all))[column]).toBeLessThan(2 ** 42);
  });

  it('is the one that counting by hand finds', () => {
    const hours = fc.array(fc.integer({ min: 0, max: 23 }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(hours, { maxLength: 90 }), (days) => {
        const counts = Array.from({ length: 24 }, (_, hour) => days.filter((day) => day.includes(hour)).length);
        const most = Math.max(...counts);
        expect(usualOf(days)).toBe(most < 3 ? null : counts.indexOf(most));
      }),
    );
  });

  it("takes the hour of the corp's time zone", () => {
    expect(hourOfAct(visitAt('2026-03-02T13:59:59Z'), shanghai)).toBe(21);
    expect(hourOfAct(visitAt('2026-03-02T15:30:00Z'), shanghai)).toBe(23);
    expect(hourOfAct(visitAt('2026-03-02T16:30:00Z'), shanghai)).toBe(0);
    expect(hourOfAct(visitAt('2026-03-02T13:59:59Z'), 'America/New_York')).toBe(8);
  });

  it('does not take midnight, which a shop reports when it knows only the day', () => {
    expect(hourOfAct(visitAt('2026-03-02T16:00:00Z'), shanghai)).toBeNull();
    expect(hourOfAct(visitAt('2026-03-02T00:00:00Z'), shanghai)).toBeNull();
  });

  it('does not take what others do to a member', () => {
    const joined: Fact = { ...visitAt('2026-03-02T13:00:00Z'), kind: 'joined_group', data: { chatId: 'wr1' } } as Fact;
    expect(hourOfAct(joined, shanghai)).toBeNull();
    expect(hourOfAct({ ...joined, kind: 'was_mentioned' } as Fact, shanghai)).toBeNull();
  });
});
