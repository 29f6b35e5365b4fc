import { z } from 'zod';
import { lateDays } from './days-since.trigger.js';
import { days } from './settings.js';
import { defineTrigger } from './trigger.js';

/** The member was not seen for `days` days. */
export const silent = defineTrigger({
  on: 'silent',
  settings: { days },
  hint: { zh: '例如 trigger: {on: silent, days: 30}', en: 'for example trigger: {on: silent, days: 30}' },
  words: (trigger) => ({ zh: `${trigger.days} 天没有出现`, en: `not seen for ${trigger.days} days` }),
  /** `lastSeenDay` identifies the silence. */
  ground: { days: z.number(), lastSeenDay: z.number().nullable() },
  find(trigger, { subject, decision }, _now, windowHours) {
    const have = decision.values['days_since_last_seen'] ?? null;
    if (typeof have !== 'number' || have < trigger.days || have > trigger.days + lateDays(windowHours)) return [];
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
