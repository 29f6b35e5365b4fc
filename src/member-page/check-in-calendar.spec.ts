import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDay } from '../domain/day.js';
import { calendarStart, calendarWeeks } from './check-in-calendar.js';

const TODAY = Date.parse('2026-03-04') / 86_400_000;

describe('the calendar', () => {
  it('shows five weeks from Monday to Sunday and leaves the days ahead empty', () => {
    const weeks = calendarWeeks(TODAY);
    expect(isoDay(weeks[0]![0]!)).toBe('2026-02-02');
    expect(weeks.at(-1)!.map((day) => (day === null ? null : isoDay(day)))).toEqual([
      '2026-03-02',
      '2026-03-03',
      '2026-03-04',
      null,
      null,
      null,
      null,
    ]);
  });

  it('has every day up to today once, whatever day it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), (today) => {
        const days = calendarWeeks(today).flat();
        expect(days.filter((day) => day !== null)).toEqual(
          Array.from({ length: today - calendarStart(today) + 1 }, (_each, index) => calendarStart(today) + index),
        );
        expect(days).toHaveLength(35);
        expect(days.findLast((day) => day !== null)).toBe(today);
      }),
    );
  });
});
