import { z } from 'zod';
import { defineTrigger } from './trigger.js';

const stageWords = {
  dozing: { zh: '进入预警期', en: 'begins to doze' },
  asleep: { zh: '进入沉睡期', en: 'falls asleep' },
  lost: { zh: '流失', en: 'is lost' },
  returned: { zh: '回流', en: 'comes back' },
} as const;

export const stage = defineTrigger({
  on: 'stage',
  settings: { enters: z.enum(['dozing', 'asleep', 'lost', 'returned']) },
  hint: {
    zh: '例如 trigger: {on: stage, enters: asleep}，可以写 dozing、asleep、lost、returned',
    en: 'for example trigger: {on: stage, enters: asleep}; there are dozing, asleep, lost and returned',
  },
  words: ({ enters }) => stageWords[enters],
  ground: { enters: z.string() },
  find({ enters }, { subject, decision }) {
    const entered = decision.stage;
    if (entered?.to !== enters || entered.from === null || entered.from === enters) return [];
    return [
      {
        id: `${enters}:${subject.member.lastSeenAt ?? 0}`,
        once: '',
        ground: { enters },
        values: entered.because.values,
      },
    ];
  },
  stillHolds: ({ enters }, ground, { decision }) =>
    enters === ground.enters && decision.values['stage'] === ground.enters,
  lapsed: { code: 'stage_left', words: { zh: '已离开这个阶段', en: 'no longer in this stage' } },
  claim: ({ enters }) => enters,
  reactsToActivity: true,
  // A member returns at any hour; the other stages begin at midnight.
  comesAtMidnight: ({ enters }) => enters !== 'returned',
  isNudge: ({ enters }) => enters !== 'returned',
});
