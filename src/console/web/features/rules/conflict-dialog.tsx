import { Button, Skeleton } from 'antd';
import { useRuleVersion } from '../../api/rules.js';
import { Dialog } from '../../components/dialog.js';
import { Moment } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import { ChangeList } from './change-list.js';
import styles from './rules.module.css';
import type { RuleBench } from './use-rule-bench.js';

/** Somebody published meanwhile: see what they changed, take theirs, or put mine on top. */
export function ConflictDialog({ bench }: { readonly bench: RuleBench }) {
  const { t } = useTexts();
  const asking = bench.asking?.kind === 'conflict' ? bench.asking : null;
  const { data } = useRuleVersion(bench.document, asking?.theirs ?? null);
  return (
    <Dialog
      open={asking !== null}
      title={t('conflict.title')}
      onCancel={() => bench.ask(null)}
      width={560}
      footer={[
        <Button
          key="compare"
          onClick={() => asking && bench.ask({ kind: 'compare', left: asking.theirs, right: 'draft' })}
        >
          {t('conflict.compare')}
        </Button>,
        <Button key="theirs" disabled={!data} onClick={() => data && bench.takeTheirs(data)}>
          {t('conflict.theirs')}
        </Button>,
        <Button
          key="mine"
          type="primary"
          danger
          loading={bench.busy}
          onClick={() => asking && void bench.publish(asking.note, asking.theirs, asking.isAccepted)}
        >
          {t('conflict.mine')}
        </Button>,
      ]}
    >
      <p className={styles.lead}>{t('conflict.text', { mine: bench.base.version, theirs: asking?.theirs ?? 0 })}</p>
      {data ? (
        <>
          <p className="faint">
            {data.savedBy === 'files' ? t('templates.fromFiles') : data.savedBy} · <Moment at={data.savedAt} /> ·{' '}
            {data.note || t('editor.noNote')}
          </p>
          <ChangeList document={bench.document} before={bench.base.text} after={data.text} />
        </>
      ) : (
        <Skeleton active paragraph={{ rows: 1 }} title={false} />
      )}
    </Dialog>
  );
}
