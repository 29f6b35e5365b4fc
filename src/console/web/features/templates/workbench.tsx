import { CalculatorOutlined, DiffOutlined, HistoryOutlined, LeftOutlined } from '@ant-design/icons';
import { App, Button, Segmented } from 'antd';
import { lazy, Suspense, useCallback, useState } from 'react';
import { Link } from 'react-router';
import { isFault } from '../../api/request.js';
import { useSaveTemplate, useTemplateCheck, useTemplateVariables, type QueuedChoice, type Template } from '../../api/templates.js';
import { faultText } from '../../components/fault-notice.js';
import { PageHead } from '../../components/page-head.js';
import { useIsPhone } from '../../components/use-is-phone.js';
import { useSettled } from '../../components/use-settled.js';
import { useTexts } from '../../i18n/i18n.js';
import { ConflictDialog } from './conflict-dialog.js';
import { TemplateEditor } from './editor/template-editor.js';
import { EnabledSwitch } from './enabled-switch.js';
import { LaunchDrawer } from './launch-drawer.js';
import { PreviewPane } from './preview-pane.js';
import { ProblemList } from './problem-list.js';
import { SaveDialog, type SaveWords } from './save-dialog.js';
import { useUnsavedGuard } from './use-unsaved-guard.js';
import { VersionsDrawer } from './versions-drawer.js';
import styles from './workbench.module.css';

const CompareDialog = lazy(async () => ({ default: (await import('./compare-dialog.js')).CompareDialog }));

interface Saved {
  readonly version: number;
  readonly text: string;
}

interface Draft {
  readonly text: string;
  readonly note: string;
  readonly queued: QueuedChoice | undefined;
}

type Asking =
  | { readonly kind: 'save' }
  | { readonly kind: 'restore'; readonly version: number; readonly text: string }
  | { readonly kind: 'versions' }
  | { readonly kind: 'launch' }
  | { readonly kind: 'compare'; readonly left: number; readonly right: number | 'draft' }
  | { readonly kind: 'conflict'; readonly theirs: number; readonly draft: Draft };

/** One template being worked on. The draft is kept here, whatever the server's newest version becomes meanwhile. */
export function Workbench({ template }: { readonly template: Template }) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const isPhone = useIsPhone();
  const [base, setBase] = useState<Saved>({ version: template.version, text: template.text });
  const [draft, setDraft] = useState(template.text);
  const [asking, ask] = useState<Asking | null>(null);
  const [side, setSide] = useState<'edit' | 'preview'>('edit');
  const [place, goTo] = useState<{ readonly line: number; readonly column: number } | null>(null);
  const settled = useSettled(draft, 350);
  const check = useTemplateCheck(settled);
  const variables = useTemplateVariables();
  const save = useSaveTemplate(template.key);
  const dirty = draft !== base.text;
  const problems = check.data?.problems ?? [];
  useUnsavedGuard(dirty);

  const put = async (saved: Draft, baseVersion: number): Promise<void> => {
    const { text } = saved;
    try {
      const { version } = await save.mutateAsync({ ...saved, baseVersion });
      setBase({ version, text });
      setDraft(text);
      ask(null);
      void message.success(t('editor.saved', { version }));
    } catch (error) {
      if (isFault(error, 'version_conflict')) ask({ kind: 'conflict', theirs: error.version ?? baseVersion + 1, draft: saved });
      else void message.error(faultText(error, texts));
    }
  };
  const askSave = useCallback((): void => ask({ kind: 'save' }), []);
  const close = (): void => ask(null);
  const restoring = asking?.kind === 'restore' ? asking : null;
  const wordsOfRestoring = (version: number): SaveWords => ({
    title: t('editor.restoreTitle', { version }),
    text: t('editor.restoreText', { version }),
    ok: t('editor.restore'),
    note: t('editor.restoreNote', { version }),
  });

  const editor = (
    <div className={styles.left}>
      <div className={styles.paper}>
        <TemplateEditor
          label={t('editor.label')}
          value={draft}
          onChange={setDraft}
          onSave={askSave}
          problems={settled === draft ? problems : undefined}
          variables={variables.data}
          place={place}
        />
      </div>
      <ProblemList check={check.data} failed={check.error} onGoTo={(problem) => goTo({ ...problem })} />
    </div>
  );
  const preview = <PreviewPane text={settled} />;
  return (
    <>
      <PageHead
        title={template.name}
        above={
          <Link to="/templates">
            <LeftOutlined aria-hidden /> {t('nav.templates')}
          </Link>
        }
        lead={
          <span className={styles.lead}>
            <code>{template.key}</code> · {t('templates.version', { version: base.version })}
            {dirty && <span className={styles.dirty}>{t('editor.dirty')}</span>}
            {template.fileGoneAt !== null && <span className={styles.dirty}>{t('templates.fileGone')}</span>}
          </span>
        }
        actions={
          <>
            <label className={styles.enabled}>
              {t(template.enabled ? 'templates.on' : 'templates.off')}
              <EnabledSwitch templateKey={template.key} name={template.name} enabled={template.enabled} />
            </label>
            <Button
              icon={<CalculatorOutlined />}
              disabled={problems.length > 0}
              onClick={() => ask({ kind: 'launch' })}
            >
              {t('launch.title')}
            </Button>
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
            <Button type="primary" disabled={!dirty || problems.length > 0} onClick={askSave}>
              {t('action.save')}
            </Button>
          </>
        }
      />
      {isPhone ? (
        <>
          <Segmented
            block
            className={styles.sides ?? ''}
            value={side}
            onChange={setSide}
            options={[
              { value: 'edit', label: t('editor.edit') },
              { value: 'preview', label: t('preview.title') },
            ]}
          />
          {side === 'edit' ? editor : preview}
        </>
      ) : (
        <div className={styles.bench}>
          {editor}
          {preview}
        </div>
      )}
      <SaveDialog
        open={(asking?.kind === 'save' && dirty) || asking?.kind === 'restore'}
        saving={save.isPending}
        templateKey={template.key}
        text={restoring?.text ?? draft}
        words={restoring === null ? undefined : wordsOfRestoring(restoring.version)}
        onSave={(note, queued) => void put({ text: restoring?.text ?? draft, note, queued }, base.version)}
        onClose={close}
      />
      <LaunchDrawer open={asking?.kind === 'launch'} text={draft} onClose={close} />
      <VersionsDrawer
        open={asking?.kind === 'versions'}
        templateKey={template.key}
        versions={template.versions}
        current={base.version}
        saving={save.isPending}
        onCompare={(left) => ask({ kind: 'compare', left, right: dirty ? 'draft' : base.version })}
        onRestore={(text, version) => ask({ kind: 'restore', text, version })}
        onClose={close}
      />
      <Suspense fallback={null}>
        {asking?.kind === 'compare' && (
          <CompareDialog
            templateKey={template.key}
            versions={template.versions}
            draft={draft}
            left={asking.left}
            right={asking.right}
            onClose={close}
          />
        )}
      </Suspense>
      {asking?.kind === 'conflict' && (
        <ConflictDialog
          templateKey={template.key}
          mine={base.version}
          theirs={asking.theirs}
          saving={save.isPending}
          onCompare={() => ask({ kind: 'compare', left: asking.theirs, right: 'draft' })}
          onTakeTheirs={(theirs) => {
            setBase(theirs);
            setDraft(theirs.text);
            close();
          }}
          onKeepMine={() => void put(asking.draft, asking.theirs)}
          onClose={close}
        />
      )}
    </>
  );
}
