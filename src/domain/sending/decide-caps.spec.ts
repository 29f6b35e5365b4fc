import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../day.js';
import { decideCaps, type PastSend, type QueuedSend } from './decide-caps.js';
import type { CapClass, SendingPolicy } from './send-policy.js';

const zone = 'Asia/Shanghai';
const policy: SendingPolicy = {
  perDay: 1,
  perMonth: 4,
  minGapDays: 0,
  quietFromMinute: 21 * 60 + 30,
  quietToMinute: 7 * 60 + 30,
  slotMinutes: [450, 690, 1050, 1230],
  wecomCap: 'days_in_month',
};
const clock = (iso: string) => Date.parse(`${iso}+08:00`);
const now = clock('2026-03-02T11:30');

const queued = (id: number, given: Partial<QueuedSend> = {}): QueuedSend => ({
  id,
  priority: 75,
  at: now,
  until: now + 30 * HOUR_MS,
  timing: 'slot',
  caps: 'counted',
  isNudge: false,
  ...given,
});
const gone = (...moments: string[]): PastSend[] =>
  moments.map((moment) => ({ at: clock(moment), caps: 'counted', isNudge: false, priority: 75 }));
const decided = (queue: readonly QueuedSend[], sent: readonly PastSend[] = [], under = policy) =>
  Object.fromEntries(decideCaps({ queue, gone: sent }, now, under, zone));

describe('of two messages to one member of which the caps allow one', () => {
  it('one goes and the other is put off to the next day', () => {
    expect(decided([queued(1), queued(2)])).toEqual({
      1: { kind: 'go' },
      2: { kind: 'later', at: clock('2026-03-03T11:30'), code: 'daily_cap' },
    });
  });

  it('one goes as the fourth of the month and the other is cancelled', () => {
    const three = gone('2026-02-20T11:30', '2026-02-24T11:30', '2026-02-27T11:30');
    expect(decided([queued(1), queued(2)], three)).toEqual({
      1: { kind: 'go' },
      2: { kind: 'never', code: 'monthly_cap' },
    });
  });

  it('the more urgent goes first, then the one due first, then the one planned first', () => {
    const goes = (...queue: QueuedSend[]) =>
      [...decideCaps({ queue, gone: [] }, now, policy, zone)].flatMap(([id, { kind }]) => (kind === 'go' ? [id] : []));
    expect(goes(queued(1), queued(2, { priority: 60 }))).toEqual([2]);
    expect(goes(queued(1), queued(2, { at: now - HOUR_MS }))).toEqual([2]);
    expect(goes(queued(2), queued(1))).toEqual([1]);
  });

  it('the other does not take the time of a third one that is queued', () => {
    const third = queued(3, { at: clock('2026-03-03T11:30') });
    expect(decided([queued(1), queued(2, { until: now + 60 * HOUR_MS }), third])).toMatchObject({
      2: { kind: 'later', at: clock('2026-03-04T11:30') },
    });
  });
});

describe('nudges', () => {
  const under = { ...policy, minGapDays: 3 };
  const nudge = (id: number, given: Partial<QueuedSend> = {}) =>
    queued(id, { isNudge: true, until: now + 168 * HOUR_MS, ...given });

  it('merge: of two within the gap the first goes and the other never goes', () => {
    expect(decided([nudge(1, { priority: 70 }), nudge(2, { priority: 80 })], [], under)).toEqual({
      1: { kind: 'go' },
      2: { kind: 'never', code: 'merged_nudge' },
    });
    const yesterday: PastSend = { at: now - DAY_MS, caps: 'counted', isNudge: true, priority: 75 };
    expect(decided([nudge(1)], [yesterday], under)).toEqual({ 1: { kind: 'never', code: 'merged_nudge' } });
  });

  it('do not merge a warning into a nudge: the warning waits for the gap', () => {
    const nudged: PastSend = { at: now - DAY_MS, caps: 'counted', isNudge: true, priority: 80 };
    expect(decided([nudge(1, { priority: 70 })], [nudged], under)).toEqual({
      1: { kind: 'later', at: clock('2026-03-04T11:30'), code: 'min_gap' },
    });
  });

  it('do not merge after the gap, and wait for other messages like any message', () => {
    const earlier: PastSend = { at: now - 3 * DAY_MS, caps: 'counted', isNudge: true, priority: 75 };
    expect(decided([nudge(1)], [earlier], under)).toEqual({ 1: { kind: 'go' } });
    expect(decided([nudge(1)], gone('2026-03-01T11:30'), under)).toEqual({
      1: { kind: 'later', at: clock('2026-03-04T11:30'), code: 'min_gap' },
    });
  });
});

describe('a message that only an open message blocks', () => {
  const under = { ...policy, minGapDays: 3 };
  const open = (given: Partial<PastSend> = {}): PastSend => ({
    at: now,
    caps: 'counted',
    isNudge: false,
    priority: 50,
    isOpen: true,
    ...given,
  });
  const waits = { kind: 'later', at: clock('2026-03-02T17:30'), code: 'min_gap' };

  it('is tried again within its window instead of being cancelled', () => {
    expect(decided([queued(1)], [open()], under)).toEqual({ 1: waits });
    expect(decided([queued(1, { timing: 'now' })], [open()], under)).toEqual({
      1: { ...waits, at: now + HOUR_MS },
    });
    expect(decided([queued(1, { isNudge: true })], [open({ isNudge: true })], under)).toEqual({ 1: waits });
  });

  it('is cancelled when its window ends, or when a sent message blocks it as well', () => {
    expect(decided([queued(1, { until: now + HOUR_MS })], [open()], under)).toEqual({
      1: { kind: 'never', code: 'min_gap' },
    });
    expect(decided([queued(1)], [open(), ...gone('2026-03-02T07:30')], under)).toEqual({
      1: { kind: 'never', code: 'min_gap' },
    });
    const nudged: PastSend = { at: now - DAY_MS, caps: 'counted', isNudge: true, priority: 75 };
    expect(decided([queued(1, { isNudge: true })], [open({ isNudge: true }), nudged], under)).toEqual({
      1: { kind: 'never', code: 'merged_nudge' },
    });
  });
});

const someSend = {
  priority: fc.integer({ min: 50, max: 55 }),
  hoursAgo: fc.integer({ min: 0, max: 40 * 24 }),
  caps: fc.constantFrom<CapClass>('counted', 'counted', 'service'),
  isNudge: fc.boolean(),
};

/** A record with a history and a queue of its own; two of them become one. */
const somebody = fc.record({
  sent: fc.array(fc.record(someSend), { maxLength: 5 }),
  queue: fc.array(
    fc.record({
      ...someSend,
      hoursAgo: fc.integer({ min: 0, max: 12 }),
      windowHours: fc.integer({ min: 1, max: 200 }),
      timing: fc.constantFrom('now' as const, 'slot' as const, { atMinute: 630 }),
    }),
    { maxLength: 4 },
  ),
});

const within = (sends: readonly PastSend[], lengthMs: number): number =>
  Math.max(0, ...sends.map(({ at }) => sends.filter((other) => other.at >= at && other.at < at + lengthMs).length));

it('never exceeds a cap over random merges, and always sends one message where the caps allow one', () => {
  fc.assert(
    fc.property(
      somebody,
      somebody,
      fc.record({ minGapDays: fc.constantFrom(0, 1, 3), perDay: fc.constantFrom(1, 2) }),
      (one, other, limits) => {
        const under = { ...policy, ...limits };
        const { minGapDays, perDay } = limits;
        const sent = [...one.sent, ...other.sent].map(({ hoursAgo, ...send }): PastSend => ({
          ...send,
          at: now - hoursAgo * HOUR_MS,
        }));
        const queue = [...one.queue, ...other.queue].map(({ hoursAgo, windowHours, ...send }, index): QueuedSend => ({
          ...send,
          id: index + 1,
          at: now - hoursAgo * HOUR_MS,
          until: now + windowHours * HOUR_MS,
        }));
        const verdicts = decideCaps({ queue, gone: sent }, now, under, zone);
        expect([...verdicts.keys()].sort()).toEqual(queue.map(({ id }) => id).sort());
        expect(verdicts).toEqual(
          decideCaps({ queue: [...queue].reverse(), gone: [...sent].reverse() }, now, under, zone),
        );

        const going = queue.filter(({ id }) => verdicts.get(id)?.kind === 'go').map((row) => ({ ...row, at: now }));
        const after = [...sent, ...going];
        const counted = (sends: readonly PastSend[]) => sends.filter(({ caps }) => caps === 'counted');
        // Two records together may have received more before the merge than one person may.
        const more = (sends: readonly PastSend[], before: readonly PastSend[], most: number, lengthMs: number) =>
          within(sends, lengthMs) > Math.max(most, within(before, lengthMs));
        expect(more(after, sent, perDay, DAY_MS)).toBe(false);
        expect(more(counted(after), counted(sent), 4, 30 * DAY_MS)).toBe(false);
        expect(more(counted(after), counted(sent), 1, minGapDays * DAY_MS)).toBe(false);

        // If any message could go when alone in the queue, then at least one of them goes.
        const alone = queue.filter(
          (row) => decideCaps({ queue: [row], gone: sent }, now, under, zone).get(row.id)?.kind === 'go',
        );
        if (alone.length > 0) expect(going.length).toBeGreaterThan(0);
        for (const row of queue) {
          const verdict = verdicts.get(row.id)!;
          if (verdict.kind === 'later') expect(verdict.at).toBeGreaterThan(now);
          if (verdict.kind === 'later') expect(verdict.at).toBeLessThanOrEqual(row.until);
        }
      },
    ),
  );
});
