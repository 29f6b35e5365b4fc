import { z } from 'zod';
import { defineTrigger } from './trigger.js';

/** The rule of the member's tier no longer holds and the grace period began. */
export const tierGrace = defineTrigger({
  on: 'tier_grace',
  settings: {},
  hint: { zh: '例如 trigger: {on: tier_grace}', en: 'for example trigger: {on: tier_grace}' },
  words: () => ({ zh: '快要降级、保级期开始', en: 'about to step down: the grace period begins' }),
  /** `until`: end of the grace period. */
  ground: { until: z.number() },
  find(_trigger, { decision }) {
    const { verdict, because } = decision.tier;
    if (verdict.kind !== 'warned') return [];
    return [
      {
        id: String(verdict.until),
        once: '',
        ground: { until: verdict.until },
        values: because.values,
      },
    ];
  },
  // The member neither recovered nor stepped down, and it is still the same grace period.
  stillHolds: (_trigger, ground, { subject, decision }) =>
    decision.tier.verdict.kind === 'kept' && subject.tier.graceUntil === ground.until,
  lapsed: { code: 'grace_over', words: { zh: '保级期已结束', en: 'the grace period is over' } },
  isNudge: () => true,
  foretells: true,
  replacesQueued: true,
});
