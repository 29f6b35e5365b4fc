import { z } from 'zod';
import { defineGroupTrigger } from '../group-trigger.js';

/** No member has spoken for so many days. Only where the chat account listens; staff and the product do not count. */
export const groupSilent = defineGroupTrigger({
  on: 'group_silent',
  settings: { days: z.int().min(1).max(365) },
  words: ({ days }) => ({ zh: `群里 ${days} 天没人说话`, en: `nobody spoke for ${days} days` }),
  find({ days }, { lastTalkDay }, today) {
    if (lastTalkDay === null || today - lastTalkDay < days) return null;
    const have = today - lastTalkDay;
    return {
      // Each silence is its own occasion, identified by the day it began.
      id: String(lastTalkDay),
      values: [{ metric: 'quiet_days', have, need: `≥ ${days}`, label: { zh: '没人说话', en: 'quiet' }, unit: 'days' }],
    };
  },
  lapsed: { code: 'group_spoke', words: { zh: '群里又有人说话了', en: 'somebody spoke in the group again' } },
  lasts: true,
  watches: 'talk',
});
