import { z } from 'zod';
import { noSeries, seriesOf } from '../series/series.js';
import { defineTrigger } from './trigger.js';

/** Fired by a step of a series, never by itself. */
export const series = defineTrigger({
  on: 'series',
  settings: {},
  hint: { zh: '例如 trigger: {on: series}', en: 'for example trigger: {on: series}' },
  words: () => ({ zh: '由系列的某一步发出', en: 'sent by a step of a series' }),
  ground: { series: z.string(), entry: z.number(), step: z.string() },
  find: () => [],
  /** The member is in that entry, or came to its end, and nothing ends it now. */
  stillHolds(_, { series: key, entry }, { subject, decision, ruleset }) {
    const state = subject.series?.find((one) => one.series === key && one.enteredAt === entry);
    if (!state || (state.ended !== null && state.ended !== 'done')) return false;
    const exit = seriesOf(ruleset.series ?? noSeries, state)?.exit;
    return exit?.holds(decision.values, decision.tagNames) !== true;
  },
  lapsed: { code: 'series_left', words: { zh: '已离开这个系列', en: 'no longer in the series' } },
  claim: ({ series: key, step }) => `${key}:${step}`,
});
