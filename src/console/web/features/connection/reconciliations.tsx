import { RightOutlined } from '@ant-design/icons';
import { Button, Progress } from 'antd';
import { Link } from 'react-router';
import { useStartReconciliation, useReconciliations, type Reconciliation } from '../../api/reconciliations.js';
import type { Connected } from '../../api/connection.js';
import { faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './connection.module.css';

function Run({ run }: { readonly run: Reconciliation }) {
  const { t, name } = useTexts();
  return (
    <li>
      <div>
        <strong>{name('comparison.why', run.why)}</strong>
        <span data-state={run.state} className={styles.runState}>
          {name('comparison.state', run.state)}
        </span>
        <Moment at={run.startedAt} />
      </div>
      <p>
        {run.problem ?? t('comparison.read', { contacts: count(run.contacts), groups: count(run.groups) })}
        {run.state === 'done' && run.drift === 0 && ` · ${t('comparison.noDrift')}`}
      </p>
      {run.drift > 0 && (
        <Link className={styles.drifted} to={`/connection/comparisons/${run.id}`}>
          {t('comparison.drift', { n: count(run.drift) })}
          <RightOutlined aria-hidden />
        </Link>
      )}
    </li>
  );
}

/** The reconciliations with the corp and their differences. */
export function Reconciliations({ comparing }: { readonly comparing: Connected['comparing'] }) {
  const texts = useTexts();
  const { t, say } = texts;
  const runs = useReconciliations();
  const start = useStartReconciliation();
  return (
    <Panel
      title={t('comparison.title')}
      extra={
        <Button loading={start.isPending} disabled={comparing !== null} onClick={() => start.mutate()}>
          {t('comparison.now')}
        </Button>
      }
    >
      <p className={styles.detail}>{t('comparison.lead')}</p>
      {start.isError && (
        <p className={styles.remedy} role="alert">
          {faultText(start.error, texts)}
        </p>
      )}
      {comparing && (
        <div className={styles.comparing} role="status">
          <span>{say(comparing.at)}</span>
          <Progress percent={Math.round(comparing.share * 100)} size="small" status="active" />
        </div>
      )}
      {runs.rows.length === 0 && !runs.loading ? (
        <p className={styles.detail}>{t('comparison.none')}</p>
      ) : (
        <ul className={styles.runs}>
          {runs.rows.map((run) => (
            <Run key={run.id} run={run} />
          ))}
        </ul>
      )}
      {runs.hasMore && (
        <Button type="link" onClick={runs.loadMore} loading={runs.loadingMore}>
          {t('list.more')}
        </Button>
      )}
    </Panel>
  );
}
