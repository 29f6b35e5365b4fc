import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkInStreak } from './check-ins.js';
import { isoDay } from './day.js';

const today = Date.parse('2026-03-03T00:00:00Z') / 86_400_000;
const ago = (...days: number[]): number[] => days.map((back) => today - back);

describe('a check-in streak', () => {
  it('goes on while today is open, and counts the days of this month alone', () => {
    expect(checkInStreak(ago(1, 2, 3, 4), today)).toEqual({
      current: 4,
      longest: 4,
      missedInARow: 0,
      thisMonth: 2,
      today: false,
    });
    expect(checkInStreak(ago(0, 1, 2, 3, 4), today)).toMatchObject({ current: 5, thisMonth: 3, today: true });
  });

  it('breaks after a whole day without a check-in; the longest one stays', () => {
    expect(checkInStreak(ago(2, 3, 4, 9), today)).toMatchObject({ current: 0, longest: 3, missedInARow: 1 });
    expect(checkInStreak([], today)).toEqual({
      current: 0,
      longest: 0,
      missedInARow: null,
      thisMonth: 0,
      today: false,
    });
  });

  it('is what counting day by day finds, in any order of the days and with repeats', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3, max: 70 }), { maxLength: 60 }), (backs) => {
        const streak = checkInStreak(ago(...backs), today);
        const has = (day: number): boolean => backs.includes(today - day);
        // Day by day, from the oldest to today.
        let run = 0;
        let longest = 0;
        let missed: number | null = null;
        let month = 0;
        let upToYesterday = 0;
        for (let day = today - 70; day <= today; day++) {
          if (day === today) upToYesterday = run;
          run = has(day) ? run + 1 : 0;
          longest = Math.max(longest, run);
          if (has(day)) missed = 0;
          else if (missed !== null && day < today) missed += 1;
          if (has(day) && isoDay(day).slice(0, 7) === '2026-03') month += 1;
        }
        expect(streak).toEqual({
          current: has(today) ? run : upToYesterday,
          longest,
          missedInARow: missed,
          thisMonth: month,
          today: has(today),
        });
        expect(streak.current).toBeLessThanOrEqual(streak.longest);
        expect(checkInStreak(ago(...backs, ...backs).reverse(), today)).toEqual(streak);
      }),
    );
  });
});
