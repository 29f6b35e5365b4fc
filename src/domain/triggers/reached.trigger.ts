import { countOf, type TriggerRules } from './trigger-rules.js';

export const reached: TriggerRules<'reached'> = {
  on: 'reached',
  find({ metric, at }, { subject, decision }) {
    const [was, is] = [countOf(subject.before?.[metric]), countOf(decision.values[metric])];
    // Marks passed in one step are told as the highest only.
    const mark = Math.max(0, ...at.filter((one) => was < one && one <= is));
    if (mark === 0) return [];
    return [
      {
        id: String(mark),
        once: String(mark),
        reached: mark,
        ground: { on: 'reached', metric, mark },
        values: [{ metric, have: is, need: `≥ ${mark}` }],
      },
    ];
  },
  stillHolds: (trigger, ground, { decision }) =>
    trigger.metric === ground.metric &&
    trigger.at.includes(ground.mark) &&
    countOf(decision.values[ground.metric]) >= ground.mark,
  gone: 'count_below',
  // The figure was below the mark at the last look, so an earlier occasion is over.
  provesItself: true,
};
