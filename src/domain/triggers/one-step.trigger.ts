import { becauseOf } from '../ruleset.js';
import { isOneStep, waysTo } from '../tiers/next-step.js';
import type { Standing, TriggerRules } from './trigger-rules.js';

/** The rule of the tier that is one step away; null when it is not. */
function ruleOneStepAway(to: string, { subject, decision, ruleset }: Standing) {
  // Whom staff keep where they are gets nowhere by one step more.
  if (subject.tier.lock) return null;
  const keys = ruleset.tiers.map((tier) => tier.key);
  const enter = ruleset.tiers.find((tier) => tier.key === to)?.enter;
  if (!enter || keys.indexOf(to) !== keys.indexOf(String(decision.values['tier'])) + 1) return null;
  const { values, tagNames: tags } = decision;
  return isOneStep(waysTo(enter, { values, tags, kol: ruleset.kol })) ? enter : null;
}

export const oneStep: TriggerRules<'one_step'> = {
  on: 'one_step',
  find({ to }, evaluation, now) {
    const { subject, decision, ruleset } = evaluation;
    const enter = ruleOneStepAway(to, evaluation);
    if (enter === null) return [];
    const { verdict } = decision.tier;
    return [
      {
        // Each time they are in the tier below it, which they may have entered just now.
        id: `${to}:${verdict.kind === 'entered' ? now : (subject.tier.since ?? 0)}`,
        once: '',
        ground: { on: 'one_step', to },
        values: becauseOf('', enter, ruleset.version, decision.values, decision.tagNames).values,
      },
    ];
  },
  stillHolds: ({ to }, ground, standing) => to === ground.to && ruleOneStepAway(ground.to, standing) !== null,
  gone: 'not_one_step',
};
