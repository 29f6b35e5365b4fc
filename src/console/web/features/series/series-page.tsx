import { Button, Drawer, Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useSeries, useSeriesMembers, type SeriesStep, type SeriesView } from '../../api/series.js';
import { Blank } from '../../components/blank.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { MemberLink } from '../../components/member-link.js';
import { Moment } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './series.module.css';

interface Place {
  readonly series: string;
  readonly step: string;
}

function StepLine({
  step,
  of,
  open,
}: {
  readonly step: SeriesStep;
  readonly of: SeriesView;
  readonly open: (place: Place) => void;
}) {
  const { t, say } = useTexts();
  const share = of.entered === 0 ? 0 : step.reached / of.entered;
  return (
    <li className={styles.step}>
      <span className={styles.words}>
        <b>
          {step.template === null ? (
            say(step.words)
          ) : (
            <Link to={`/templates/${encodeURIComponent(step.template)}`}>{say(step.words)}</Link>
          )}
        </b>
        <small>
          {say(step.when)}
          {step.onlyIf && ` · ${t('series.onlyIf')} ${say(step.onlyIf)}`}
        </small>
      </span>
      <span className={styles.course}>
        <span className={styles.bar} aria-hidden>
          <i style={{ width: `${share * 100}%` }} />
        </span>
        <small>{t('series.reached', { n: count(step.reached), percent: Math.round(share * 100) })}</small>
      </span>
      {step.here === 0 ? (
        <span className="faint">{t('series.nobodyHere')}</span>
      ) : (
        <Button size="small" onClick={() => open({ series: of.key, step: step.key })}>
          {t('series.here', { n: count(step.here) })}
        </Button>
      )}
    </li>
  );
}

function SeriesPanel({ series, open }: { readonly series: SeriesView; readonly open: (place: Place) => void }) {
  const { t, say } = useTexts();
  const { enabled, enter, exit, entered, inside, ended, steps, elsewhere } = series;
  return (
    <Panel
      title={say(series.label)}
      flush
      extra={<span className={enabled ? styles.on : 'faint'}>{t(enabled ? 'series.on' : 'series.off')}</span>}
    >
      <div className={styles.about}>
        <p>
          {t('series.enter')} {say(enter)}
        </p>
        {exit && (
          <p>
            {t('series.exit')} {say(exit)}
          </p>
        )}
        <p className={styles.sums}>
          <span>
            {t('series.entered')} <b>{count(entered)}</b>
          </span>
          <span>
            {t('series.inside')} <b>{count(inside)}</b>
          </span>
          {ended.map(({ end, label, members }) => (
            <span key={end}>
              {say(label)} <b>{count(members)}</b>
            </span>
          ))}
        </p>
      </div>
      <ol>
        {steps.map((step) => (
          <StepLine key={step.key} step={step} of={series} open={open} />
        ))}
      </ol>
      {elsewhere.length > 0 && (
        <p className={styles.elsewhere}>
          {t('series.elsewhere')}{' '}
          {elsewhere.map(({ step, members }) => (
            <Button key={step} size="small" type="link" onClick={() => open({ series: series.key, step })}>
              {step} {t('series.here', { n: count(members) })}
            </Button>
          ))}
        </p>
      )}
    </Panel>
  );
}

/** Who is at a step, and when it goes on. */
function MembersDrawer({ place, close }: { readonly place: Place | null; readonly close: () => void }) {
  const { t } = useTexts();
  const members = useSeriesMembers(place);
  return (
    <Drawer open={place !== null} onClose={close} title={t('series.members')} size="min(440px, 100vw)" destroyOnHidden>
      {members.isError ? (
        <FaultNotice error={members.error} retry={() => void members.refetch()} />
      ) : !members.data ? (
        <Skeleton active />
      ) : (
        <ul className={styles.members}>
          {members.data.map(({ id, name, since, dueAt }) => (
            <li key={id}>
              <MemberLink id={id} name={name} />
              <small className="faint">
                {t('series.since')} <Moment at={since} />
                {dueAt !== null && (
                  <>
                    {' · '}
                    {t('series.due')} <Moment at={dueAt} />
                  </>
                )}
              </small>
            </li>
          ))}
        </ul>
      )}
    </Drawer>
  );
}

/** Every series as a course: who has come how far, and how they left it. */
export function SeriesPage() {
  const { t } = useTexts();
  const series = useSeries();
  const [place, open] = useState<Place | null>(null);
  if (series.isPending) return <PageSkeleton />;
  if (!series.data) return <FaultNotice error={series.error} retry={() => void series.refetch()} />;
  return (
    <>
      <PageHead
        title={t('nav.series')}
        lead={t('series.lead')}
        actions={
          <Link to="/rules/series">
            <Button tabIndex={-1}>{t('series.edit')}</Button>
          </Link>
        }
      />
      {series.data.length === 0 ? (
        <Blank title={t('series.none')} hint={t('series.noneHint')} />
      ) : (
        <div className={styles.page}>
          {series.data.map((one) => (
            <SeriesPanel key={one.key} series={one} open={open} />
          ))}
        </div>
      )}
      <MembersDrawer place={place} close={() => open(null)} />
    </>
  );
}
