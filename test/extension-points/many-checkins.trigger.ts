import { z } from 'zod';
import { countOf, defineTrigger } from '../../src/domain/triggers/trigger.js';

/** A made-up trigger, written as a new one in src/domain/triggers would be. */
export const manyCheckins = defineTrigger({
  on: 'many_checkins',
  settings: { at: z.int().min(1) },
  hint: { zh: '例如 trigger: {on: many_checkins, at: 2}', en: 'for example trigger: {on: many_checkins, at: 2}' },
  words: ({ at }) => ({ zh: `打卡满 ${at} 次`, en: `${at} check-ins` }),
  ground: { at: z.number() },
  find({ at }, { subject, decision }) {
    const [was, is] = [countOf(subject.before?.['checkins_total']), countOf(decision.values['checkins_total'])];
    if (was >= at || is < at) return [];
    const values = [{ metric: 'checkins_total', have: is, need: `≥ ${at}` }];
    return [{ id: String(at), once: '', reached: at, ground: { at }, values }];
  },
  stillHolds: ({ at }, ground, { decision }) => at === ground.at && countOf(decision.values['checkins_total']) >= at,
  lapsed: { code: 'checkins_taken_back', words: { zh: '打卡被撤回', en: 'the check-ins were taken back' } },
  exampleMark: ({ at }) => at,
  mark: ({ at }) => at,
  reactsToActivity: true,
});
