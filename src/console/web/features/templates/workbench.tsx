import { Segmented } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Problem } from '../../api/request.js';
import { useTemplateCheck, useTemplateVariables, type Template } from '../../api/templates.js';
import { useIsPhone } from '../../components/use-media.js';
import { useSettled } from '../../components/use-settled.js';
import { useTexts } from '../../i18n/i18n.js';
import { CodeEditor } from '../../components/editor/code-editor.js';
import { templateLanguage } from './template-language.js';
import { TemplateForm } from './template-form.js';
import { DraftNotice } from './draft-notice.js';
import { LaunchNotice } from './launch-notice.js';
import { PreviewPane } from './preview-pane.js';
import { ProblemList } from './problem-list.js';
import { useBench } from './use-bench.js';
import { WorkbenchDialogs } from './workbench-dialogs.js';
import { WorkbenchHead } from './workbench-head.js';
import styles from './workbench.module.css';

/** `preview` beside the others only where there is no room for both. */
type Side = 'form' | 'source' | 'preview';

/** The editor of one template: its text, its preview, and its actions. */
export function Workbench({ template }: { readonly template: Template }) {
  const texts = useTexts();
  const { t } = texts;
  const isPhone = useIsPhone();
  const bench = useBench(template);
  const { draft, setDraft, ask } = bench;
  const [params] = useSearchParams();
  const [side, setSide] = useState<Side>(params.get('view') === 'source' ? 'source' : 'form');
  const [place, goTo] = useState<{ readonly line: number; readonly column: number } | null>(null);
  const settled = useSettled(draft, 350);
  const check = useTemplateCheck(settled);
  const variables = useTemplateVariables();
  const language = useMemo(() => templateLanguage(variables.data ?? [], texts), [variables.data, texts]);
  const problems = check.data?.problems ?? [];
  const askSave = useCallback((): void => ask({ kind: 'save' }), [ask]);

  const sourceAt = (problem: Problem): void => {
    setSide('source');
    goTo({ ...problem });
  };
  const editor =
    side === 'form' ? (
      <TemplateForm source={draft} onChange={setDraft} />
    ) : (
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
    );
  const left = (
    <div className={styles.left}>
      {editor}
      <ProblemList check={check.data} failed={check.error} onGoTo={sourceAt} />
    </div>
  );
  const preview = <PreviewPane text={settled} />;
  return (
    <>
      <WorkbenchHead template={template} bench={bench} hasProblems={problems.length > 0} />
      {template.draft && <DraftNotice template={template} draft={template.draft} bench={bench} />}
      <LaunchNotice template={template} />
      <Sides side={side} onChange={setSide} isPhone={isPhone} />
      {isPhone ? (
        (side === 'preview' && preview) || left
      ) : (
        <div className={styles.bench}>
          {left}
          {preview}
        </div>
      )}
      <WorkbenchDialogs template={template} bench={bench} />
    </>
  );
}

interface SidesProps {
  readonly side: Side;
  readonly onChange: (side: Side) => void;
  readonly isPhone: boolean;
}

function Sides({ side, onChange, isPhone }: SidesProps) {
  const { t } = useTexts();
  const sides = [
    { value: 'form' as const, label: t('form.form') },
    { value: 'source' as const, label: t('form.source') },
    ...(isPhone ? [{ value: 'preview' as const, label: t('preview.title') }] : []),
  ];
  return (
    <Segmented<Side>
      block={isPhone}
      className={styles.sides ?? ''}
      aria-label={t('form.side')}
      value={side}
      onChange={onChange}
      options={sides}
    />
  );
}
