import { LeftOutlined } from '@ant-design/icons';
import { Select } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useResults, type Results } from '../../api/results.js';
import { dateOf } from '../../components/corp-time.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { useCorpTime } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import { ArmsTable } from './arms-table.js';
import { BesideList } from './beside-list.js';
import { LooksPicture } from './looks-picture.js';
import { PlanPanel } from './plan-panel.js';
import styles from './results.module.css';
import { StopVariant, VariantPart } from './variant-part.js';
import { VerdictLine } from './verdict.js';
import { pointsOf } from './words.js';

const DAY_MS = 86_400_000;

function LiftPanel({ results }: { readonly results: Results }) {
  const { t } = useTexts();
  const time = useCorpTime();
  const { lift, goal, periods, period, from, arms, windows } = results;
  const rows = arms.map(({ arm, variant, due, outcomes }) => ({
    ...{ key: arm, people: due, outcomes },
    label: variant === null ? t('results.armHoldout') : t('results.armText', { name: variant }),
  }));
  return (
    <Panel title={t('results.lift')}>
      {periods[period]!.holdoutPercent === 0 ? (
        <p>{t('results.noHoldout')}</p>
      ) : lift === null ? (
        <p>{t('results.nobodyYet')}</p>
      ) : (
        <>
          <p className="faint">{t('results.liftLead')}</p>
          <VerdictLine comparison={lift} goal={goal} />
          {lift.visible !== null && <p>{t('results.visible', { points: pointsOf(lift.visible) })}</p>}
          {lift.lookedOn !== null && (
            <p className="faint">
              {t('results.lookedOn', { date: dateOf(from + (lift.lookedOn + 1) * DAY_MS, time) })}
            </p>
          )}
          <section className={styles.part} aria-label={t('results.looks')}>
            <h3>{t('results.looks')}</h3>
            <LooksPicture looks={lift.looks} />
          </section>
          <BesideList beside={lift.beside} />
        </>
      )}
      {rows.length > 0 && (
        <div className={styles.part}>
          <ArmsTable rows={rows} head={t('results.arm')} people={t('results.due')} windows={windows} />
        </div>
      )}
    </Panel>
  );
}

function TextsPanel({ results }: { readonly results: Results }) {
  const { t } = useTexts();
  const { variants, periods, period } = results;
  const drawn = periods[period]!.variants;
  if (drawn.length < 2) return null;
  return (
    <Panel
      title={t('results.texts')}
      extra={
        period === 0 && (
          <span className={styles.between}>
            {drawn.map((variant) => (
              <StopVariant key={variant} results={results} variant={variant} />
            ))}
          </span>
        )
      }
    >
      <p className="faint">{t('results.textsLead', { first: t('results.one', { one: drawn[0]! }) })}</p>
      {variants.map((comparison) => (
        <VariantPart key={comparison.one} results={results} comparison={comparison} />
      ))}
    </Panel>
  );
}

function SentPanel({ results }: { readonly results: Results }) {
  const { t } = useTexts();
  const rows = results.sent.map(({ version, variant, sent, outcomes }) => ({
    ...{ key: `${version} ${variant}`, label: t('results.version', { version, variant }), people: sent, outcomes },
  }));
  return (
    <Panel title={t('results.sent')}>
      {rows.length === 0 ? (
        <p>{t('results.nothingSent')}</p>
      ) : (
        <>
          <p className="faint">{t('results.sentLead')}</p>
          <ArmsTable
            rows={rows}
            head={t('results.sentWords')}
            people={t('results.sentPeople')}
            windows={results.windows}
          />
        </>
      )}
    </Panel>
  );
}

function PeriodSelect({
  results,
  onChange,
}: {
  readonly results: Results;
  readonly onChange: (period: number) => void;
}) {
  const { t } = useTexts();
  const time = useCorpTime();
  const options = results.periods.map(({ from, until, versions, holdoutPercent }, value) => {
    const span =
      until === null
        ? t('results.periodNow')
        : t('results.periodOf', { from: dateOf(from, time), until: dateOf(until, time) });
    const what = t('results.periodVersions', { versions: versions.toReversed().join('、'), holdout: holdoutPercent });
    return { value, label: `${span} · ${what}` };
  });
  return (
    <Select
      aria-label={t('results.period')}
      value={results.period}
      options={options}
      onChange={onChange}
      popupMatchSelectWidth={false}
    />
  );
}

/** One campaign: what its message and its texts have brought, in one of its times. */
export function ResultPage() {
  const { key = '' } = useParams();
  const { t, name } = useTexts();
  const time = useCorpTime();
  const [period, setPeriod] = useState(0);
  const loaded = useResults(key, period);
  if (loaded.isPending) return <PageSkeleton />;
  if (!loaded.data) return <FaultNotice error={loaded.error} retry={() => void loaded.refetch()} />;
  const results = loaded.data;
  const words = { outcome: name('results.outcome', results.goal), days: results.withinDays };
  return (
    <>
      <PageHead
        title={results.name}
        above={
          <Link to="/results">
            <LeftOutlined aria-hidden /> {t('nav.results')}
          </Link>
        }
        lead={
          <>
            <Link className={styles.inText} to={`/templates/${results.key}`}>
              {results.key}
            </Link>{' '}
            · {t('results.goal', words)} ·{' '}
            {t('results.since', { date: dateOf(results.from, time), days: count(results.daysSoFar) })}
            {!results.enabled && ` · ${t('results.off')}`}
          </>
        }
        actions={results.periods.length > 1 && <PeriodSelect results={results} onChange={setPeriod} />}
      />
      <div className={styles.page}>
        <LiftPanel results={results} />
        <TextsPanel results={results} />
        <PlanPanel key={`${period} ${results.plan.madeAt ?? 0}`} results={results} />
        <SentPanel results={results} />
      </div>
    </>
  );
}
