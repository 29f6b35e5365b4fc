import { LeftOutlined } from '@ant-design/icons';
import { Alert, Skeleton } from 'antd';
import { Link, useParams, useSearchParams } from 'react-router';
import { isUnderWay, useBroadcasts, type Broadcast } from '../../api/broadcasts.js';
import { useEstimate, type Estimate } from '../../api/dry-runs.js';
import { isFault } from '../../api/request.js';
import { useTemplate, type Template } from '../../api/templates.js';
import { Blank } from '../../components/blank.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import { LaunchNotice } from '../templates/launch-notice.js';
import { EnabledSwitch } from '../templates/enabled-switch.js';
import { Cost, Held, Reached } from '../templates/launch-parts.js';
import { PreviewPane } from '../templates/preview-pane.js';
import { TryPanel } from '../templates/try-panel.js';
import { BroadcastRun } from './broadcast-run.js';
import styles from './broadcasts.module.css';
import { SendPanel } from './send-panel.js';

function Review({ estimate }: { readonly estimate: Estimate }) {
  const { t } = useTexts();
  const { found, exact, looked, effort, launch } = estimate;
  const path = launch.audience === '' ? '/members' : `/members?where=${encodeURIComponent(launch.audience)}`;
  return (
    <>
      <p className={styles.audience}>
        <Link to={path}>{t('broadcasts.audience', { n: count(found) })}</Link>
      </p>
      <Reached launch={launch} />
      <Held held={launch.held} />
      <Cost effort={effort} />
      {!exact && <p className="faint">{t('launch.estimated', { n: count(looked) })}</p>}
    </>
  );
}

function Head({ template }: { readonly template: Template }) {
  const { t } = useTexts();
  return (
    <PageHead
      title={template.name}
      above={
        <Link to="/broadcasts">
          <LeftOutlined aria-hidden /> {t('nav.broadcasts')}
        </Link>
      }
      lead={
        <>
          {t('templates.version', { version: template.version })}
          {' · '}
          <Link className={styles.inText} to={`/templates/${encodeURIComponent(template.key)}`}>
            {t('broadcasts.edit')}
          </Link>
        </>
      }
      actions={
        <label className={styles.enabled}>
          {t(template.enabled ? 'templates.on' : 'templates.off')}
          <EnabledSwitch templateKey={template.key} name={template.name} enabled={template.enabled} />
        </label>
      }
    />
  );
}

/** Looks at a text and at whom it reaches, and sends it. */
function BroadcastReview({ template }: { readonly template: Template }) {
  const { t } = useTexts();
  const [query] = useSearchParams();
  const estimate = useEstimate(template.text, true);
  const runs = useBroadcasts(template.key);
  const asked = Number(query.get('resume') ?? 0);
  const resumed = runs.data?.find(({ id, pausedFor }) => id === asked && pausedFor !== null);
  const isPlanned = runs.data?.some(({ state }) => state === 'planning') ?? false;
  const isFirst = runs.data?.some(isUnderWay) ?? false;
  const shown = <Runs runs={runs.data ?? []} name={template.name} />;
  return (
    <>
      <Head template={template} />
      <div className={styles.columns}>
        <div className={styles.page}>
          <LaunchNotice template={template} />
          {isFirst && shown}
          <Panel title={t('broadcasts.who')}>
            {estimate.data ? (
              <Review estimate={estimate.data} />
            ) : estimate.isError ? (
              <FaultNotice error={estimate.error} retry={() => void estimate.refetch()} />
            ) : (
              <Skeleton active paragraph={{ rows: 6 }} />
            )}
          </Panel>
          <Panel title={t('try.title')}>
            <TryPanel text={template.text} count={10} />
          </Panel>
          <Panel title={t(resumed ? 'broadcasts.goOn' : 'broadcasts.send')}>
            {!template.enabled ? (
              <Alert type="info" showIcon title={t('broadcasts.switchOn')} />
            ) : isPlanned && !resumed ? (
              <p className="faint">{t('broadcasts.isUnderWay')}</p>
            ) : (
              estimate.data && (
                <SendPanel
                  template={template}
                  people={estimate.data.found}
                  lookAgain={() => void estimate.refetch()}
                  resumed={resumed}
                />
              )
            )}
          </Panel>
          {!isFirst && shown}
        </div>
        <PreviewPane text={template.text} />
      </div>
    </>
  );
}

function Runs({ runs, name }: { readonly runs: readonly Broadcast[]; readonly name: string }) {
  const { t } = useTexts();
  if (runs.length === 0) return null;
  return (
    <section className={styles.runs} aria-label={t('broadcasts.runs')}>
      <h2>{t('broadcasts.runs')}</h2>
      {runs.map((broadcast) => (
        <BroadcastRun key={broadcast.id} broadcast={broadcast} name={name} />
      ))}
    </section>
  );
}

/** The page of one text that is broadcast. */
export function BroadcastPage() {
  const { key = '' } = useParams();
  const { t } = useTexts();
  const template = useTemplate(key);
  if (template.isPending) return <PageSkeleton />;
  if (template.data) return <BroadcastReview key={`${key}@${template.data.version}`} template={template.data} />;
  if (isFault(template.error) && template.error.status === 404)
    return (
      <Blank
        figure="broken"
        title={t('templates.notFound')}
        action={<Link to="/broadcasts">{t('nav.broadcasts')}</Link>}
      />
    );
  return <FaultNotice error={template.error} retry={() => void template.refetch()} />;
}
