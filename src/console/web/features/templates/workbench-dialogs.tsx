import { lazy, Suspense } from 'react';
import type { Template } from '../../api/templates.js';
import { useTexts } from '../../i18n/i18n.js';
import { ConflictDialog } from './conflict-dialog.js';
import { NewTemplateDialog } from './new-template-dialog.js';
import { LaunchDrawer } from './launch-drawer.js';
import { TryDrawer } from './try-drawer.js';
import { SaveDialog } from './save-dialog.js';
import type { Bench } from './use-bench.js';
import { VersionsDrawer } from './versions-drawer.js';

const CompareVersions = lazy(async () => ({ default: (await import('./compare-versions.js')).CompareVersions }));

interface Props {
  readonly template: Template;
  readonly bench: Bench;
}

/** The dialogs and drawers of the workbench; at most one is open. */
export function WorkbenchDialogs({ template, bench }: Props) {
  const { base, draft, dirty, asking, ask, saving, save, takeTheirs } = bench;
  const close = (): void => ask(null);
  return (
    <>
      <SaveOrRestore template={template} bench={bench} />
      <NewTemplateDialog
        open={asking?.kind === 'copy'}
        copyOf={{ key: template.key, name: template.name, source: base.text }}
        onClose={close}
      />
      <LaunchDrawer open={asking?.kind === 'launch'} text={draft} onClose={close} />
      <TryDrawer open={asking?.kind === 'try'} text={draft} onClose={close} />
      <VersionsDrawer
        open={asking?.kind === 'versions'}
        templateKey={template.key}
        versions={template.versions}
        current={base.version}
        saving={saving}
        onCompare={(left) => ask({ kind: 'compare', left, right: dirty ? 'draft' : base.version })}
        onRestore={(text, version) => ask({ kind: 'restore', text, version })}
        onClose={close}
      />
      <Suspense fallback={null}>
        {asking?.kind === 'compare' && (
          <CompareVersions
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
          saving={saving}
          onCompare={() => ask({ kind: 'compare', left: asking.theirs, right: 'draft' })}
          onTakeTheirs={takeTheirs}
          onKeepMine={() => void save(asking.draft, asking.theirs)}
          onClose={close}
        />
      )}
    </>
  );
}

/** Restores an older version by saving its text as the next one. */
function SaveOrRestore({ template, bench: { base, draft, dirty, asking, ask, saving, save } }: Props) {
  const { t } = useTexts();
  const restoring = asking?.kind === 'restore' ? asking : null;
  const version = restoring?.version ?? 0;
  const words = {
    title: t('editor.restoreTitle', { version }),
    text: t('editor.restoreText', { version }),
    ok: t('editor.restore'),
    note: t('editor.restoreNote', { version }),
  };
  return (
    <SaveDialog
      open={(asking?.kind === 'save' && dirty) || restoring !== null}
      saving={saving}
      templateKey={template.key}
      text={restoring?.text ?? draft}
      words={restoring === null ? undefined : words}
      onSave={(note, queued) => void save({ text: restoring?.text ?? draft, note, queued }, base.version)}
      onClose={() => ask(null)}
    />
  );
}
