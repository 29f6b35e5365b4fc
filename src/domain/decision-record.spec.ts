import { describe, expect, it } from 'vitest';
import { tierChange, tierTitle } from './decision-record.js';
import type { TierVerdict } from './tiers/tier-policy.js';

const [low, high] = [
  { zh: '潜在', en: 'potential' },
  { zh: '铁杆（金）', en: 'loyal (gold)' },
];
const tiers = [
  { key: 'low', label: low },
  { key: 'high', label: high },
];
const ruleset = { tiers } as unknown as Parameters<typeof tierTitle>[2];

describe('a decision about a tier', () => {
  it.each<[TierVerdict, string | null, ReturnType<typeof tierChange>]>([
    [{ kind: 'entered', direction: 'first', from: null, to: 'low' }, null, { code: 'first', about: low }],
    [{ kind: 'entered', direction: 'up', from: 'low', to: 'high' }, 'low', { code: 'up', about: high }],
    [{ kind: 'entered', direction: 'down', from: 'high', to: 'low' }, 'high', { code: 'down', about: low }],
    [{ kind: 'entered', direction: 'locked', from: 'low', to: 'low' }, 'low', { code: 'locked', about: low }],
    [{ kind: 'warned', until: 0, to: 'low' }, 'high', { code: 'warned', about: high }],
    [{ kind: 'recovered' }, 'high', { code: 'recovered', about: high }],
  ])('has a code and the tier of now: %j', (verdict, current, change) => {
    expect(tierChange(verdict, current, ruleset)).toEqual(change);
    expect(tierTitle(verdict, current, ruleset)).not.toBeNull();
  });

  it('does not exist while the tier is kept', () => {
    expect([tierChange({ kind: 'kept' }, 'low', ruleset), tierTitle({ kind: 'kept' }, 'low', ruleset)]).toEqual([
      null,
      null,
    ]);
  });
});
