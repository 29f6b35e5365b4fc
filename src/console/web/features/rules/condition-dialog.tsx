import { CheckCircleFilled } from '@ant-design/icons';
import { Button, Input, Modal, Segmented, Skeleton } from 'antd';
import { lazy, Suspense, useState } from 'react';
import type { RuleGroupType } from 'react-querybuilder';
import { useMetrics } from '../../api/metrics.js';
import { useConditionCheck, type ConditionView } from '../../api/rules.js';
import { useSettled } from '../../components/use-settled.js';
import { useTexts } from '../../i18n/i18n.js';
import { ProblemPlace } from '../members/problem-place.js';
import { blocksOf, hasEmptyGroup, queryOf } from './builder-query.js';
import { isShare } from './document-form.js';
import type { Field } from './form-parts.js';
import { textWithCut, withCut } from './cuts.js';
import { ThresholdsDrawer } from './thresholds-drawer.js';
import styles from './rules.module.css';

const ConditionBuilder = lazy(async () => ({ default: (await import('./condition-builder.js')).ConditionBuilder }));

interface Props {
  readonly title: string;
  readonly field: Field;
  /** The condition as it is; empty for a new one. */
  readonly text: string;
  readonly tags: readonly string[];
  readonly onApply: (text: string) => void;
  readonly onClose: () => void;
}

/** Edits one condition: as blocks where its blocks are the same condition, as text otherwise. */
export function ConditionDialog(props: Props) {
  const start = props.text === '' || isShare(props.text) ? 'orders_90d >= 1' : props.text;
  const first = useConditionCheck({ text: start });
  return (
    <Modal
      open
      title={props.title}
      footer={null}
      onCancel={props.onClose}
      width="min(860px, calc(100vw - 24px))"
      centered
      destroyOnHidden
    >
      {first.data ? (
        <Editor key={start} {...props} first={first.data} start={start} />
      ) : (
        <Skeleton active paragraph={{ rows: 4 }} />
      )}
    </Modal>
  );
}

type Mode = 'blocks' | 'text' | 'share';

const initialMode = ({ text, field }: Props, first: ConditionView): Mode =>
  field.kind === 'stay' && isShare(text) ? 'share' : first.ok && first.blocks ? 'blocks' : 'text';

/** What is being edited, in each of its forms, and what the server says of it. */
function useEditor(props: Props, first: ConditionView, start: string) {
  const [mode, setMode] = useState<Mode>(initialMode(props, first));
  const [query, setQuery] = useState<RuleGroupType | null>(first.ok && first.blocks ? queryOf(first.blocks) : null);
  const [text, setText] = useState(start);
  const [share, setShare] = useState(isShare(props.text) ? props.text.trim() : '90%');
  const asked = mode === 'blocks' && query ? { blocks: blocksOf(query) } : { text };
  const settled = useSettled(JSON.stringify(asked), 250);
  const check = useConditionCheck(JSON.parse(settled) as typeof asked);
  const isCurrent = settled === JSON.stringify(asked) && !check.isPlaceholderData;
  const view = check.data;
  const isEmpty = mode === 'blocks' && query !== null && hasEmptyGroup(query);
  return {
    ...{ mode, query, setQuery, text, setText, share, setShare, view, isCurrent, isEmpty },
    isReady: mode === 'share' ? isShare(share) : isCurrent && view?.ok === true && !isEmpty,
    canBlocks: mode === 'blocks' || (isCurrent && view?.ok === true && view.blocks !== null),
    become: (next: Mode): void => {
      if (next === 'text' && mode === 'blocks' && view?.ok) setText(view.text);
      if (next === 'blocks' && view?.ok && view.blocks) setQuery(queryOf(view.blocks));
      setMode(next);
    },
    cut: (metric: string, value: number): void => {
      if (mode === 'blocks' && query) setQuery(withCut(query, metric, value));
      else setText(textWithCut(text, metric, value));
    },
    result: mode === 'share' ? share : view?.ok ? view.text : text,
  };
}

type EditorState = ReturnType<typeof useEditor>;

function Editor(props: Props & { readonly first: ConditionView; readonly start: string }) {
  const { field, tags, onApply, onClose, first, start } = props;
  const { t } = useTexts();
  const metrics = useMetrics();
  const editor = useEditor(props, first, start);
  const [cutting, setCutting] = useState(false);
  const { mode, view } = editor;
  const read = view?.ok ? view.metrics : [];
  const measured = read.flatMap((name) =>
    (metrics.data ?? []).filter((metric) => metric.name === name && metric.type === 'int' && !metric.isOfCorp),
  );
  return (
    <div className={styles.dialog}>
      <div className={styles.modes}>
        <Segmented<Mode>
          aria-label={t('rules.mode')}
          value={mode}
          onChange={editor.become}
          options={[
            { value: 'blocks', label: t('rules.asBlocks'), disabled: !editor.canBlocks },
            { value: 'text', label: t('rules.asText') },
            ...(field.kind === 'stay' ? [{ value: 'share' as const, label: t('rules.asShare') }] : []),
          ]}
        />
        {mode !== 'share' && (
          <Button size="small" disabled={measured.length === 0} onClick={() => setCutting(true)}>
            {t('thresholds.open')}
          </Button>
        )}
      </div>
      <EditorBody editor={editor} tags={tags} />
      <Verdict {...editor} />
      <div className={styles.dialogFoot}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="primary" disabled={!editor.isReady} onClick={() => onApply(editor.result)}>
          {t('rules.useCondition')}
        </Button>
      </div>
      <ThresholdsDrawer
        open={cutting}
        metrics={measured}
        onCut={(metric, value) => {
          setCutting(false);
          editor.cut(metric, value);
        }}
        onClose={() => setCutting(false)}
      />
    </div>
  );
}

/** The controls of the chosen way of editing. */
function EditorBody({ editor, tags }: { readonly editor: EditorState; readonly tags: readonly string[] }) {
  const { t, say } = useTexts();
  const metrics = useMetrics();
  const { mode, query, view } = editor;
  if (mode === 'share')
    return (
      <label className={styles.shareField}>
        {t('rules.shareLabel')}
        <Input
          value={editor.share}
          maxLength={3}
          onChange={(event) => editor.setShare(event.target.value)}
          status={isShare(editor.share) ? '' : 'error'}
        />
      </label>
    );
  if (mode === 'blocks' && query && metrics.data)
    return (
      <Suspense fallback={<Skeleton active paragraph={{ rows: 4 }} />}>
        <ConditionBuilder query={query} onChange={editor.setQuery} metrics={metrics.data} tags={tags} />
      </Suspense>
    );
  return (
    <>
      {view?.ok && view.textOnly && <p className={styles.notice}>{say(view.textOnly)}</p>}
      <Input.TextArea
        className={styles.conditionText ?? ''}
        aria-label={t('rules.conditionText')}
        autoSize={{ minRows: 3, maxRows: 10 }}
        spellCheck={false}
        value={editor.text}
        onChange={(event) => editor.setText(event.target.value)}
      />
    </>
  );
}

/** The condition in words, or its mistakes. */
function Verdict({
  mode,
  view,
  isCurrent,
  isEmpty,
  share,
}: Pick<EditorState, 'mode' | 'view' | 'isCurrent' | 'isEmpty' | 'share'>) {
  const { t, say } = useTexts();
  if (mode === 'share') return <p className={styles.said}>{t('rules.share', { share })}</p>;
  if (!view || isEmpty) return null;
  return (
    <div aria-live="polite" aria-busy={!isCurrent}>
      {view.ok ? (
        <p className={styles.said}>
          <CheckCircleFilled aria-hidden /> {say(view.words)}
        </p>
      ) : (
        view.problems.map((problem) => (
          <ProblemPlace
            key={`${problem.line}:${problem.column}:${problem.message}`}
            text={view.text}
            problem={problem}
          />
        ))
      )}
    </div>
  );
}
