import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, dayOf, HOUR_MS, momentOf, type Day } from '../day.js';
import { isQuiet, isSameMonth, placeSend, wecomCapOn, type Budget, type SendingPolicy } from './send-policy.js';

const zone = 'Asia/Shanghai';
const policy: SendingPolicy = {
  perDay: 1,
  perMonth: 4,
  quietFromMinute: 21 * 60 + 30,
  quietToMinute: 8 * 60,
  slotMinutes: [450, 690, 1050, 1230],
  wecomCap: 'days_in_month',
};
const clock = (iso: string) => Date.parse(`${iso}+08:00`);

function budgetOf(days: readonly Day[]): Budget {
  return {
    countOn: (day) => days.filter((sent) => sent === day).length,
    countInMonth: (day) => days.filter((sent) => isSameMonth(sent, day)).length,
  };
}

const place = (at: string, timing: Parameters<typeof placeSend>[2], sent: string[] = [], hours = 72) =>
  placeSend(
    clock(at),
    clock(at) + hours * HOUR_MS,
    timing,
    budgetOf(sent.map((day) => dayOf(clock(day), zone))),
    policy,
    zone,
  );

describe('placeSend', () => {
  it('waits for the next slot', () => {
    expect(place('2026-03-02T09:00', 'slot')).toMatchObject({ kind: 'at', notBefore: clock('2026-03-02T11:30') });
  });

  it('skips a slot that lies in the quiet hours', () => {
    expect(place('2026-03-02T05:00', 'slot')).toMatchObject({ notBefore: clock('2026-03-02T11:30') });
  });

  it('goes at once by day and at the end of the quiet hours by night', () => {
    expect(place('2026-03-02T09:12', 'now')).toMatchObject({ notBefore: clock('2026-03-02T09:12') });
    expect(place('2026-03-02T23:00', 'now')).toMatchObject({ notBefore: clock('2026-03-03T08:00') });
    expect(place('2026-03-02T03:00', 'now')).toMatchObject({ notBefore: clock('2026-03-02T08:00') });
  });

  it('moves to the next day when the day is spent, and to no day when the month is', () => {
    expect(place('2026-03-02T09:00', 'slot', ['2026-03-02T12:00'])).toMatchObject({
      notBefore: clock('2026-03-03T11:30'),
    });
    expect(
      place('2026-03-10T09:00', 'slot', [
        '2026-03-01T12:00',
        '2026-03-02T12:00',
        '2026-03-03T12:00',
        '2026-03-04T12:00',
      ]),
    ).toEqual({ kind: 'refused', code: 'monthly_cap' });
  });

  it('says that no slot lies within the window', () => {
    expect(place('2026-03-02T20:45', 'slot', [], 2)).toEqual({ kind: 'refused', code: 'no_slot_in_window' });
  });

  it('never breaks a cap or the quiet hours, whatever is asked', () => {
    const start = clock('2026-01-01T00:00');
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            wait: fc.integer({ min: 0, max: 3 * DAY_MS }),
            timing: fc.constantFrom('now' as const, 'slot' as const, { atMinute: 630 }, { atMinute: 1400 }),
          }),
          { maxLength: 60 },
        ),
        (asks) => {
          const sent: Day[] = [];
          let now = start;
          for (const { wait, timing } of asks) {
            now += wait;
            const placed = placeSend(now, now + 5 * DAY_MS, timing, budgetOf(sent), policy, zone);
            if (placed.kind === 'refused') continue;
            expect(placed.notBefore).toBeGreaterThanOrEqual(now);
            expect(isQuiet(placed.notBefore, policy, zone)).toBe(false);
            expect(placed.day).toBe(dayOf(placed.notBefore, zone));
            sent.push(placed.day);
          }
          for (const day of sent) {
            expect(sent.filter((other) => other === day).length).toBeLessThanOrEqual(policy.perDay);
            expect(sent.filter((other) => isSameMonth(other, day)).length).toBeLessThanOrEqual(policy.perMonth);
          }
        },
      ),
    );
  });

  it('knows the wall clock of a zone with summer time', () => {
    const day = dayOf(Date.parse('2026-03-29T12:00Z'), 'Europe/Berlin');
    expect(new Date(momentOf(day, 600, 'Europe/Berlin')).toISOString()).toBe('2026-03-29T08:00:00.000Z');
    expect(new Date(momentOf(day - 1, 600, 'Europe/Berlin')).toISOString()).toBe('2026-03-28T09:00:00.000Z');
  });
});

describe("WeCom's own cap of mass-sends to one customer", () => {
  const day = dayOf(clock('2026-02-10T12:00'), zone);
  const every = (count: number, apart: number) => Array.from({ length: count }, (_, index) => day - 9 + index * apart);

  it('is as many a month as the month has days', () => {
    expect(wecomCapOn(day, Array<Day>(27).fill(day), policy)).toBe(null);
    expect(wecomCapOn(day, Array<Day>(28).fill(day), policy)).toBe('wecom_monthly_cap');
    expect(wecomCapOn(day + 30, Array<Day>(28).fill(day), policy)).toBe(null);
  });

  it('is seven in any seven days where the admin set it so', () => {
    const weekly = { wecomCap: 'seven_a_week' } as const;
    expect(wecomCapOn(day, every(9, 1), weekly)).toBe(null);
    expect(wecomCapOn(day, [...every(9, 1), day], weekly)).toBe('wecom_weekly_cap');
  });

  it('is one a day where the admin set it so', () => {
    const daily = { wecomCap: 'one_a_day' } as const;
    expect(wecomCapOn(day, [day - 1, day + 1], daily)).toBe(null);
    expect(wecomCapOn(day, [day], daily)).toBe('wecom_daily_cap');
  });
});
