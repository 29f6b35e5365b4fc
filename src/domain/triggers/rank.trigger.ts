import { z } from 'zod';
import { isoMonth } from '../day.js';
import { rankMetrics } from '../metrics/rank.metrics.js';
import { valuesOfRule, watchedHolds } from './crossing.js';
import { defineTrigger } from './trigger.js';

const ranks = rankMetrics.map(({ name }) => name) as [string, ...string[]];

/** The member is among the first so many per mille, as of last night. */
export const rank = defineTrigger({
  on: 'rank',
  settings: { metric: z.enum(ranks), within: z.int().min(1).max(1_000) },
  hint: {
    zh: '例如 trigger: {on: rank, metric: messages_30d_group_rank, within: 100}，within 是千分之几',
    en: 'for example trigger: {on: rank, metric: messages_30d_group_rank, within: 100}, within in per mille',
  },
  words({ metric, within }, names) {
    const label = names.metric(metric);
    return { zh: `${label.zh}进入前 ${within / 10}%`, en: `${label.en}: among the first ${within / 10} %` };
  },
  condition: ({ metric, within }) => ({ text: `${metric} <= ${within}`, setting: 'metric', isState: true }),
  ground: { metric: z.string(), within: z.number() },
  // Ranks are written for all members at night, and a member moves in them because others do. So it is no crossing: it fires
  // while the rank holds, once a month at most.
  find({ metric, within }, member) {
    if (!watchedHolds(member)) return [];
    return [
      {
        id: isoMonth(member.subject.returnActivity.today),
        once: '',
        ground: { metric, within },
        values: valuesOfRule(member),
      },
    ];
  },
  stillHolds: ({ metric, within }, ground, member) =>
    metric === ground.metric && within === ground.within && watchedHolds(member),
  lapsed: { code: 'rank_lost', words: { zh: '名次已经下来了', en: 'the rank is lost' } },
  claim: ({ metric }) => metric,
  exampleMark: ({ within }) => within,
  comesAtMidnight: () => true,
});
