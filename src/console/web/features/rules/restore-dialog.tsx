import { Input, Skeleton } from 'antd';
import { useState } from 'react';
import { useRuleVersion } from '../../api/rules.js';
import { Dialog } from '../../components/dialog.js';
import { useTexts } from '../../i18n/i18n.js';
import { ChangeList } from './change-list.js';
import styles from './rules.module.css';
import type { RuleBench } from './use-rule-bench.js';

/** Publishes an earlier text again, as the next version. */
export function RestoreDialog({ bench }: { readonly bench: RuleBench }) {
  const { t } = useTexts();
  const [typed, setTyped] = useState<string | null>(null);
  const version = bench.asking?.kind === 'restore' ? bench.asking.version : null;
  const old = useRuleVersion(bench.document, version);
  const note = typed ?? t('editor.restoreNote', { version: version ?? 0 });
  return (
    <Dialog
      open={version !== null}
      title={t('editor.restoreTitle', { version: version ?? 0 })}
      okText={t('editor.restore')}
      cancelText={t('action.cancel')}
      confirmLoading={bench.busy}
      onOk={() => version !== null && void bench.restore(version, note.trim())}
      onCancel={() => bench.ask(null)}
      afterClose={() => setTyped(null)}
      width={560}
    >
      <p className={styles.lead}>{t('rules.restoreText')}</p>
      {old.data ? (
        <ChangeList document={bench.document} before={bench.base.text} after={old.data.text} />
      ) : (
        <Skeleton active title={false} paragraph={{ rows: 2 }} />
      )}
      <label htmlFor="restore-note" className={styles.noteLabel}>
        {t('rules.why')}
      </label>
      <Input id="restore-note" maxLength={200} value={note} onChange={(event) => setTyped(event.target.value)} />
    </Dialog>
  );
}
