import { Alert, Button, Drawer, Progress, Skeleton, Tabs } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { cancelDryRun, isUnderWay, useRulesDryRun, useStartRulesDryRun, type RulesReport } from '../../api/dry-runs.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import { DryRunReport } from './dry-run-report.js';
import { ReplayRun } from './replay-run.js';
import styles from './rules.module.css';

interface Props {
  readonly open: boolean;
  readonly document: string;
  readonly text: string;
  readonly onPublish: () => void;
  readonly onClose: () => void;
}

/** What the draft would do to all members if it came into force now. Nothing is changed. */
export function DryRunDrawer({ open, document, text, onPublish, onClose }: Props) {
  const { t } = useTexts();
  return (
    <Drawer
      open={open}
      onClose={onClose}
      title={t('dryRun.title')}
      size="min(760px, 100vw)"
      destroyOnHidden
      footer={
        <div className={styles.drawerFoot}>
          <Button onClick={onClose}>{t('dryRun.goOn')}</Button>
          <Button type="primary" onClick={onPublish}>
            {t('rules.publish')}
          </Button>
        </div>
      }
    >
      <Tabs
        items={[
          {
            key: 'now',
            label: t('dryRun.now'),
            children: (
              <>
                <p className={styles.lead}>{t('dryRun.lead')}</p>
                <Run document={document} text={text} />
              </>
            ),
          },
          { key: 'past', label: t('replay.title'), children: <ReplayRun document={document} text={text} /> },
        ]}
      />
    </Drawer>
  );
}

function Run({ document, text }: { readonly document: string; readonly text: string }) {
  const { t } = useTexts();
  const starting = useStartRulesDryRun();
  const { mutate } = starting;
  const following = useRulesDryRun(starting.data);
  const [isStopped, stop] = useState(false);
  useEffect(() => mutate({ [document]: text }), [mutate, document, text]);
  const run = following.data ?? starting.data;
  const again = (): void => {
    stop(false);
    mutate({ [document]: text });
  };
  if (starting.isError) return <FaultNotice error={starting.error} retry={again} />;
  if (following.isError) return <FaultNotice error={following.error} retry={() => void following.refetch()} />;
  if (!run) return <Skeleton active paragraph={{ rows: 8 }} />;
  if (run.report) return <Report report={run.report} />;
  if (isUnderWay(run) && !isStopped)
    return (
      <div className={styles.progress} aria-live="polite">
        <Progress percent={Math.round(run.progress * 100)} aria-label={t('dryRun.progress')} />
        <Button
          onClick={() => {
            stop(true);
            void cancelDryRun(run.id).catch(() => undefined);
          }}
        >
          {t('dryRun.cancel')}
        </Button>
      </div>
    );
  return (
    <Alert
      type="info"
      showIcon
      title={run.problem?.message ?? t('dryRun.stopped')}
      action={
        <Button size="small" onClick={again}>
          {t('dryRun.again')}
        </Button>
      }
    />
  );
}

const FlowChart = lazy(async () => ({ default: (await import('./flow-chart.js')).FlowChart }));

function Report({ report }: { readonly report: RulesReport }) {
  return (
    <DryRunReport
      report={report}
      picture={
        report.flows.some(({ from, to }) => from !== to) && (
          <Suspense fallback={<Skeleton active paragraph={{ rows: 5 }} />}>
            <FlowChart flows={report.flows} />
          </Suspense>
        )
      }
    />
  );
}
