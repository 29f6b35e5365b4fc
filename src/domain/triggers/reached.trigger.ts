import { z } from 'zod';
import { metricsByName } from '../metrics/index.js';
import { wasAndIs } from './crossing.js';
import { figure, mark } from './settings.js';
import { countOf, defineTrigger } from './trigger.js';

/** A figure reached one of these marks from below. */
export const reached = defineTrigger({
  on: 'reached',
  settings: { metric: figure, at: z.array(mark).min(1).max(20) },
  hint: {
    zh: '例如 trigger: {on: reached, metric: orders_total, at: [1, 3]}',
    en: 'for example trigger: {on: reached, metric: orders_total, at: [1, 3]}',
  },
  words({ metric, at }, names) {
    if (metric === 'messages_total')
      return { zh: `累计发言达到 ${at.join('、')} 条`, en: `${at.join(', ')} messages in total` };
    if (metric === 'orders_total')
      return { zh: `累计下单达到 ${at.join('、')} 次`, en: `${at.join(', ')} orders in total` };
    const label = names.metric(metric);
    return { zh: `${label.zh}达到 ${at.join('、')}`, en: `${label.en}: ${at.join(', ')} reached` };
  },
  condition: ({ metric, at }) => ({ text: at.map((one) => `${metric} >= ${one}`).join(' || '), setting: 'metric' }),
  ground: { metric: z.string(), mark: z.number() },
  find({ metric, at }, input) {
    const [was, is] = wasAndIs(input, metric);
    // When one evaluation passes several marks, only the highest fires.
    const passed = at.filter((one) => was < one && one <= is);
    if (passed.length === 0) return [];
    const highest = Math.max(...passed);
    return [
      {
        id: String(highest),
        once: String(highest),
        reached: highest,
        ground: { metric, mark: highest },
        values: [{ metric, have: is, need: `≥ ${highest}` }],
      },
    ];
  },
  stillHolds: (trigger, ground, { decision }) =>
    trigger.metric === ground.metric &&
    trigger.at.includes(ground.mark) &&
    countOf(decision.values[ground.metric]) >= ground.mark,
  lapsed: { code: 'count_below', words: { zh: '次数又低于这个数', en: 'the count is below the mark again' } },
  claim: ({ metric, mark: reachedMark }) => `${metric}:${reachedMark}`,
  exampleMark: ({ at }) => at[0],
  mark: ({ mark: reachedMark }) => reachedMark,
  reactsToActivity: true,
  // Days since something, and check-ins missed, grow while nobody does anything.
  comesAtMidnight: ({ metric }) => growsByItself(metric),
  // The figure was below the mark at the last evaluation, so an earlier occasion is over.
  isNewWheneverFound: true,
});

function growsByItself(metric: string): boolean {
  const read = metricsByName.get(metric)?.read;
  return read !== undefined && ('daysSince' in read || 'missedSince' in read);
}
