import { metricSections } from '../../domain/metrics/index.js';
import { blocksOf, compileRule, type Vocabulary } from '../../domain/rules/index.js';
import { layerLabel } from '../../insights/words/layer-words.js';
import { conditionWords } from '../../insights/words/condition-words.js';
import { metricExample, metricMeaning } from '../../insights/words/metric-words.js';
import { unitLabel, type TierLabel } from '../../insights/words/value-words.js';
import { problemView } from './problem-view.js';

/** A condition in words and as blocks, or its mistakes. */
export function conditionView(text: string, vocabulary: Vocabulary, tierLabel: TierLabel) {
  const compilation = compileRule(text, vocabulary);
  if (!compilation.ok) return { ok: false as const, text, problems: compilation.problems.map(problemView) };
  const { rule } = compilation;
  return {
    ok: true as const,
    text,
    metrics: rule.metrics,
    words: conditionWords(rule.condition, tierLabel),
    ...{ blocks: null, textOnly: null },
    ...blocksOf(rule, vocabulary),
  };
}

/** Everything that a condition may name, by group, with what it means and a rule to begin with. */
export function metricViews(vocabulary: Vocabulary, tierLabel: TierLabel) {
  return [...vocabulary.metrics.values()].map((metric) => {
    const values = vocabulary.values?.[metric.name];
    return {
      ...{ name: metric.name, label: metric.label, type: metric.type, unit: metric.unit ?? null },
      unitLabel: unitLabel(metric.name, metric.unit),
      ...{ nullable: metric.nullable, isOfCorp: 'corp' in metric.read },
      group: metricSections[metric.section],
      meaning: metricMeaning(metric),
      example: metricExample(metric, values && Object.keys(values)),
      values: values
        ? Object.entries(values).map(([value, zh]) => ({
            value,
            label: metric.name === 'tier' ? tierLabel(value) : (layerLabel(metric.name, value) ?? { zh, en: value }),
          }))
        : null,
    };
  });
}
