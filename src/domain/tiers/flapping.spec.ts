import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, dayOf } from '../day.js';
import { flapHold, type FlappingPolicy } from './flapping.js';
import { decideTier, type TierChange, type TierState, type TierVerdict } from './tier-policy.js';

const now = 1_000 * DAY_MS;
const timeZone = 'UTC';
const when = { now, timeZone };
const policy: FlappingPolicy = { maxChanges: 2, withinDays: 30 };
const ago = (days: number, direction: TierChange['direction']): TierChange => ({ at: now - days * DAY_MS, direction });
const move = (direction: 'first' | 'up' | 'down' | 'locked'): TierVerdict => ({
  ...{ kind: 'entered', to: 'member', from: 'regular', direction },
});
const tiers = ['potential', 'regular', 'member', 'loyal'];

describe('a member who swings between tiers', () => {
  it('is held from the third change in 30 days on, until the second last is 30 days old', () => {
    const changes = [ago(3, 'down'), ago(10, 'up')];
    expect(flapHold(move('up'), changes, policy, when)).toEqual({
      ...{ to: 'member', until: now + 20 * DAY_MS, changes: 2 },
    });
    expect(flapHold(move('up'), [ago(3, 'down'), ago(30, 'up')], policy, when)).toBeNull();
    expect(flapHold(move('up'), [ago(3, 'down')], policy, when)).toBeNull();
  });

  it('is not held for rising step by step, for the first tier, or against a lock', () => {
    const rises = [ago(1, 'up'), ago(2, 'up'), ago(3, 'up')];
    expect(flapHold(move('up'), rises, policy, when)).toBeNull();
    expect(flapHold(move('down'), rises, policy, when)).not.toBeNull();
    for (const direction of ['first', 'locked'] as const)
      expect(flapHold(move(direction), [ago(1, 'up'), ago(2, 'down')], policy, when)).toBeNull();
  });

  it('is free on the same night, whatever second of it the reviews come', () => {
    const seconds = fc.tuple(fc.integer({ min: 0, max: 7_200 }), fc.integer({ min: 0, max: 7_200 }));
    fc.assert(
      fc.property(seconds, ([changed, reviewed]) => {
        const changes: TierChange[] = [
          { at: now + changed * 1_000, direction: 'up' },
          { at: now + 5 * DAY_MS + changed * 1_000, direction: 'down' },
        ];
        const holdOn = (day: number) =>
          flapHold(move('up'), changes, policy, { now: now + day * DAY_MS + reviewed * 1_000, timeZone });
        expect(holdOn(29)).toMatchObject({ until: now + 30 * DAY_MS });
        expect(holdOn(30)).toBeNull();
      }),
    );
  });

  it('never changes tier more often than the policy allows in any window that has a step down', () => {
    const days = fc.array(
      fc.record({ target: fc.integer({ min: 0, max: 3 }), gapHours: fc.integer({ min: 1, max: 200 }) }),
      {
        minLength: 5,
        maxLength: 60,
      },
    );
    const policies = fc.record({
      maxChanges: fc.integer({ min: 1, max: 4 }),
      withinDays: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(days, policies, fc.integer({ min: 0, max: 10 }), (steps, given, minDwellDays) => {
        let state: TierState = { tier: 'regular', since: now, lock: null, graceUntil: null, graceTo: null };
        const changes: TierChange[] = [];
        let at = now;
        for (const { target, gapHours } of steps) {
          at += gapHours * 3_600_000;
          const standings = tiers.map((key, rank) => ({
            ...{ key, enters: rank === target, stays: rank === target, minDwellDays, graceDays: 0 },
          }));
          const verdict = decideTier(state, standings, { now: at, timeZone });
          const hold = flapHold(verdict, changes, given, { now: at, timeZone });
          // Whoever is held is free at the end at the latest.
          if (hold) expect(flapHold(verdict, changes, given, { now: hold.until, timeZone })).toBeNull();
          if (hold || verdict.kind !== 'entered') continue;
          if (verdict.direction === 'up' || verdict.direction === 'down')
            changes.push({ at, direction: verdict.direction });
          state = { ...state, tier: verdict.to, since: at };
        }
        for (const [index, { at: last }] of changes.entries()) {
          const window = changes
            .slice(0, index + 1)
            .filter((change) => dayOf(change.at, timeZone) > dayOf(last, timeZone) - given.withinDays);
          const isSwing = window.some(({ direction }) => direction === 'down');
          if (isSwing) expect(window.length).toBeLessThanOrEqual(given.maxChanges);
        }
      }),
    );
  });
});
