import { z } from 'zod';
import { becauseOf } from '../ruleset.js';
import { isOneStep, waysTo } from '../tiers/next-step.js';
import { tierKey } from './settings.js';
import { defineTrigger, type EvaluatedMember } from './trigger.js';

/** The enter rule of tier `to`, if the member is one step away from it; else null. */
function ruleOneStepAway(to: string, { subject, decision, ruleset }: EvaluatedMember) {
  // A lock by staff wins over every rule, so one more step would change nothing.
  if (subject.tier.lock) return null;
  const keys = ruleset.tiers.map((tier) => tier.key);
  const enter = ruleset.tiers.find((tier) => tier.key === to)?.enter;
  if (!enter || keys.indexOf(to) !== keys.indexOf(String(decision.values['tier'])) + 1) return null;
  const { values, tagNames: tags } = decision;
  return isOneStep(waysTo(enter, { values, tags, kol: ruleset.kol })) ? enter : null;
}

/** The member is one step away from this tier. */
export const oneStep = defineTrigger({
  on: 'one_step',
  settings: { to: tierKey },
  hint: {
    zh: '例如 trigger: {on: one_step, to: member}，to 写层级的 key',
    en: "for example trigger: {on: one_step, to: member}, with a tier's key",
  },
  words: ({ to }, names) => ({ zh: `离${names.tier(to)}只差一步`, en: `one step from ${names.tier(to)}` }),
  ground: { to: z.string() },
  find({ to }, member, now) {
    const { subject, decision, ruleset } = member;
    const enter = ruleOneStepAway(to, member);
    if (enter === null) return [];
    const { verdict } = decision.tier;
    return [
      {
        // Each stay in the tier below is its own occasion; the member may have entered that tier just now.
        id: `${to}:${verdict.kind === 'entered' ? now : (subject.tier.since ?? 0)}`,
        once: '',
        ground: { to },
        values: becauseOf('', ruleset.version, enter.explain(decision.values, decision.tagNames)).values,
      },
    ];
  },
  stillHolds: ({ to }, ground, member) => to === ground.to && ruleOneStepAway(ground.to, member) !== null,
  lapsed: { code: 'not_one_step', words: { zh: '已不是只差一步', en: 'no longer one step away' } },
  claim: ({ to }) => to,
  reactsToActivity: true,
});
