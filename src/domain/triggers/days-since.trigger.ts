import { z } from 'zod';
import { DAY_MS, HOUR_MS, type Day } from '../day.js';
import type { Subject } from '../decide.js';
import { days } from './settings.js';
import { defineTrigger } from './trigger.js';

/** Days by which a day-count milestone may be late and is still sent: the service may have been down. */
const LATE_DAYS = 2;

/** Days after the milestone on which it may still fire: at most `LATE_DAYS`, and within the template's window. */
export const lateDays = (windowHours: number): number =>
  Math.min(LATE_DAYS, Math.floor((windowHours * HOUR_MS) / DAY_MS));

const firstDayOf = (metric: string, { member }: Subject): Day | null =>
  metric === 'days_since_contact' ? member.contactDay : member.joinedDay;

export const daysSince = defineTrigger({
  on: 'days_since',
  settings: {
    metric: z.enum(['days_since_joined', 'days_since_contact']),
    at: days,
  },
  hint: {
    zh: '例如 trigger: {on: days_since, metric: days_since_joined, at: 7}',
    en: 'for example trigger: {on: days_since, metric: days_since_joined, at: 7}',
  },
  words: ({ metric, at }) =>
    metric === 'days_since_joined'
      ? { zh: `入群满 ${at} 天`, en: `${at} days since joining` }
      : { zh: `成为好友满 ${at} 天`, en: `${at} days since becoming a contact` },
  /** `since`: the first day of the count, as known when the message was planned. */
  ground: {
    metric: z.enum(['days_since_joined', 'days_since_contact', 'messages_total', 'orders_total']),
    at: z.number(),
    since: z.number().nullish(),
  },
  find({ metric, at }, { subject, decision }, _now, windowHours) {
    const have = decision.values[metric] ?? null;
    if (typeof have !== 'number' || have < at || have > at + lateDays(windowHours)) return [];
    return [
      {
        id: String(at),
        once: '',
        reached: at,
        ground: { metric, at, since: firstDayOf(metric, subject) },
        values: [{ metric, have, need: `≥ ${at}` }],
      },
    ];
  },
  // The first day may be corrected by a late fact; then the count was wrong all along.
  stillHolds(trigger, ground, { subject, decision }) {
    const have = decision.values[ground.metric];
    if (trigger.metric !== ground.metric || trigger.at !== ground.at || typeof have !== 'number') return false;
    const isSameDay = ground.since === undefined || ground.since === firstDayOf(ground.metric, subject);
    return have >= ground.at && (isSameDay || have <= ground.at + LATE_DAYS);
  },
  lapsed: { code: 'days_changed', words: { zh: '天数已更正', en: 'the number of days was corrected' } },
  claim: ({ metric, at }) => `${metric}:${at}`,
  exampleMark: ({ at }) => at,
  mark: ({ at }) => at,
  looksBack: {
    days: ({ at }) => at,
    day({ metric }, { decision }, today) {
      const have = decision.values[metric];
      return typeof have === 'number' ? today - have : null;
    },
  },
  agesOf: ({ metric, at }) => [{ column: metric === 'days_since_contact' ? 'contact_day' : 'joined_day', days: at }],
  comesAtMidnight: () => true,
});
