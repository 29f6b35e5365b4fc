import { describe, expect, it } from 'vitest';
import { emptyCalendar, type Calendar } from '../calendar/calendar.js';
import { dateToDay } from '../calendar/festivals.js';
import { isoDay } from '../day.js';
import { dayItGoes, monthToPlan, sameWeekdayNextMonth, stepPlanNode, type PlanContent } from './plan-node.js';

const friday = dateToDay(2026, 2, 13);
const calendar: Calendar = {
  ...emptyCalendar,
  holidays: [
    {
      ...{ label: { zh: '春节', en: 'Spring Festival' }, festivals: ['spring_festival'] },
      ...{ from: dateToDay(2026, 2, 15), to: dateToDay(2026, 2, 23), work: [dateToDay(2026, 2, 14)] },
    },
  ],
};
const aNode = (given: Partial<PlanContent> = {}): PlanContent => ({
  ...{ day: friday, minute: 600, name: '周五', text: '周五见', tiers: ['member'], groups: [] },
  ...{ exceptDays: ['weekends', 'holidays'], onFreeDay: 'move' },
  ...given,
});

describe('a planned post', () => {
  it.each([
    ['on a workday', friday, '2026-02-13'],
    ['on a make-up workday, although it is a Saturday', friday + 1, '2026-02-14'],
    ['after the holiday', friday + 2, '2026-02-24'],
    ['after the weekend', dateToDay(2026, 3, 7), '2026-03-09'],
  ])('goes %s', (_when, day, goes) => {
    expect(isoDay(dayItGoes(aNode({ day }), calendar)!)).toBe(goes);
  });

  it('is skipped on a day that is kept free, when it says so', () => {
    expect(dayItGoes(aNode({ day: friday + 2, onFreeDay: 'skip' }), calendar)).toBeNull();
  });

  it('goes on its day, moves, is skipped, or was missed while the product was down', () => {
    expect(stepPlanNode(aNode(), calendar, friday - 1)).toEqual({ kind: 'wait' });
    expect(stepPlanNode(aNode(), calendar, friday)).toEqual({ kind: 'post' });
    expect(stepPlanNode(aNode(), calendar, friday + 1)).toEqual({ kind: 'miss' });
    expect(stepPlanNode(aNode({ day: friday + 2 }), calendar, friday + 2)).toEqual({
      ...{ kind: 'move', to: dateToDay(2026, 2, 24) },
    });
    expect(stepPlanNode(aNode({ day: friday + 2, onFreeDay: 'skip' }), calendar, friday + 2)).toEqual({ kind: 'skip' });
  });
});

describe('the months of a plan', () => {
  it.each([
    ['2026-03-13', '2026-04-10'],
    ['2026-01-01', '2026-02-05'],
    ['2026-03-31', '2026-04-28'],
  ])('copy %s to the same weekday of the next month, %s', (from, to) => {
    const [year, month, day] = from.split('-').map(Number);
    expect(isoDay(sameWeekdayNextMonth(dateToDay(year!, month!, day!)))).toBe(to);
  });

  it.each([
    [dateToDay(2026, 3, 28), null],
    [dateToDay(2026, 3, 29), '2026-04'],
    [dateToDay(2026, 12, 31), '2027-01'],
    [dateToDay(2026, 2, 26), '2026-03'],
  ])('are asked for in the last three days of the month before', (today, month) => {
    expect(monthToPlan(today)).toBe(month);
  });
});
