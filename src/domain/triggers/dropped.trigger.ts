import { z } from 'zod';
import { figure, mark } from './settings.js';
import { defineTrigger } from './trigger.js';

/** A figure fell below one of these marks. */
export const dropped = defineTrigger({
  on: 'dropped',
  settings: { metric: figure, below: z.array(mark).min(1).max(20) },
  hint: {
    zh: '例如 trigger: {on: dropped, metric: active_days_30d, below: [4]}',
    en: 'for example trigger: {on: dropped, metric: active_days_30d, below: [4]}',
  },
  words({ metric, below }, names) {
    const label = names.metric(metric);
    return { zh: `${label.zh}降到 ${below.join('、')} 以下`, en: `${label.en}: fell below ${below.join(', ')}` };
  },
  condition: ({ metric, below }) => ({
    text: below.map((one) => `${metric} < ${one}`).join(' || '),
    setting: 'metric',
  }),
  ground: { metric: z.string(), mark: z.number() },
  find({ metric, below }, { subject, decision }, now) {
    const [was, is] = [subject.before?.[metric], decision.values[metric]];
    if (typeof was !== 'number' || typeof is !== 'number') return [];
    // When one evaluation passes several marks, only the lowest fires.
    const passed = below.filter((one) => is < one && one <= was);
    if (passed.length === 0) return [];
    const lowest = Math.min(...passed);
    return [
      {
        // A figure may fall, rise and fall again: each fall is its own occasion.
        id: `${lowest}:${now}`,
        once: String(lowest),
        reached: lowest,
        ground: { metric, mark: lowest },
        values: [{ metric, have: is, need: `< ${lowest}` }],
      },
    ];
  },
  stillHolds(trigger, ground, { decision }) {
    const is = decision.values[ground.metric];
    const isSame = trigger.metric === ground.metric && trigger.below.includes(ground.mark);
    return isSame && typeof is === 'number' && is < ground.mark;
  },
  lapsed: { code: 'count_up_again', words: { zh: '这个数又上去了', en: 'the figure is up again' } },
  claim: ({ metric, mark: passed }) => `${metric}<${passed}`,
  exampleMark: ({ below }) => below[0],
  mark: ({ mark: passed }) => passed,
  reactsToActivity: true,
  // A window that gets shorter is noticed when a day begins.
  comesAtMidnight: () => true,
  isNewWheneverFound: true,
});
