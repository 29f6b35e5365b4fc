import { z } from 'zod';
import { lateDays } from './days-since.trigger.js';
import { days } from './settings.js';
import { defineTrigger } from './trigger.js';

/** The member was not seen for `days` days. */
export const silent = defineTrigger({
  on: 'silent',
  settings: { days, or_longer: z.boolean().optional() },
  hint: {
    zh: '例如 trigger: {on: silent, days: 30}，加上 or_longer: true，早就沉默的人也算',
    en: 'for example trigger: {on: silent, days: 30}, with or_longer: true also who has been silent for longer',
  },
  words: ({ days: least, or_longer: orLonger }) => ({
    zh: `${least} 天${orLonger === true ? '及以上' : ''}没有出现`,
    en: `not seen for ${least} days${orLonger === true ? ' or longer' : ''}`,
  }),
  /** `lastSeenDay` identifies the silence. */
  ground: { days: z.number(), lastSeenDay: z.number().nullable() },
  find(trigger, { subject, decision }, _now, windowHours) {
    const have = decision.values['days_since_last_seen'] ?? null;
    if (typeof have !== 'number' || have < trigger.days) return [];
    if (trigger.or_longer !== true && have > trigger.days + lateDays(windowHours)) return [];
    const { lastSeenDay } = subject.member;
    return [
      {
        // Each silence is its own occasion, identified by the day it began.
        id: String(lastSeenDay),
        once: '',
        reached: trigger.days,
        ground: { days: trigger.days, lastSeenDay },
        values: [{ metric: 'days_since_last_seen', have, need: `≥ ${trigger.days}` }],
      },
    ];
  },
  stillHolds(trigger, ground, { subject, decision }) {
    const have = decision.values['days_since_last_seen'];
    return (
      trigger.days === ground.days &&
      subject.member.lastSeenDay === ground.lastSeenDay &&
      typeof have === 'number' &&
      have >= ground.days
    );
  },
  lapsed: { code: 'came_back', words: { zh: '已经回来了', en: 'came back' } },
  claim: (ground) => String(ground.days),
  exampleMark: (trigger) => trigger.days,
  mark: (ground) => ground.days,
  looksBack: { days: (trigger) => trigger.days, day: (_trigger, { subject }) => subject.member.lastSeenDay },
  agesOf: (trigger) => [{ column: 'last_seen_day', days: trigger.days }],
  comesAtMidnight: () => true,
  isNudge: () => true,
  replacesQueued: true,
});
