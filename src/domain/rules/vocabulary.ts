import { metricsByName, type MetricDefinition } from '../metrics/index.js';
import { stages } from '../stages/stage-policy.js';

/**
 * What a rule may name. `values` lists, for a text metric that only ever takes certain values, each value with its
 * Chinese label; a rule that compares such a metric with anything else is refused, because it would silently hold for
 * nobody. Tiers are configured, so whoever loads them adds them: `{ ...defaultVocabulary, values: { …, tier } }`.
 */
export interface Vocabulary {
  readonly metrics: ReadonlyMap<string, MetricDefinition>;
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const defaultVocabulary: Vocabulary = {
  metrics: metricsByName,
  values: { stage: Object.fromEntries(stages.map((stage) => [stage.key, stage.label.zh])) },
};
