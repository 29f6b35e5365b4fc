import { lateDays } from './days-since.trigger.js';
import type { TriggerRules } from './trigger-rules.js';

export const silent: TriggerRules<'silent'> = {
  on: 'silent',
  find({ days }, { subject, decision, windowHours }) {
    const have = decision.values['days_since_last_seen'] ?? null;
    if (typeof have !== 'number' || have < days || have > days + lateDays(windowHours)) return [];
    const { lastSeenDay } = subject.member;
    return [
      {
        // Each silence is an occasion of its own: the day it began tells them apart.
        id: String(lastSeenDay),
        once: '',
        reached: days,
        ground: { on: 'silent', days, lastSeenDay },
        values: [{ metric: 'days_since_last_seen', have, need: `≥ ${days}` }],
      },
    ];
  },
  stillHolds({ days }, ground, { subject, decision }) {
    const have = decision.values['days_since_last_seen'];
    return (
      days === ground.days &&
      subject.member.lastSeenDay === ground.lastSeenDay &&
      typeof have === 'number' &&
      have >= ground.days
    );
  },
  gone: 'came_back',
  replacesQueued: true,
};
