import { Segmented } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { useTemplateCheck, useTemplateVariables, type Template } from '../../api/templates.js';
import { useIsPhone } from '../../components/use-media.js';
import { useSettled } from '../../components/use-settled.js';
import { useTexts } from '../../i18n/i18n.js';
import { CodeEditor } from '../../components/editor/code-editor.js';
import { templateLanguage } from './template-language.js';
import { PreviewPane } from './preview-pane.js';
import { ProblemList } from './problem-list.js';
import { useBench } from './use-bench.js';
import { WorkbenchDialogs } from './workbench-dialogs.js';
import { WorkbenchHead } from './workbench-head.js';
import styles from './workbench.module.css';

/** The editor of one template: its text, its preview, and its actions. */
export function Workbench({ template }: { readonly template: Template }) {
  const texts = useTexts();
  const { t } = texts;
  const isPhone = useIsPhone();
  const bench = useBench(template);
  const { draft, setDraft, ask } = bench;
  const [side, setSide] = useState<'edit' | 'preview'>('edit');
  const [place, goTo] = useState<{ readonly line: number; readonly column: number } | null>(null);
  const settled = useSettled(draft, 350);
  const check = useTemplateCheck(settled);
  const variables = useTemplateVariables();
  const language = useMemo(() => templateLanguage(variables.data ?? [], texts), [variables.data, texts]);
  const problems = check.data?.problems ?? [];
  const askSave = useCallback((): void => ask({ kind: 'save' }), [ask]);

  const editor = (
    <div className={styles.left}>
      <div className={styles.paper}>
        <CodeEditor
          label={t('editor.label')}
          value={draft}
          onChange={setDraft}
          onSave={askSave}
          problems={settled === draft ? problems : undefined}
          language={language}
          place={place}
        />
      </div>
      <ProblemList check={check.data} failed={check.error} onGoTo={(problem) => goTo({ ...problem })} />
    </div>
  );
  const preview = <PreviewPane text={settled} />;
  const sides = [
    { value: 'edit' as const, label: t('editor.edit') },
    { value: 'preview' as const, label: t('preview.title') },
  ];
  return (
    <>
      <WorkbenchHead template={template} bench={bench} hasProblems={problems.length > 0} />
      {isPhone ? (
        <>
          <Segmented block className={styles.sides ?? ''} value={side} onChange={setSide} options={sides} />
          {side === 'edit' ? editor : preview}
        </>
      ) : (
        <div className={styles.bench}>
          {editor}
          {preview}
        </div>
      )}
      <WorkbenchDialogs template={template} bench={bench} />
    </>
  );
}
