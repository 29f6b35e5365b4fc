import type { TriggerRules } from './trigger-rules.js';

/** Days a day-count milestone may come late (the service was down) and still be told. */
export const LATE_DAYS = 2;

export const daysSince: TriggerRules<'days_since'> = {
  on: 'days_since',
  find({ metric, at }, { decision }) {
    const have = decision.values[metric] ?? null;
    if (typeof have !== 'number' || have < at || have > at + LATE_DAYS) return [];
    return [
      {
        id: String(at),
        once: '',
        reached: at,
        ground: { on: 'days_since', metric, at },
        values: [{ metric, have, need: `≥ ${at}` }],
      },
    ];
  },
  // The first day is learnt late, too: then it was more or fewer days all along.
  stillHolds(trigger, ground, { decision }) {
    const have = decision.values[ground.metric];
    return (
      trigger.metric === ground.metric && trigger.at === ground.at && typeof have === 'number' && have >= ground.at
    );
  },
  gone: 'days_changed',
};
