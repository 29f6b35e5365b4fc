import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, minuteOfDay } from '../day.js';
import { decideCaps, type PastSend, type QueuedSend } from './decide-caps.js';
import { laterPreference, noPreference, policyFor, preferenceIn, type Preference } from './preference.js';
import { afterQuiet, isQuiet, liesBetween, placeSend, type CapClass, type SendingPolicy } from './send-policy.js';

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
const start = Date.parse('2026-01-01T00:00:00+08:00');
const minute = fc.integer({ min: 0, max: 1439 });
const quietHours = fc.record({ fromMinute: minute, toMinute: minute });
const change = fc.record({
  at: fc.integer({ min: 1, max: 4 }),
  data: fc.record(
    { pace: fc.constantFrom('all' as const, 'less' as const), quiet: fc.option(quietHours) },
    { requiredKeys: [] },
  ),
});

describe('a preference', () => {
  it('is the latest wish in each part, in whichever order facts arrive and records are merged', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(8), fc.infiniteStream(fc.nat()), (changes, cut, order) => {
        const fold = (some: typeof changes): Preference =>
          some.reduce((known, { data, at }) => laterPreference(known, preferenceIn(data, at)), noPreference);
        const shuffled = changes
          .map((one) => ({ one, rank: order.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ one }) => one);
        const whole = fold(changes);
        expect(fold(shuffled)).toEqual(whole);
        // Two records of the member, each with a part of the facts.
        expect(laterPreference(fold(shuffled.slice(0, cut)), fold(shuffled.slice(cut)))).toEqual(whole);
        expect(laterPreference(whole, whole)).toEqual(whole);
        const paces = changes.filter(({ data }) => data.pace !== undefined);
        const last = Math.max(0, ...paces.map(({ at }) => at));
        const latest = paces.filter(({ at }) => at === last).map(({ data }) => data.pace);
        expect(whole.pace).toBe(latest.includes('less') ? 'less' : 'all');
      }),
    );
  });

  it('changes only the part that is named: quiet hours stay when the pace changes', () => {
    const quiet = { fromMinute: 1260, toMinute: 540 };
    const wanted = laterPreference(preferenceIn({ quiet }, 1), preferenceIn({ pace: 'less' }, 2));
    expect(wanted).toEqual({ pace: 'less', paceAt: 2, quiet, quietAt: 1 });
    expect(laterPreference(wanted, preferenceIn({ quiet: null }, 3)).quiet).toBeNull();
  });
});

describe('own quiet hours', () => {
  it('join those of the corp: nothing is placed in either of them', () => {
    fc.assert(
      fc.property(
        quietHours,
        fc.integer({ min: 0, max: 10 * DAY_MS }),
        fc.constantFrom('now' as const, 'slot' as const, { atMinute: 630 }),
        fc.constantFrom('Asia/Shanghai', 'Europe/Berlin'),
        (quiet, wait, timing, timeZone) => {
          const own = policyFor(policy, { pace: 'all', quiet });
          // Around the day on which summer time begins in Berlin.
          const from = Date.parse('2026-03-25T00:00:00Z') + wait;
          const placed = placeSend({ from, until: from + 3 * DAY_MS, timing, caps: null }, [], own, timeZone);
          if (placed.kind === 'refused') return;
          const at = minuteOfDay(placed.notBefore, timeZone);
          expect(liesBetween(at, policy.quietFromMinute, policy.quietToMinute)).toBe(false);
          expect(liesBetween(at, quiet.fromMinute, quiet.toMinute)).toBe(false);
          expect(placed.notBefore).toBeGreaterThanOrEqual(from);
        },
      ),
    );
  });

  it('end at the first minute outside both, if the day has one', () => {
    fc.assert(
      fc.property(quietHours, fc.integer({ min: 0, max: 2 * 1440 }), (quiet, wait) => {
        const own = policyFor(policy, { pace: 'all', quiet });
        const at = start + wait * MINUTE_MS;
        const after = afterQuiet(at, own, zone);
        let first = at;
        while (isQuiet(first, own, zone) && first < at + DAY_MS) first += MINUTE_MS;
        if (first < at + DAY_MS) expect(after).toBe(first);
        else expect(isQuiet(after, own, zone)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('that leave no minute of the day refuse every message', () => {
    const own = policyFor(policy, { pace: 'all', quiet: { fromMinute: 420, toMinute: 1320 } });
    for (const timing of ['now', 'slot'] as const)
      expect(placeSend({ from: start, until: start + 9 * DAY_MS, timing, caps: 'service' }, [], own, zone)).toEqual({
        kind: 'refused',
        code: 'no_slot_in_window',
      });
  });
});

/** Time passes, a message is planned, the pace changes, or the process starts again and decides everything anew. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 200 }) }),
  fc.record({
    kind: fc.constant('plan' as const),
    caps: fc.constantFrom<CapClass>('counted', 'counted', 'counted', 'service'),
    priority: fc.integer({ min: 50, max: 52 }),
    timing: fc.constantFrom('now' as const, 'slot' as const),
    isNudge: fc.boolean(),
    hours: fc.integer({ min: 1, max: 600 }),
  }),
  fc.record({ kind: fc.constant('restart' as const) }),
);

describe('少一点', () => {
  it('is never more than one counted message in 14 days, in any order of plans, waits and restarts', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.option(quietHours), (steps, quiet) => {
        const own = policyFor(policy, { pace: 'less', quiet });
        const sent: PastSend[] = [];
        let queue: QueuedSend[] = [];
        let now = start;
        let id = 0;
        const work = (): void => {
          queue = queue.filter(({ until }) => until >= now);
          if (isQuiet(now, own, zone)) return;
          for (const [row, verdict] of decideCaps({ queue, gone: sent }, now, own, zone)) {
            const message = queue.find((one) => one.id === row)!;
            queue = queue.filter((one) => one !== message);
            if (verdict.kind === 'go') sent.push({ ...message, at: now });
            if (verdict.kind === 'later') queue.push({ ...message, at: verdict.at });
          }
        };
        for (const one of steps) {
          if (one.kind === 'wait') for (const until = now + one.hours * HOUR_MS; now < until; now += HOUR_MS) work();
          if (one.kind === 'restart') queue = queue.map((message) => ({ ...message, at: Math.min(message.at, now) }));
          if (one.kind === 'plan') queue.push({ ...one, id: ++id, at: now, until: now + one.hours * HOUR_MS });
          work();
        }
        const counted = sent.filter(({ caps }) => caps === 'counted').map(({ at }) => at);
        for (const [index, at] of counted.entries())
          if (index > 0) expect(at - counted[index - 1]!).toBeGreaterThanOrEqual(14 * DAY_MS);
        for (const { at } of sent) expect(isQuiet(at, own, zone)).toBe(false);
      }),
    );
  });

  it('lets service messages go as always, and keeps a longer gap of the corp', () => {
    const less = policyFor(policy, { pace: 'less', quiet: null });
    const sent = [{ at: start + 12 * HOUR_MS, caps: 'counted' as const }];
    const from = start + 36 * HOUR_MS;
    const request = { from, until: from + 2 * DAY_MS, timing: 'now' as const };
    expect(placeSend({ ...request, caps: 'service' }, sent, less, zone)).toEqual({ kind: 'at', notBefore: from });
    expect(placeSend({ ...request, caps: 'counted' }, sent, less, zone)).toEqual({ kind: 'refused', code: 'min_gap' });
    expect(policyFor({ ...policy, minGapDays: 20 }, { pace: 'less', quiet: null }).minGapDays).toBe(20);
  });
});
