import { z } from 'zod';
import { isoDay, type Day } from '../day.js';
import { phaseLabels, productPhases } from '../layers/product-phase.js';
import { defineTrigger, type EvaluatedMember } from './trigger.js';

/** The community comes into a phase: on the day that an admin has written beside it. */
export const phase = defineTrigger({
  on: 'phase',
  settings: { to: z.enum(productPhases) },
  hint: {
    zh: '例如 trigger: {on: phase, to: growth}，从哪天起写在 stages.yaml 的 product.since',
    en: 'for example trigger: {on: phase, to: growth}; its first day is product.since in stages.yaml',
  },
  words: ({ to }) => ({
    zh: `社群进入${phaseLabels[to].zh}的那天`,
    en: `on the day on which the community comes into its ${phaseLabels[to].en}`,
  }),
  ground: { to: z.string(), since: z.number() },
  find({ to }, { subject, ruleset }) {
    const since = beginOf(to, { ruleset });
    if (since === null || since !== subject.returnActivity.today) return [];
    // Who comes on that day or later knows the community no other way.
    const known = [subject.member.joinedDay, subject.member.contactDay];
    if (!known.some((day) => day !== null && day < since)) return [];
    const id = `${to}:${since}`;
    return [
      {
        ...{ id, once: id, ground: { to, since } },
        values: [{ metric: 'product_phase', have: isoDay(since), label: phaseLabels[to] }],
      },
    ];
  },
  stillHolds: ({ to }, ground, { ruleset }) => to === ground.to && beginOf(to, { ruleset }) === ground.since,
  lapsed: { code: 'phase_changed', words: { zh: '社群的阶段又变了', en: 'the phase of the community changed again' } },
  claim: ({ to, since }) => `${to}:${since}`,
  comesAtMidnight: () => true,
  nextDay({ to }, { ruleset }, after) {
    const since = beginOf(to, { ruleset });
    return since !== null && since > after ? since : null;
  },
});

/** The day from which the community is in this phase; null when it is in another one, or nobody has said since when. */
function beginOf(to: string, { ruleset: { product } }: Pick<EvaluatedMember, 'ruleset'>): Day | null {
  return product?.phase === to ? product.since : null;
}
