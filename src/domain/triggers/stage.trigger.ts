import type { TriggerRules } from './trigger-rules.js';

export const stage: TriggerRules<'stage'> = {
  on: 'stage',
  find({ enters }, { subject, decision }) {
    const entered = decision.stage;
    if (entered?.to !== enters || entered.from === null || entered.from === enters) return [];
    return [
      {
        id: `${enters}:${subject.member.lastSeenAt ?? 0}`,
        once: '',
        ground: { on: 'stage', enters },
        values: entered.because.values,
      },
    ];
  },
  stillHolds: ({ enters }, ground, { decision }) =>
    enters === ground.enters && decision.values['stage'] === ground.enters,
  gone: 'stage_left',
};
