import { z } from 'zod';
import { isKeptByFloor } from '../tiers/floor.js';
import { tierKey } from './settings.js';
import { defineTrigger, type EvaluatedMember } from './trigger.js';

/** Minimum dwell and grace period keep a member in a tier whose rules no longer hold, for example after a refund. */
function holdsRulesOf(to: string, { subject, decision, ruleset }: EvaluatedMember): boolean {
  if (subject.tier.lock === to || isKeptByFloor(to, decision.tier.floor, ruleset.tiers)) return true;
  const tier = ruleset.tiers.find(({ key }) => key === to);
  const { values, tagNames } = decision;
  return [tier?.enter, tier?.stay].some((rule) => rule?.holds(values, tagNames) ?? false);
}

/** The member entered a higher tier: one of `to`, or any. */
export const tierUp = defineTrigger({
  on: 'tier_up',
  settings: { to: z.array(tierKey).min(1).optional() },
  hint: {
    zh: '例如 trigger: {on: tier_up, to: [member]}，to 写层级的 key，不写就是任何更高的层级',
    en: "for example trigger: {on: tier_up, to: [member]}, with tiers' keys; left out, any higher tier",
  },
  words({ to }, names) {
    const labels = to?.map((key) => names.tier(key));
    return {
      zh: labels ? `升到${labels.join('、')}` : '升到更高层级',
      en: labels ? `rises to ${labels.join(', ')}` : 'rises to a higher tier',
    };
  },
  ground: { to: z.string() },
  find({ to }, { subject, decision }) {
    const { verdict, because } = decision.tier;
    if (verdict.kind !== 'entered' || verdict.direction !== 'up' || (to && !to.includes(verdict.to))) return [];
    return [
      {
        // The start of the stay in the lower tier makes every rise into the same tier a new occasion.
        id: `${verdict.to}:${subject.tier.since ?? 0}`,
        once: verdict.to,
        ground: { to: verdict.to },
        values: because.values,
      },
    ];
  },
  // A member who has risen further gets the message about that tier instead.
  stillHolds: ({ to }, ground, member) =>
    (to === undefined || to.includes(ground.to)) &&
    member.decision.values['tier'] === ground.to &&
    holdsRulesOf(ground.to, member),
  lapsed: {
    code: 'tier_lost',
    words: { zh: '已不在这个层级，或不再够格', en: 'no longer in this tier, or its rules no longer hold' },
  },
  claim: ({ to }) => to,
  // A member who rises twice on one day skips a step and gets one message.
  oncePerDay: true,
  reactsToActivity: true,
});
