import type { TriggerRules } from './trigger-rules.js';

export const tierGrace: TriggerRules<'tier_grace'> = {
  on: 'tier_grace',
  find(_trigger, { decision }) {
    const { verdict, because } = decision.tier;
    if (verdict.kind !== 'warned') return [];
    return [
      {
        id: String(verdict.until),
        once: '',
        ground: { on: 'tier_grace', until: verdict.until },
        values: because.values,
      },
    ];
  },
  // Neither recovered nor stepped down, and in the same grace period.
  stillHolds: (_trigger, ground, { subject, decision }) =>
    decision.tier.verdict.kind === 'kept' && subject.tier.graceUntil === ground.until,
  gone: 'grace_over',
  replacesQueued: true,
};
