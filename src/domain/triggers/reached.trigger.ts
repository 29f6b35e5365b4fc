import { z } from 'zod';
import { countOf, defineTrigger } from './trigger.js';

const count = z.int().min(1).max(10_000_000);

/** A count reached one of these marks. */
export const reached = defineTrigger({
  on: 'reached',
  settings: {
    metric: z.enum(['messages_total', 'orders_total']),
    at: z.array(count).min(1).max(20),
  },
  hint: {
    zh: '例如 trigger: {on: reached, metric: orders_total, at: [1, 3]}',
    en: 'for example trigger: {on: reached, metric: orders_total, at: [1, 3]}',
  },
  words({ metric, at }) {
    const marks = at.join('、');
    return metric === 'messages_total'
      ? { zh: `累计发言达到 ${marks} 条`, en: `${at.join(', ')} messages in total` }
      : { zh: `累计下单达到 ${marks} 次`, en: `${at.join(', ')} orders in total` };
  },
  ground: {
    metric: z.enum(['days_since_joined', 'days_since_contact', 'messages_total', 'orders_total']),
    mark: z.number(),
  },
  find({ metric, at }, { subject, decision }) {
    const [was, is] = [countOf(subject.before?.[metric]), countOf(decision.values[metric])];
    // When one evaluation passes several marks, only the highest fires.
    const mark = Math.max(0, ...at.filter((one) => was < one && one <= is));
    if (mark === 0) return [];
    return [
      {
        id: String(mark),
        once: String(mark),
        reached: mark,
        ground: { metric, mark },
        values: [{ metric, have: is, need: `≥ ${mark}` }],
      },
    ];
  },
  stillHolds: (trigger, ground, { decision }) =>
    trigger.metric === ground.metric &&
    trigger.at.includes(ground.mark) &&
    countOf(decision.values[ground.metric]) >= ground.mark,
  lapsed: { code: 'count_below', words: { zh: '次数又低于这个数', en: 'the count is below the mark again' } },
  claim: ({ metric, mark }) => `${metric}:${mark}`,
  exampleMark: ({ at }) => at[0],
  mark: ({ mark }) => mark,
  reactsToActivity: true,
  // The figure was below the mark at the last evaluation, so an earlier occasion is over.
  isNewWheneverFound: true,
});
