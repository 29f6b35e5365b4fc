import { DiffOutlined, ExperimentOutlined, HistoryOutlined, LeftOutlined } from '@ant-design/icons';
import { Alert, Button, Segmented } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useCompile, useConditions, useRuleDocument, type RuleDocument, type RulesProblem } from '../../api/rules.js';
import { Moment } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { useSettled } from '../../components/use-settled.js';
import { useTexts } from '../../i18n/i18n.js';
import { OpenBrakes } from '../safety/brakes.js';
import { ConditionDialog } from './condition-dialog.js';
import { conditionsIn, isMap, partsOf } from './document-form.js';
import type { Field } from './form-parts.js';
import { FieldsDrawer, type FieldsOpen } from './fields-drawer.js';
import { PartView, type Editing } from './part-view.js';
import { ProblemNotice } from './problem-notice.js';
import { PublishedNotice } from './published-notice.js';
import { RuleDialogs } from './rule-dialogs.js';
import styles from './rules.module.css';
import { useRuleBench, type RuleBench } from './use-rule-bench.js';
import { dataOf, setIn, valueAt, type Path } from './yaml-edit.js';

const RuleText = lazy(async () => ({ default: (await import('./rule-text.js')).RuleText }));

const noConditions = new Map<string, never>();
type Side = 'words' | 'text';

/** One rule document: in words, with forms and blocks; and as the text that it is. */
export function RuleWorkbench({ rule }: { readonly rule: RuleDocument }) {
  const { t } = useTexts();
  const bench = useRuleBench(rule);
  const { document, text, setText, base } = bench;
  const [side, setSide] = useState<Side>('words');
  const [place, goTo] = useState<{ readonly line: number; readonly column: number } | null>(null);
  const [fields, editFields] = useState<FieldsOpen | null>(null);
  const [condition, editCondition] = useState<ConditionOpen | null>(null);
  const data = useMemo(() => dataOf(text), [text]);
  const inForce = useMemo(() => dataOf(base.text), [base.text]);
  const conditions = useConditions(useMemo(() => conditionsIn(document, data), [document, data]));
  const settled = useSettled(text, 350);
  const compiled = useCompile(document, settled);
  const problems = compiled.data?.problems ?? [];
  const tags = useTagNames();
  const editing: Editing = {
    ...{ document, text, data, inForce, setText, conditions: conditions.data ?? noConditions },
    editCondition: (at, field, title) => editCondition({ at, field, title }),
    editFields: (at, shown, title) => editFields({ at, fields: shown, title }),
  };
  return (
    <>
      <Head rule={rule} bench={bench} isBroken={problems.length > 0 || settled !== text} />
      <PublishedNotice bench={bench} />
      <OpenBrakes />
      <DraftNotice rule={rule} bench={bench} />
      <Segmented<Side>
        className={styles.sides ?? ''}
        aria-label={t('rules.view')}
        value={side}
        onChange={setSide}
        options={[
          { value: 'words', label: t('rules.inWords') },
          { value: 'text', label: t('rules.asText') },
        ]}
      />
      <ProblemNotice
        document={document}
        problems={problems}
        onGoTo={({ line, column }: RulesProblem) => {
          setSide('text');
          goTo({ line, column });
        }}
      />
      <Body {...{ side, bench, editing, tags, place }} problems={settled === text ? problems : undefined} />
      <FieldsDrawer open={fields} editing={editing} onClose={() => editFields(null)} />
      {condition && (
        <ConditionOpened open={condition} editing={editing} tags={tags} onClose={() => editCondition(null)} />
      )}
      <RuleDialogs rule={rule} bench={bench} />
    </>
  );
}

interface BodyProps {
  readonly side: Side;
  readonly bench: RuleBench;
  readonly editing: Editing;
  readonly tags: readonly string[];
  readonly problems: readonly RulesProblem[] | undefined;
  readonly place: { readonly line: number; readonly column: number } | null;
}

function Body({ side, bench, editing, tags, problems, place }: BodyProps) {
  const { t } = useTexts();
  if (side === 'text')
    return (
      <Suspense fallback={null}>
        <RuleText bench={bench} tags={tags} problems={problems} place={place} />
      </Suspense>
    );
  if (editing.data === null) return <p className={styles.none}>{t('rules.unreadable')}</p>;
  const parts = partsOf(editing.document, editing.data);
  return (
    <div className={styles.parts}>
      {parts.map((part) => (
        <PartView key={`${part.kind}:${part.path.join('.')}`} part={part} parts={parts} editing={editing} />
      ))}
    </div>
  );
}

interface ConditionOpen {
  readonly at: Path;
  readonly field: Field;
  readonly title: string;
}

interface OpenedProps {
  readonly open: ConditionOpen;
  readonly editing: Editing;
  readonly tags: readonly string[];
  readonly onClose: () => void;
}

function ConditionOpened({ open, editing, tags, onClose }: OpenedProps) {
  const path = [...open.at, ...open.field.key.split('.')];
  const value = valueAt(editing.data, path);
  return (
    <ConditionDialog
      title={open.title}
      field={open.field}
      text={typeof value === 'string' ? value : ''}
      tags={tags}
      onApply={(text) => {
        editing.setText(setIn(editing.text, path, text));
        onClose();
      }}
      onClose={onClose}
    />
  );
}

/** The tags that rules put on, for completion. */
function useTagNames(): readonly string[] {
  const { data } = useRuleDocument('tags');
  return useMemo(() => {
    const values = data ? dataOf(data.text) : null;
    const groups: unknown = isMap(values) ? values['groups'] : null;
    if (!Array.isArray(groups)) return [];
    return (groups as readonly unknown[]).flatMap((group) => {
      const tags: unknown = isMap(group) ? group['tags'] : null;
      return Array.isArray(tags)
        ? (tags as readonly unknown[]).flatMap((tag) =>
            isMap(tag) && typeof tag['name'] === 'string' ? [tag['name']] : [],
          )
        : [];
    });
  }, [data]);
}

function Head({
  rule,
  bench,
  isBroken,
}: {
  readonly rule: RuleDocument;
  readonly bench: RuleBench;
  readonly isBroken: boolean;
}) {
  const { t, say } = useTexts();
  const { base, dirty, draftSaved, ask } = bench;
  return (
    <PageHead
      title={say(rule.label)}
      above={
        <Link to="/rules">
          <LeftOutlined aria-hidden /> {t('nav.rules')}
        </Link>
      }
      lead={
        <>
          {t('rules.versionInForce', { version: base.version })}
          {dirty && <span className={styles.dirty}>{t(draftSaved ? 'rules.draftSaved' : 'rules.draft')}</span>}
          {rule.differsFromFile && <span className={styles.dirty}>{t('rules.differs')}</span>}
        </>
      }
      actions={
        <>
          <Button onClick={() => ask({ kind: 'metrics' })}>{t('metrics.title')}</Button>
          <Button icon={<HistoryOutlined />} onClick={() => ask({ kind: 'versions' })}>
            {t('editor.versions')}
          </Button>
          <Button
            icon={<DiffOutlined />}
            disabled={!dirty}
            onClick={() => ask({ kind: 'compare', left: base.version, right: 'draft' })}
          >
            {t('editor.changes')}
          </Button>
          <Button icon={<ExperimentOutlined />} disabled={!dirty || isBroken} onClick={() => ask({ kind: 'dryRun' })}>
            {t('dryRun.title')}
          </Button>
          <Button type="primary" disabled={!dirty || isBroken} onClick={() => ask({ kind: 'publish' })}>
            {t('rules.publish')}
          </Button>
        </>
      }
    />
  );
}

/** A draft of an earlier visit or of a colleague. */
function DraftNotice({ rule, bench }: { readonly rule: RuleDocument; readonly bench: RuleBench }) {
  const { t } = useTexts();
  const { draft } = rule;
  if (!draft || !bench.dirty) return null;
  return (
    <Alert
      type="info"
      showIcon
      className={styles.published ?? ''}
      title={
        <>
          {t('rules.draftBy', { who: draft.savedBy })} · <Moment at={draft.savedAt} />
          {draft.baseVersion !== rule.version && ` · ${t('rules.draftOfOlder', { version: draft.baseVersion })}`}
        </>
      }
      action={
        <Button size="small" onClick={() => void bench.discard()}>
          {t('rules.discard')}
        </Button>
      }
    />
  );
}
