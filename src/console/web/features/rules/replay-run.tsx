import { Alert, Button, Progress, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { cancelReplay, isRunning, useReplay, useStartReplay } from '../../api/replays.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './rules.module.css';

const ReplayReport = lazy(async () => ({ default: (await import('./replay-report.js')).ReplayReport }));

/** What the draft would have done over the last 90 days. It takes a while, so it is started by hand. */
export function ReplayRun({ document, text }: { readonly document: string; readonly text: string }) {
  const { t } = useTexts();
  const starting = useStartReplay();
  const following = useReplay(starting.data);
  const run = following.data ?? starting.data;
  const start = (): void => starting.mutate({ [document]: text });
  if (starting.isError) return <FaultNotice error={starting.error} retry={start} />;
  if (following.isError) return <FaultNotice error={following.error} retry={() => void following.refetch()} />;
  if (run?.report)
    return (
      <Suspense fallback={<Skeleton active paragraph={{ rows: 8 }} />}>
        <ReplayReport report={run.report} />
      </Suspense>
    );
  if (run && isRunning(run))
    return (
      <div className={styles.progress} aria-live="polite">
        <Progress percent={Math.round(run.progress * 100)} aria-label={t('replay.progress')} />
        <Button onClick={() => void cancelReplay(run.id).then(() => following.refetch())}>{t('dryRun.cancel')}</Button>
      </div>
    );
  return (
    <>
      <p className={styles.lead}>{t('replay.lead')}</p>
      {run && <Alert type="info" showIcon title={run.problem?.message ?? t('dryRun.stopped')} />}
      <p>
        <Button type="primary" ghost onClick={start} loading={starting.isPending}>
          {t(run ? 'dryRun.again' : 'replay.start')}
        </Button>
      </p>
    </>
  );
}
