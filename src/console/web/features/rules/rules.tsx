import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useRuleDocuments, type RuleDocumentRow } from '../../api/rules.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { Moment } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { useTexts } from '../../i18n/i18n.js';
import { MetricsDrawer } from './metrics-drawer.js';
import styles from './rules.module.css';
import { ThresholdNotes } from './threshold-notes.js';

/** All rule documents, with what is in force and what is still a draft. */
export function Rules() {
  const { t } = useTexts();
  const documents = useRuleDocuments();
  const [reading, setReading] = useState(false);
  return (
    <>
      <PageHead
        title={t('nav.rules')}
        lead={t('rules.lead')}
        actions={<Button onClick={() => setReading(true)}>{t('metrics.title')}</Button>}
      />
      <ThresholdNotes />
      {documents.data ? (
        <ul className={styles.documents}>
          {documents.data.map((row) => (
            <li key={row.document}>
              <DocumentCard row={row} />
            </li>
          ))}
        </ul>
      ) : documents.isError ? (
        <FaultNotice error={documents.error} retry={() => void documents.refetch()} />
      ) : (
        <Skeleton active paragraph={{ rows: 6 }} />
      )}
      <MetricsDrawer open={reading} onClose={() => setReading(false)} />
    </>
  );
}

function DocumentCard({ row }: { readonly row: RuleDocumentRow }) {
  const { t, say, name } = useTexts();
  const about = name('rules.about', row.document);
  return (
    <Link to={`/rules/${encodeURIComponent(row.document)}`} className={styles.document ?? ''}>
      <h2>{say(row.label)}</h2>
      {about !== row.document && <p>{about}</p>}
      <p className={styles.documentFoot}>
        <span>{t('templates.version', { version: row.version })}</span>
        <span>
          {row.savedBy === 'files' ? t('templates.fromFiles') : row.savedBy} · <Moment at={row.savedAt} />
        </span>
        {row.draft && <span className={styles.dirty}>{t('rules.hasDraft')}</span>}
        {row.differsFromFile && <span className={styles.dirty}>{t('rules.differs')}</span>}
      </p>
    </Link>
  );
}
