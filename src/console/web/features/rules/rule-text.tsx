import { useMemo } from 'react';
import { useMetrics } from '../../api/metrics.js';
import type { RulesProblem } from '../../api/rules.js';
import { CodeEditor } from '../../components/editor/code-editor.js';
import { problemWords } from '../../components/problem-words.js';
import { useTexts } from '../../i18n/i18n.js';
import { ruleLanguage } from './rule-language.js';
import styles from './rules.module.css';
import type { RuleBench } from './use-rule-bench.js';

interface Props {
  readonly bench: RuleBench;
  readonly tags: readonly string[];
  /** Undefined while a check is pending. */
  readonly problems: readonly RulesProblem[] | undefined;
  readonly place: { readonly line: number; readonly column: number } | null;
}

/** The document as its text. Typing a Chinese name offers the metric of that name. */
export function RuleText({ bench, tags, problems, place }: Props) {
  const texts = useTexts();
  const metrics = useMetrics();
  const language = useMemo(() => ruleLanguage(metrics.data ?? [], tags, texts), [metrics.data, tags, texts]);
  const own = useMemo(
    () =>
      problems
        ?.filter(({ document }) => document === bench.document)
        .map((problem) => ({ ...problem, message: texts.say(problemWords(problem)) })),
    [problems, bench.document, texts],
  );
  return (
    <>
      <p className={styles.lead}>{texts.t('rules.textHint')}</p>
      <div className={styles.paper}>
        <CodeEditor
          label={texts.t('rules.textLabel')}
          value={bench.text}
          onChange={bench.setText}
          onSave={() => bench.dirty && bench.ask({ kind: 'publish' })}
          problems={own}
          language={language}
          place={place}
        />
      </div>
    </>
  );
}
