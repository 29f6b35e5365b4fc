import { z } from 'zod';
import { percentOf } from '../group-figures.js';
import { defineGroupTrigger } from '../group-trigger.js';

const percent = z.int().min(1).max(100);

/**
 * The share of members who have ever spoken lies below a mark, or has reached one. A share of few people, or of a group that
 * has just begun, says nothing: below the mark it takes `least_members` and `after_days`.
 */
export const groupSpokenShare = defineGroupTrigger({
  on: 'group_spoken_share',
  settings: {
    below: percent.optional(),
    reached: percent.optional(),
    least_members: z.int().min(2).max(2_000).default(5),
    after_days: z.int().min(0).max(3_650).default(14),
  },
  words: ({ below, reached }) =>
    below === undefined
      ? { zh: `${reached ?? 50}% 的群友都说过话`, en: `${reached ?? 50} % of the group have spoken` }
      : { zh: `说过话的群友不到 ${below}%`, en: `under ${below} % of the group have ever spoken` },
  find({ below, reached, least_members: least, after_days: afterDays }, group, today) {
    const { spoken, members, knownSinceDay } = group;
    if (spoken === null || members < least) return null;
    const have = percentOf(spoken, members);
    const value = {
      metric: 'spoken_percent',
      have,
      label: { zh: '说过话的', en: 'have spoken' },
      unit: 'percent',
    } as const;
    if (reached !== undefined && have >= reached)
      return { id: `reached:${reached}`, values: [{ ...value, need: `≥ ${reached}` }] };
    if (below !== undefined && have < below && today - (group.foundedDay ?? knownSinceDay) >= afterDays)
      return { id: `below:${below}`, values: [{ ...value, need: `< ${below}` }] };
    return null;
  },
  lapsed: {
    code: 'spoken_share_changed',
    words: { zh: '开过口的群友比例已变', en: 'another share has spoken by now' },
  },
  lasts: true,
  watches: 'talk',
});
