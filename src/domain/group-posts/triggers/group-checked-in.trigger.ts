import { z } from 'zod';
import { isoDay } from '../../day.js';
import { percentOf } from '../group-figures.js';
import { defineGroupTrigger } from '../group-trigger.js';

/** So large a share of the members has checked in today. */
export const groupCheckedIn = defineGroupTrigger({
  on: 'group_checked_in',
  settings: {
    percent: z.int().min(1).max(100).default(50),
    least_members: z.int().min(2).max(2_000).default(5),
  },
  words: ({ percent }) => ({
    zh: `当天打卡的群友到 ${percent}%`,
    en: `${percent} % of the group have checked in today`,
  }),
  find({ percent, least_members: least }, { checkedIn, members }, today) {
    if (members < least || checkedIn * 100 < percent * members) return null;
    return {
      id: isoDay(today),
      values: [
        {
          ...{ metric: 'checked_in_percent', have: percentOf(checkedIn, members), need: `≥ ${percent}` },
          ...{ label: { zh: '今天打卡的', en: 'checked in today' }, unit: 'percent' },
        },
      ],
    };
  },
  lapsed: { code: 'check_in_day_over', words: { zh: '打卡的那天已过', en: 'the day of the check-ins is over' } },
  lasts: false,
  watches: 'check_ins',
});
