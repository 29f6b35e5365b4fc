import { activityMetrics } from './activity.metrics.js';
import { commerceMetrics } from './commerce.metrics.js';
import type { MetricDefinition } from './metric.js';

/** The metrics by which members are ranked every night. */
const ranked: readonly string[] = [
  'messages_30d',
  'posts_30d',
  'mentions_30d',
  'replies_30d',
  'active_days_30d',
  'checkins_30d',
  'invites_total',
  'orders_90d',
  'spend_90d_cents',
  'spend_total_cents',
];

export interface RankedMetric {
  readonly of: MetricDefinition;
  /** The columns of the rank over all members, and of the rank within the main group. */
  readonly rank: string;
  readonly groupRank: string;
}

export const rankedMetrics: readonly RankedMetric[] = [...activityMetrics, ...commerceMetrics]
  .filter(({ name }) => ranked.includes(name))
  .map((of) => ({ of, rank: `${of.name}_rank`, groupRank: `${of.name}_group_rank` }));

const withoutUnit = (label: string): string => label.replace(/\s*[（(](分|cents)[）)]$/u, '');

/**
 * The rank is 1 plus the share of members who are ahead, in per mille: `spend_90d_cents_rank <= 200` are the members behind
 * fewer than 20 % of all, however many there are. Equal figures have equal ranks.
 */
export const rankMetrics: readonly MetricDefinition[] = rankedMetrics.flatMap(({ of, rank, groupRank }) => {
  const shared = { section: 'ranks', type: 'int', unit: 'permille', nullable: true, writtenBy: 'night' } as const;
  const [zh, en] = [withoutUnit(of.label.zh), withoutUnit(of.label.en)];
  return [
    {
      ...shared,
      name: rank,
      label: { zh: `${zh}在全员的排名（千分位，截至昨晚）`, en: `rank among all members by ${en} (‰, last night)` },
      meaning: {
        zh: '排在前面的人占全部成员的千分之几，再加 1：1 最靠前，不到 200 就是前 20%；并列的人一样；一次也没有就没有值',
        en: '1 plus the members ahead, in per mille of all members: 1 is the top, up to 200 the top 20 %; equal figures have equal ranks; no value for who has 0',
      },
      read: { column: rank },
    },
    {
      ...shared,
      name: groupRank,
      label: { zh: `${zh}在主群的排名（千分位，截至昨晚）`, en: `rank in the main group by ${en} (‰, last night)` },
      meaning: {
        zh: '同上，在主群的人里比；主群是 TA 所在的本层级的群，没有就是最后加入的群；不在群里就没有值',
        en: 'the same among the people of the main group: the group of their tier that they are in, otherwise the one joined last; no value outside groups',
      },
      read: { column: groupRank },
    },
  ];
});
