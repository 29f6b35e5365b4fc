import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, momentOf } from '../day.js';
import { decideTier, type TierStanding, type TierState } from './tier-policy.js';

const now = 100 * DAY_MS;
const timeZone = 'UTC';
const when = { now, timeZone };
const standing = (key: string, claims: Partial<TierStanding> = {}): TierStanding => ({
  key,
  enters: false,
  stays: false,
  minDwellDays: 14,
  graceDays: 7,
  ...claims,
});
const state = (given: Partial<TierState> = {}): TierState => ({
  tier: 'member',
  since: 0,
  lock: null,
  graceUntil: null,
  graceTo: null,
  ...given,
});
const ladder = (claims: Record<string, Partial<TierStanding>> = {}): TierStanding[] =>
  ['potential', 'regular', 'member', 'loyal'].map((key) => standing(key, claims[key]));

describe('decideTier', () => {
  it('gives a newcomer the highest tier whose enter rule holds', () => {
    expect(
      decideTier(
        state({ tier: null, since: null }),
        ladder({ regular: { enters: true }, member: { enters: true } }),
        when,
      ),
    ).toEqual({ kind: 'entered', to: 'member', from: null, direction: 'first' });
  });

  it('lets the lowest tier take the rest', () => {
    expect(decideTier(state({ tier: null, since: null }), ladder(), when)).toMatchObject({ to: 'potential' });
  });

  it('promotes at once, even within the minimum dwell', () => {
    expect(
      decideTier(state({ since: now - DAY_MS }), ladder({ loyal: { enters: true }, member: { enters: true } }), when),
    ).toMatchObject({ kind: 'entered', to: 'loyal', direction: 'up' });
  });

  it('keeps the tier while the stay rule holds though the enter rule no longer does', () => {
    expect(decideTier(state(), ladder({ member: { stays: true } }), when)).toEqual({ kind: 'kept' });
  });

  it('does not let the stay rule of a higher tier pull a member up', () => {
    expect(decideTier(state(), ladder({ member: { stays: true }, loyal: { stays: true } }), when)).toEqual({
      kind: 'kept',
    });
  });

  it('keeps the tier until the minimum dwell is over', () => {
    expect(decideTier(state({ since: now - 13 * DAY_MS }), ladder(), when)).toEqual({ kind: 'kept' });
  });

  it('warns first, then waits for the grace period, then steps down', () => {
    expect(decideTier(state(), ladder({ regular: { enters: true } }), when)).toEqual({
      kind: 'warned',
      to: 'regular',
      until: now + 7 * DAY_MS,
    });
    const graced = state({ graceUntil: now + 7 * DAY_MS, graceTo: 'regular' });
    expect(decideTier(graced, ladder({ regular: { enters: true } }), { now: now + 6 * DAY_MS, timeZone })).toEqual({
      kind: 'kept',
    });
    expect(
      decideTier(graced, ladder({ regular: { enters: true } }), { now: now + 7 * DAY_MS, timeZone }),
    ).toMatchObject({
      kind: 'entered',
      to: 'regular',
      direction: 'down',
    });
  });

  it('ends dwell and grace on the same night, whatever second of it the reviews come', () => {
    const second = fc.integer({ min: 0, max: 7_200 });
    const zones = fc.constantFrom('Asia/Shanghai', 'America/New_York', 'UTC');
    const days = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: 20_000, max: 20_400 }),
        fc.tuple(days, days),
        fc.array(second, { minLength: 100 }),
        (zone, first, [minDwellDays, graceDays], seconds) => {
          const reviewOf = (day: number) => ({
            now: momentOf(day, 0, zone) + seconds[(day - first) % seconds.length]! * 1_000,
            timeZone: zone,
          });
          const standings = ladder({ member: { minDwellDays, graceDays } });
          let current = state({ since: reviewOf(first).now });
          const happened: string[] = [];
          for (let day = first + 1; day <= first + minDwellDays + graceDays; day++) {
            const verdict = decideTier(current, standings, reviewOf(day));
            if (verdict.kind !== 'kept') happened.push(`${verdict.kind} after ${day - first} days`);
            if (verdict.kind === 'warned') current = { ...current, graceUntil: verdict.until, graceTo: verdict.to };
          }
          expect(happened).toEqual([
            `warned after ${minDwellDays} days`,
            `entered after ${minDwellDays + graceDays} days`,
          ]);
        },
      ),
    );
  });

  it('ends a grace that an earlier version dated by the second', () => {
    const until = 140 * DAY_MS + 70_000;
    const graced = state({ graceUntil: until, graceTo: 'potential' });
    const at = (now: number) => decideTier(graced, ladder(), { now, timeZone }).kind;
    expect([at(140 * DAY_MS - 1), at(140 * DAY_MS + 40_000)]).toEqual(['kept', 'entered']);
  });

  it('ends the grace period when the member recovers', () => {
    expect(decideTier(state({ graceUntil: now + DAY_MS }), ladder({ member: { stays: true } }), when)).toEqual({
      kind: 'recovered',
    });
  });

  it('lets a lock by staff win over every rule', () => {
    expect(decideTier(state({ lock: 'regular' }), ladder({ loyal: { enters: true } }), when)).toMatchObject({
      to: 'regular',
      direction: 'locked',
    });
    expect(decideTier(state({ lock: 'member' }), ladder({ loyal: { enters: true } }), when)).toEqual({ kind: 'kept' });
  });

  it('is idempotent: deciding again on its own outcome changes nothing', () => {
    const claims = fc
      .record({ enters: fc.boolean(), stays: fc.boolean() })
      .map(({ enters, stays }) => ({ enters, stays: stays || enters }));
    fc.assert(
      fc.property(
        fc.tuple(claims, claims, claims, claims),
        fc.constantFrom(null, 'potential', 'regular', 'member', 'loyal'),
        ([a, b, c, d], tier) => {
          const standings = ladder({ potential: a, regular: b, member: c, loyal: d });
          const first = decideTier(state({ tier, since: tier === null ? null : 0 }), standings, when);
          if (first.kind !== 'entered') return;
          const second = decideTier(state({ tier: first.to, since: now }), standings, when);
          expect(second).toEqual({ kind: 'kept' });
        },
      ),
    );
  });
});
