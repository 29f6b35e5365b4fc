import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, dayOf, HOUR_MS, momentOf, type Day } from '../day.js';
import {
  budgetAt,
  capBroken,
  isQuiet,
  placeSend,
  wecomCapOn,
  type CapClass,
  type CountedSend,
  type SendingPolicy,
  type Timing,
} from './send-policy.js';

const zone = 'Asia/Shanghai';
const policy: SendingPolicy = {
  perDay: 1,
  perMonth: 4,
  minGapDays: 3,
  quietFromMinute: 21 * 60 + 30,
  quietToMinute: 7 * 60 + 30,
  slotMinutes: [450, 690, 1050, 1230],
  wecomCap: 'days_in_month',
};
const clock = (iso: string) => Date.parse(`${iso}+08:00`);

const sendsAt = (moments: readonly string[], caps: CapClass = 'counted'): CountedSend[] =>
  moments.map((moment) => ({ at: clock(moment), caps }));

const place = (
  at: string,
  timing: Timing,
  { sends = [], caps = 'counted', hours = 72 }: { sends?: CountedSend[]; caps?: CapClass | null; hours?: number } = {},
) => placeSend({ from: clock(at), until: clock(at) + hours * HOUR_MS, timing, caps }, sends, policy, zone);

describe('placeSend', () => {
  it('waits for the next slot, the first one of the morning included', () => {
    expect(place('2026-03-02T09:00', 'slot')).toEqual({ kind: 'at', notBefore: clock('2026-03-02T11:30') });
    expect(place('2026-03-02T05:00', 'slot')).toEqual({ kind: 'at', notBefore: clock('2026-03-02T07:30') });
  });

  it('skips a slot that lies in the quiet hours', () => {
    expect(
      placeSend(
        { from: clock('2026-03-02T05:00'), until: clock('2026-03-03T05:00'), timing: 'slot', caps: null },
        [],
        { ...policy, quietToMinute: 8 * 60 },
        zone,
      ),
    ).toEqual({ kind: 'at', notBefore: clock('2026-03-02T11:30') });
  });

  it('sends at once by day, and at the end of the quiet hours by night', () => {
    expect(place('2026-03-02T09:12', 'now')).toMatchObject({ notBefore: clock('2026-03-02T09:12') });
    expect(place('2026-03-02T23:00', 'now')).toMatchObject({ notBefore: clock('2026-03-03T07:30') });
    expect(place('2026-03-02T03:00', 'now')).toMatchObject({ notBefore: clock('2026-03-02T07:30') });
  });

  it('keeps the gap in days between two counted messages, exact to the slot', () => {
    expect(place('2026-03-02T13:00', 'slot', { sends: sendsAt(['2026-03-02T11:30']), hours: 96 })).toEqual({
      kind: 'at',
      notBefore: clock('2026-03-05T11:30'),
    });
    expect(place('2026-03-02T13:00', 'now', { sends: sendsAt(['2026-03-02T11:42']), hours: 96 })).toEqual({
      kind: 'at',
      notBefore: clock('2026-03-05T11:42'),
    });
    expect(place('2026-03-02T13:00', 'slot', { sends: sendsAt(['2026-03-02T11:30']), hours: 48 })).toEqual({
      kind: 'refused',
      code: 'min_gap',
    });
  });

  it('counts a month as any 30 days, also over the turn of a month', () => {
    const four = sendsAt(['2026-03-20T11:30', '2026-03-24T11:30', '2026-03-28T11:30', '2026-03-31T11:30']);
    expect(place('2026-04-05T09:00', 'slot', { sends: four })).toEqual({ kind: 'refused', code: 'monthly_cap' });
    expect(place('2026-04-17T09:00', 'slot', { sends: four })).toEqual({
      kind: 'at',
      notBefore: clock('2026-04-19T11:30'),
    });
  });

  it('exempts a service message from the month and the gap, but not from the daily cap', () => {
    const four = sendsAt(['2026-03-20T11:30', '2026-03-24T11:30', '2026-03-28T11:30', '2026-03-31T11:30']);
    expect(place('2026-04-01T12:00', 'now', { sends: four, caps: 'service' })).toMatchObject({
      notBefore: clock('2026-04-01T12:00'),
    });
    expect(place('2026-04-01T09:00', 'now', { sends: four, caps: 'service' })).toMatchObject({
      notBefore: clock('2026-04-01T11:30'),
    });
    const thanks = sendsAt(['2026-04-01T11:30'], 'service');
    expect(place('2026-04-01T12:00', 'slot', { sends: thanks })).toMatchObject({
      notBefore: clock('2026-04-02T11:30'),
    });
  });

  it('refuses when no slot lies within the window', () => {
    expect(place('2026-03-02T20:45', 'slot', { hours: 2 })).toEqual({ kind: 'refused', code: 'no_slot_in_window' });
  });

  it('never breaks a cap or the quiet hours, and finds a moment wherever there is one', () => {
    const start = clock('2026-01-01T00:00');
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            wait: fc.integer({ min: 0, max: 3 * DAY_MS }),
            timing: fc.constantFrom('now' as const, 'slot' as const, { atMinute: 630 }, { atMinute: 1400 }),
            caps: fc.constantFrom('counted' as const, 'counted' as const, 'service' as const),
          }),
          { maxLength: 60 },
        ),
        fc.constantFrom(policy, { ...policy, minGapDays: 0 }, { ...policy, perDay: 2, minGapDays: 0 }),
        (asks, under) => {
          const sent: CountedSend[] = [];
          let now = start;
          for (const { wait, timing, caps } of asks) {
            now += wait;
            const until = now + 5 * DAY_MS;
            const placed = placeSend({ from: now, until, timing, caps }, sent, under, zone);
            if (placed.kind === 'refused') {
              if (timing !== 'now' || isQuiet(now, under, zone)) continue;
              expect(capBroken(now, caps, sent, under)).not.toBe(null);
              continue;
            }
            expect(placed.notBefore).toBeGreaterThanOrEqual(now);
            expect(isQuiet(placed.notBefore, under, zone)).toBe(false);
            sent.push({ at: placed.notBefore, caps });
          }
          expectWithinCaps(sent, under);
        },
      ),
    );
  });

  it('counts what is left in the 24 hours and the 30 days around a moment', () => {
    const sends = [...sendsAt(['2026-03-02T11:30', '2026-03-20T11:30']), ...sendsAt(['2026-03-21T11:30'], 'service')];
    expect(budgetAt(clock('2026-03-22T11:00'), sends, policy)).toEqual({ day: 0, month: 2 });
    expect(budgetAt(clock('2026-03-22T11:30'), sends, policy)).toEqual({ day: 1, month: 2 });
    expect(budgetAt(clock('2026-04-05T00:00'), sends, policy)).toEqual({ day: 1, month: 3 });
  });

  it('follows the wall clock of a zone with summer time', () => {
    const day = dayOf(Date.parse('2026-03-29T12:00Z'), 'Europe/Berlin');
    expect(new Date(momentOf(day, 600, 'Europe/Berlin')).toISOString()).toBe('2026-03-29T08:00:00.000Z');
    expect(new Date(momentOf(day - 1, 600, 'Europe/Berlin')).toISOString()).toBe('2026-03-28T09:00:00.000Z');
  });
});

/** Counts independently of the policy: pair by pair, and in the window from each message on. */
function expectWithinCaps(sent: readonly CountedSend[], under: SendingPolicy): void {
  const counted = sent.filter((send) => send.caps === 'counted');
  for (const { at } of sent)
    expect(sent.filter((other) => other.at >= at && other.at < at + DAY_MS).length).toBeLessThanOrEqual(under.perDay);
  for (const { at } of counted) {
    expect(counted.filter((other) => other.at >= at && other.at < at + 30 * DAY_MS).length).toBeLessThanOrEqual(
      under.perMonth,
    );
    expect(
      counted.filter((other) => other.at >= at && other.at < at + under.minGapDays * DAY_MS).length,
    ).toBeLessThanOrEqual(1);
  }
}

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
