import { Button } from 'antd';
import { useDrift } from '../../api/comparisons.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './connection.module.css';

/** What differed in one comparison: what we held, and what the corp has. The corp's word was taken over. */
export function DriftList({ run }: { readonly run: number }) {
  const { t, name } = useTexts();
  const drift = useDrift(run);
  if (drift.error) return <FaultNotice error={drift.error} retry={drift.retry} />;
  return (
    <>
      <ul className={styles.drift}>
        {drift.rows.map(({ id, kind, subject, ours, theirs }) => (
          <li key={id}>
            <strong>
              {name('drift.kind', kind)} <code>{subject}</code>
            </strong>
            <dl>
              <dt>{t('drift.ours')}</dt>
              <dd>{ours || t('value.none')}</dd>
              <dt>{t('drift.theirs')}</dt>
              <dd>{theirs || t('value.none')}</dd>
            </dl>
          </li>
        ))}
      </ul>
      {drift.hasMore && (
        <Button onClick={drift.loadMore} loading={drift.loadingMore}>
          {t('list.more')}
        </Button>
      )}
    </>
  );
}
