import { Link } from 'react-router';
import { useResultsList, type GlobalResults, type Results } from '../../api/results.js';
import { Blank } from '../../components/blank.js';
import { dateOf } from '../../components/corp-time.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { useCorpTime } from '../../components/moment.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './results.module.css';
import { VerdictLine } from './verdict.js';

function Card({ results }: { readonly results: Results }) {
  const { t, name } = useTexts();
  const time = useCorpTime();
  const { goal, lift, variants } = results;
  const words = { outcome: name('results.outcome', goal), days: results.withinDays };
  return (
    <Panel
      title={results.name}
      extra={<Link to={`/results/${results.key}`}>{t('results.open')}</Link>}
      className={styles.card}
    >
      <p className="faint">
        {t('results.goal', words)} ·{' '}
        {t('results.since', { date: dateOf(results.from, time), days: count(results.daysSoFar) })}
        {!results.enabled && ` · ${t('results.off')}`}
      </p>
      {lift === null && variants.length === 0 && <p>{t('results.nobodyYet')}</p>}
      {lift && (
        <section aria-label={t('results.lift')}>
          <h3>{t('results.lift')}</h3>
          <VerdictLine comparison={lift} goal={goal} />
        </section>
      )}
      {variants.map((comparison) => (
        <section key={comparison.one} aria-label={t('results.texts')}>
          <h3>{t('results.pair', { one: comparison.one, other: comparison.other })}</h3>
          <VerdictLine comparison={comparison} goal={goal} />
        </section>
      ))}
    </Panel>
  );
}

function Together({ results }: { readonly results: GlobalResults }) {
  const { t, name } = useTexts();
  if (results.percent === 0 && results.from === null)
    return (
      <Panel title={t('results.all')}>
        <p className="faint">{t('results.allOff')}</p>
      </Panel>
    );
  return (
    <Panel title={t('results.all')}>
      <p className="faint">{t('results.allLead', { percent: results.percent })}</p>
      {results.from === null || results.lift === null ? (
        <p>{t('results.allNobody')}</p>
      ) : (
        <>
          <p className="faint">
            {t('results.goal', { outcome: name('results.outcome', results.goal), days: results.withinDays })}
          </p>
          <VerdictLine comparison={results.lift} goal={results.goal} />
        </>
      )}
    </Panel>
  );
}

/** What campaigns are worth: each that has arms to compare, and all of them together. */
export function ResultsPage() {
  const { t } = useTexts();
  const results = useResultsList();
  if (results.isPending) return <PageSkeleton />;
  if (!results.data) return <FaultNotice error={results.error} retry={() => void results.refetch()} />;
  const { items, global } = results.data;
  return (
    <>
      <PageHead title={t('nav.results')} lead={t('results.lead')} />
      <div className={styles.page}>
        <Together results={global} />
        {items.length === 0 ? (
          <Blank
            title={t('results.none')}
            hint={t('results.noneHint')}
            action={<Link to="/templates">{t('nav.templates')}</Link>}
          />
        ) : (
          <div className={styles.cards}>
            {items.map((each) => (
              <Card key={each.key} results={each} />
            ))}
          </div>
        )}
      </div>
    </>
  );
}
