import { describe, expect, it } from 'vitest';
import { tierChangeIn, tierTitle } from './decision-record.js';
import type { TierVerdict } from './tiers/tier-policy.js';

const tiers = [
  { key: 'low', label: { zh: '潜在', en: 'potential' } },
  { key: 'high', label: { zh: '铁杆（金）', en: 'loyal (gold)' } },
];
const ruleset = { tiers } as unknown as Parameters<typeof tierTitle>[2];

describe('the title of a tier decision', () => {
  it.each<[TierVerdict, string | null, ReturnType<typeof tierChangeIn>]>([
    [{ kind: 'entered', direction: 'first', from: null, to: 'low' }, null, { kind: 'first', tier: tiers[0]!.label }],
    [{ kind: 'entered', direction: 'up', from: 'low', to: 'high' }, 'low', { kind: 'up', tier: tiers[1]!.label }],
    [{ kind: 'entered', direction: 'down', from: 'high', to: 'low' }, 'high', { kind: 'down', tier: tiers[0]!.label }],
    [
      { kind: 'entered', direction: 'locked', from: 'low', to: 'low' },
      'low',
      { kind: 'locked', tier: tiers[0]!.label },
    ],
    [{ kind: 'warned', until: 0, to: 'low' }, 'high', { kind: 'warned', tier: tiers[1]!.label }],
    [{ kind: 'recovered' }, 'high', { kind: 'recovered', tier: tiers[1]!.label }],
  ] as never)('says %j, and can be read back', (verdict, current, change) => {
    const title = tierTitle(verdict, current, ruleset);
    expect(title && tierChangeIn(title)).toEqual(change);
  });

  it('is told from the titles of other decisions', () => {
    for (const title of [
      { zh: '进入「沉睡」期', en: 'Stage: asleep' },
      { zh: '计划换到铁杆群', en: 'To be moved to loyal' },
      { zh: '（这条记录读不出来）', en: '(this record cannot be read)' },
    ])
      expect(tierChangeIn(title)).toBeNull();
  });
});
