import fc from 'fast-check';
import { expect, it } from 'vitest';
import { momentOf } from '../day.js';
import { asMemberId } from '../ids.js';
import { isQuiet, type SendingPolicy } from './send-policy.js';
import { spreadOver } from './spread.js';

const zone = 'Asia/Shanghai';
const policy: SendingPolicy = {
  ...{ perDay: 1, perMonth: 4, minGapDays: 3, quietFromMinute: 1290, quietToMinute: 450 },
  ...{ slotMinutes: [450, 690, 1050, 1230], wecomCap: 'days_in_month', spreadMinutes: 9 },
};
const DAY = 20_600;
const anyMoment = fc.integer({ min: 0, max: 1439 }).map((minute) => momentOf(DAY, minute, zone));

it('moves a message by less than its minutes, never past its window nor into quiet hours', () => {
  const run = fc.property(
    ...[fc.integer({ min: 1, max: 1e6 }).map(asMemberId), anyMoment, fc.integer({ min: 0, max: 30 })],
    (member: ReturnType<typeof asMemberId>, notBefore: number, minutes: number) => {
      const until = notBefore + minutes * 60_000;
      const moment = spreadOver({ notBefore, until }, member, policy, zone);
      expect(moment).toBeGreaterThanOrEqual(notBefore);
      expect(moment - notBefore).toBeLessThan(9 * 60_000);
      expect(moment).toBeLessThanOrEqual(until);
      if (!isQuiet(notBefore, policy, zone)) expect(isQuiet(moment, policy, zone)).toBe(false);
    },
  );
  fc.assert(run, { numRuns: 500 });
});

it('gives a member the same minute of every slot, and the members of a group different ones', () => {
  const at = (member: number, minute: number): number => {
    const notBefore = momentOf(DAY, minute, zone);
    return spreadOver({ notBefore, until: notBefore + 3_600_000 }, asMemberId(member), policy, zone) - notBefore;
  };
  for (const member of [1, 2, 3]) expect(at(member, 690)).toBe(at(member, 1050));
  const seconds = new Set(Array.from({ length: 200 }, (_, member) => Math.floor(at(member + 1, 690) / 1000)));
  expect(seconds.size).toBeGreaterThan(120);
});

it('spreads nothing when no minutes are set', () => {
  const notBefore = momentOf(DAY, 690, zone);
  const { spreadMinutes: _, ...atOnce } = policy;
  expect(spreadOver({ notBefore, until: notBefore + 1 }, asMemberId(7), atOnce, zone)).toBe(notBefore);
});
