import { DAY_MS, HOUR_MS, type Day } from '../day.js';
import type { Subject } from '../decide.js';
import type { TriggerRules } from './trigger-rules.js';

/** Days a day-count milestone may come late (the service was down) and still be told. */
const LATE_DAYS = 2;

/** The day itself, and those after it on which the template's window is not over yet. */
export const lateDays = (windowHours: number): number =>
  Math.min(LATE_DAYS, Math.floor((windowHours * HOUR_MS) / DAY_MS));

const firstDayOf = (metric: string, { member }: Subject): Day | null =>
  metric === 'days_since_contact' ? member.contactDay : member.joinedDay;

export const daysSince: TriggerRules<'days_since'> = {
  on: 'days_since',
  find({ metric, at }, { subject, decision, windowHours }) {
    const have = decision.values[metric] ?? null;
    if (typeof have !== 'number' || have < at || have > at + lateDays(windowHours)) return [];
    return [
      {
        id: String(at),
        once: '',
        reached: at,
        ground: { on: 'days_since', metric, at, since: firstDayOf(metric, subject) },
        values: [{ metric, have, need: `≥ ${at}` }],
      },
    ];
  },
  // The first day is learnt late, too: then it was more or fewer days all along.
  stillHolds(trigger, ground, { subject, decision }) {
    const have = decision.values[ground.metric];
    if (trigger.metric !== ground.metric || trigger.at !== ground.at || typeof have !== 'number') return false;
    const isSameDay = ground.since === undefined || ground.since === firstDayOf(ground.metric, subject);
    return have >= ground.at && (isSameDay || have <= ground.at + LATE_DAYS);
  },
  gone: 'days_changed',
};
