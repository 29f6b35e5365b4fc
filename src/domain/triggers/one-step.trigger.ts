import { z } from 'zod';
import { becauseOf } from '../ruleset.js';
import { isOneStep, waysTo } from '../tiers/next-step.js';
import { tierKey } from './settings.js';
import { defineTrigger, type EvaluatedMember } from './trigger.js';

/** The rule of the tier that is one step away; null when it is not. */
function ruleOneStepAway(to: string, { subject, decision, ruleset }: EvaluatedMember) {
  // Whom staff keep where they are gets nowhere by one step more.
  if (subject.tier.lock) return null;
  const keys = ruleset.tiers.map((tier) => tier.key);
  const enter = ruleset.tiers.find((tier) => tier.key === to)?.enter;
  if (!enter || keys.indexOf(to) !== keys.indexOf(String(decision.values['tier'])) + 1) return null;
  const { values, tagNames: tags } = decision;
  return isOneStep(waysTo(enter, { values, tags, kol: ruleset.kol })) ? enter : null;
}

/** One step is missing to this tier. */
export const oneStep = defineTrigger({
  on: 'one_step',
  settings: { to: tierKey },
  hint: {
    zh: '例如 trigger: {on: one_step, to: member}，to 写层级的 key',
    en: "for example trigger: {on: one_step, to: member}, with a tier's key",
  },
  words: ({ to }, tierLabel) => ({ zh: `离${tierLabel(to)}只差一步`, en: `one step from ${tierLabel(to)}` }),
  ground: { to: z.string() },
  find({ to }, standing, now) {
    const { subject, decision, ruleset } = standing;
    const enter = ruleOneStepAway(to, standing);
    if (enter === null) return [];
    const { verdict } = decision.tier;
    return [
      {
        // Each time they are in the tier below it, which they may have entered just now.
        id: `${to}:${verdict.kind === 'entered' ? now : (subject.tier.since ?? 0)}`,
        once: '',
        ground: { to },
        values: becauseOf('', enter, ruleset.version, decision.values, decision.tagNames).values,
      },
    ];
  },
  stillHolds: ({ to }, ground, standing) => to === ground.to && ruleOneStepAway(ground.to, standing) !== null,
  lapsed: { code: 'not_one_step', words: { zh: '已不是只差一步', en: 'no longer one step away' } },
  claim: ({ to }) => to,
  reactsToActivity: true,
});
