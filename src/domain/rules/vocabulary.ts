import { genderLabels } from '../metrics/profile.metrics.js';
import type { LocalizedText } from '../localized-text.js';
import { metricsByName, type MetricDefinition } from '../metrics/index.js';
import type { KnownSegment } from './condition.js';
import type { OwnMetric } from '../metrics/own-metrics.js';
import { stages } from '../stages/stage-policy.js';

/**
 * Names that a rule may use. `values` lists the possible values of a text metric with their Chinese labels; a comparison with
 * any other value is rejected, because it would hold for nobody. Tiers are configured; `vocabularyOf` adds them.
 */
export interface Vocabulary {
  readonly metrics: ReadonlyMap<string, MetricDefinition>;
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The metrics that an admin has defined. They are among `metrics`. */
  readonly own?: readonly OwnMetric[];
  /** By key. */
  readonly segments?: ReadonlyMap<string, KnownSegment>;
  /** The labels of the calendar's special days, by key. Templates name them. */
  readonly specialDays?: ReadonlyMap<string, LocalizedText>;
}

export const defaultVocabulary: Vocabulary = {
  metrics: metricsByName,
  values: {
    stage: Object.fromEntries(stages.map((stage) => [stage.key, stage.label.zh])),
    gender: Object.fromEntries(Object.entries(genderLabels).map(([gender, { zh }]) => [gender, zh])),
  },
};

interface NamedTier {
  readonly key: string;
  readonly label: { readonly zh: string };
}

const vocabularies = new WeakMap<readonly NamedTier[], Vocabulary>();

interface NamedLayers {
  readonly rfm: { readonly segments: readonly NamedTier[] };
  readonly argo: readonly NamedTier[];
}

const labelsOf = (named: readonly NamedTier[]): Readonly<Record<string, string>> =>
  Object.fromEntries(named.map(({ key, label }) => [key, label.zh]));

/** The vocabulary with the configured segments of RFM and stages of ARGO. */
export const withLayers = (vocabulary: Vocabulary, { rfm, argo }: NamedLayers): Vocabulary => ({
  ...vocabulary,
  values: { ...vocabulary.values, rfm: labelsOf(rfm.segments), argo: labelsOf(argo) },
});

/** The vocabulary with the configured tiers. It is cached per list of tiers. */
export function vocabularyOf(tiers: readonly NamedTier[]): Vocabulary {
  let vocabulary = vocabularies.get(tiers);
  if (!vocabulary) {
    const tier = Object.fromEntries(tiers.map(({ key, label }) => [key, label.zh]));
    vocabulary = { ...defaultVocabulary, values: { ...defaultVocabulary.values, tier } };
    vocabularies.set(tiers, vocabulary);
  }
  return vocabulary;
}

/** The vocabulary with the metrics that an admin has defined. */
export const withOwnMetrics = (vocabulary: Vocabulary, own: readonly OwnMetric[]): Vocabulary =>
  own.length === 0
    ? vocabulary
    : {
        ...vocabulary,
        own,
        metrics: new Map([
          ...vocabulary.metrics,
          ...own.map(({ definition }) => [definition.name, definition] as const),
        ]),
      };
