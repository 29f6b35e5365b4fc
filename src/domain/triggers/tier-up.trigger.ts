import type { TriggerRules } from './trigger-rules.js';

export const tierUp: TriggerRules<'tier_up'> = {
  on: 'tier_up',
  find({ to }, { subject, decision }) {
    const { verdict, because } = decision.tier;
    if (verdict.kind !== 'entered' || verdict.direction !== 'up' || (to && !to.includes(verdict.to))) return [];
    return [
      {
        // Since when they were in the lower tier: every rise into the same tier has its own.
        id: `${verdict.to}:${subject.tier.since ?? 0}`,
        once: verdict.to,
        ground: { on: 'tier_up', to: verdict.to },
        values: because.values,
      },
    ];
  },
  // Who has risen further meanwhile is told of that.
  stillHolds: ({ to }, ground, { decision }) =>
    (to === undefined || to.includes(ground.to)) && decision.values['tier'] === ground.to,
  gone: 'tier_lost',
};
