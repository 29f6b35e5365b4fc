import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../day.js';
import { decideTier, type TierStanding, type TierState } from './tier-policy.js';

const now = 100 * DAY_MS;
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
        now,
      ),
    ).toEqual({ kind: 'entered', to: 'member', from: null, direction: 'first' });
  });

  it('lets the lowest tier take the rest', () => {
    expect(decideTier(state({ tier: null, since: null }), ladder(), now)).toMatchObject({ to: 'potential' });
  });

  it('promotes at once, even within the minimum dwell', () => {
    expect(
      decideTier(state({ since: now - DAY_MS }), ladder({ loyal: { enters: true }, member: { enters: true } }), now),
    ).toMatchObject({ kind: 'entered', to: 'loyal', direction: 'up' });
  });

  it('keeps the tier while the stay rule holds though the enter rule no longer does', () => {
    expect(decideTier(state(), ladder({ member: { stays: true } }), now)).toEqual({ kind: 'kept' });
  });

  it('does not let the stay rule of a higher tier pull a member up', () => {
    expect(decideTier(state(), ladder({ member: { stays: true }, loyal: { stays: true } }), now)).toEqual({
      kind: 'kept',
    });
  });

  it('keeps the tier until the minimum dwell is over', () => {
    expect(decideTier(state({ since: now - 13 * DAY_MS }), ladder(), now)).toEqual({ kind: 'kept' });
  });

  it('warns first, then waits for the grace period, then steps down', () => {
    expect(decideTier(state(), ladder({ regular: { enters: true } }), now)).toEqual({
      kind: 'warned',
      to: 'regular',
      until: now + 7 * DAY_MS,
    });
    const graced = state({ graceUntil: now + 7 * DAY_MS, graceTo: 'regular' });
    expect(decideTier(graced, ladder({ regular: { enters: true } }), now + 6 * DAY_MS)).toEqual({ kind: 'kept' });
    expect(decideTier(graced, ladder({ regular: { enters: true } }), now + 7 * DAY_MS)).toMatchObject({
      kind: 'entered',
      to: 'regular',
      direction: 'down',
    });
  });

  it('ends the grace period when the member recovers', () => {
    expect(decideTier(state({ graceUntil: now + DAY_MS }), ladder({ member: { stays: true } }), now)).toEqual({
      kind: 'recovered',
    });
  });

  it('lets a lock by staff win over every rule', () => {
    expect(decideTier(state({ lock: 'regular' }), ladder({ loyal: { enters: true } }), now)).toMatchObject({
      to: 'regular',
      direction: 'locked',
    });
    expect(decideTier(state({ lock: 'member' }), ladder({ loyal: { enters: true } }), now)).toEqual({ kind: 'kept' });
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
          const first = decideTier(state({ tier, since: tier === null ? null : 0 }), standings, now);
          if (first.kind !== 'entered') return;
          const second = decideTier(state({ tier: first.to, since: now }), standings, now);
          expect(second).toEqual({ kind: 'kept' });
        },
      ),
    );
  });
});
