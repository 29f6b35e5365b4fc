import type { Standing, TriggerRules } from './trigger-rules.js';

/** The dwell and the grace period keep a member in a tier whose rules no longer hold, after a refund for example. */
function deserves(to: string, { subject, decision, ruleset }: Standing): boolean {
  if (subject.tier.lock === to) return true;
  const tier = ruleset.tiers.find(({ key }) => key === to);
  const { values, tagNames } = decision;
  return [tier?.enter, tier?.stay].some((rule) => rule?.holds(values, tagNames) ?? false);
}

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
  stillHolds: ({ to }, ground, standing) =>
    (to === undefined || to.includes(ground.to)) &&
    standing.decision.values['tier'] === ground.to &&
    deserves(ground.to, standing),
  gone: 'tier_lost',
};
