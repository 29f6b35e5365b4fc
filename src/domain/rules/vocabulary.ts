import { metricsByName, type MetricDefinition } from '../metrics/index.js';
import { stages } from '../stages/stage-policy.js';

/**
 * What a rule may name. `values` lists, for a text metric that only ever takes certain values, each value with its
 * Chinese label; a rule that compares such a metric with anything else is refused, because it would silently hold for
 * nobody. Tiers are configured: `vocabularyOf` adds them.
 */
export interface Vocabulary {
  readonly metrics: ReadonlyMap<string, MetricDefinition>;
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const defaultVocabulary: Vocabulary = {
  metrics: metricsByName,
  values: { stage: Object.fromEntries(stages.map((stage) => [stage.key, stage.label.zh])) },
};

interface NamedTier {
  readonly key: string;
  readonly label: { readonly zh: string };
}

const vocabularies = new WeakMap<readonly NamedTier[], Vocabulary>();

/** What a rule may name, the configured tiers included: a rule about a tier that does not exist would hold for nobody. */
export function vocabularyOf(tiers: readonly NamedTier[]): Vocabulary {
  let vocabulary = vocabularies.get(tiers);
  if (!vocabulary) {
    const tier = Object.fromEntries(tiers.map(({ key, label }) => [key, label.zh]));
    vocabulary = { ...defaultVocabulary, values: { ...defaultVocabulary.values, tier } };
    vocabularies.set(tiers, vocabulary);
  }
  return vocabulary;
}
