import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { yaml } from '@codemirror/lang-yaml';
import { EditorState, type Extension } from '@codemirror/state';
import type { Metric } from '../../api/metrics.js';
import { metricLabel } from '../../components/figures.js';
import type { Texts } from '../../i18n/i18n.js';

export const plainYaml: Extension = yaml();

/** YAML, with the metrics, their values and the tags completed by their English or Chinese name. */
export function ruleLanguage(metrics: readonly Metric[], tags: readonly string[], { t, say }: Texts): Extension {
  const all: readonly (Completion & { readonly words: string })[] = [
    ...metrics.map((metric) => ({
      label: metric.name,
      type: 'variable',
      detail: metricLabel(metric.name, say(metric.label)),
      info: `${say(metric.meaning)} · ${metric.example}`,
      words: `${metric.name} ${metric.label.zh} ${metric.label.en}`.toLowerCase(),
    })),
    ...metrics.flatMap((metric) =>
      (metric.values ?? []).map(({ value, label }) => ({
        label: `${metric.name} == '${value}'`,
        type: 'enum',
        detail: `${say(metric.label)} ${say(label)}`,
        words: `${value} ${label.zh} ${label.en}`.toLowerCase(),
      })),
    ),
    ...tags.map((tag) => ({
      label: `'${tag}' in tags`,
      type: 'keyword',
      detail: t('filter.tag'),
      words: `${tag} tags 标签`.toLowerCase(),
    })),
  ];
  const source = (context: CompletionContext): CompletionResult | null => {
    const word = context.matchBefore(/[\w\p{Script=Han}]+/u);
    if (!word || (word.text.length < 2 && !context.explicit && !/\p{Script=Han}/u.test(word.text))) return null;
    const typed = word.text.toLowerCase();
    const options = all.filter(({ words }) => words.includes(typed)).slice(0, 40);
    // Our own filter: the library's would look for the Chinese name in the English one.
    return options.length === 0 ? null : { from: word.from, options, filter: false };
  };
  return [yaml(), EditorState.languageData.of(() => [{ autocomplete: source }])];
}
