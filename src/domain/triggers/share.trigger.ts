import { z } from 'zod';
import { metrics } from '../metrics/index.js';
import { valuesOfRule, watchedHolds } from './crossing.js';
import { defineTrigger } from './trigger.js';

const shares = metrics.flatMap(({ name, unit, writtenBy }) =>
  unit === 'percent' && writtenBy === 'night' ? [name] : [],
) as [string, ...string[]];

/** A share that is counted every night is at least so many per cent, as of last night. */
export const share = defineTrigger({
  on: 'share',
  settings: { metric: z.enum(shares), at: z.int().min(1).max(100) },
  hint: {
    zh: '例如 trigger: {on: share, metric: talked_group_percent, at: 20}，at 是百分之几',
    en: 'for example trigger: {on: share, metric: talked_group_percent, at: 20}, at in per cent',
  },
  words({ metric, at }, names) {
    const label = names.metric(metric);
    return { zh: `${label.zh}达到 ${at}%`, en: `${label.en}: ${at} % or more` };
  },
  condition: ({ metric, at }) => ({ text: `${metric} >= ${at}`, setting: 'metric', isState: true }),
  ground: { metric: z.string(), at: z.number() },
  // A share is written for all members at night and also grows because others leave the group. So it is no crossing: it fires
  // while the share is reached, and its mark is one occasion for ever.
  find({ metric, at }, member) {
    if (!watchedHolds(member)) return [];
    return [{ id: String(at), once: String(at), reached: at, ground: { metric, at }, values: valuesOfRule(member) }];
  },
  stillHolds: ({ metric, at }, ground, member) => metric === ground.metric && at === ground.at && watchedHolds(member),
  lapsed: { code: 'share_below', words: { zh: '比例又低于这个数', en: 'the share is below the mark again' } },
  claim: ({ metric, at }) => `${metric}:${at}`,
  exampleMark: ({ at }) => at,
  mark: ({ at }) => at,
  comesAtMidnight: () => true,
});
