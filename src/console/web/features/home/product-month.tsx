import { Skeleton } from 'antd';
import { useProductMonth, type ProductMonth as Month } from '../../api/home.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './product-month.module.css';

/** Shares of fewer than this are shown in grey: they say little. */
const SMALL = 30;

/** The last 30 days against the targets of the phase: to whom the effort went, and what became of members. */
export function ProductMonth() {
  const { t, say } = useTexts();
  const month = useProductMonth();
  return (
    <Panel
      title={t('product.title')}
      extra={month.data && t('product.phase', { phase: say(month.data.phase.label), days: month.data.days })}
    >
      {month.isPending ? (
        <Skeleton active title={false} paragraph={{ rows: 5 }} />
      ) : month.data ? (
        <div className={styles.halves}>
          <Effort effort={month.data.effort} />
          <Goals goals={month.data.goals} />
        </div>
      ) : (
        <FaultNotice error={month.error} retry={() => void month.refetch()} />
      )}
    </Panel>
  );
}

const percent = (k: number, n: number): string => {
  const share = (100 * k) / n;
  return `${share < 10 && share > 0 ? share.toFixed(1) : Math.round(share)}%`;
};

function Effort({ effort }: Pick<Month, 'effort'>) {
  const { t, say } = useTexts();
  const all = effort.reduce((sum, { count: own }) => sum + own, 0);
  return (
    <section aria-labelledby="month-effort">
      <h3 id="month-effort" className={styles.heading}>
        {t('product.effort')} <span className="faint">{t('product.effortOf', { n: count(all) })}</span>
      </h3>
      <ul className={styles.rows}>
        {effort.map(({ kind, label, target, count: own }) => (
          <li key={kind}>
            <span className={styles.name}>{say(label)}</span>
            <span className={styles.track} aria-hidden>
              <i data-kind={kind} style={{ width: `${all === 0 ? 0 : (100 * own) / all}%` }} />
              <b style={{ left: `${target}%` }} />
            </span>
            <span className={styles.share} data-small={all < SMALL}>
              {all === 0 ? '–' : percent(own, all)}
            </span>
            <span className={styles.target}>{t('product.target', { n: target })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Goals({ goals }: Pick<Month, 'goals'>) {
  const { t, say } = useTexts();
  return (
    <section aria-labelledby="month-goals">
      <h3 id="month-goals" className={styles.heading}>
        {t('product.goals')}
      </h3>
      <ul className={styles.goals}>
        {goals.flatMap(({ key, from, to, k, n, target }) =>
          from === null
            ? []
            : [
                <li key={key}>
                  <span className={styles.goal}>
                    {key === 'rise'
                      ? t('product.rise', { from: say(from), to: to ? say(to) : '' })
                      : t('product.active', { from: say(from) })}
                  </span>
                  <span className={styles.figure} data-small={n < SMALL}>
                    {n === 0 ? '–' : percent(k, n)}
                    {n > 0 && (
                      <span className={styles.mark} data-met={(100 * k) / n >= target}>
                        {t((100 * k) / n >= target ? 'product.met' : 'product.below')}
                      </span>
                    )}
                  </span>
                  <span className="faint">
                    {n === 0
                      ? t(key === 'rise' ? 'product.nobodyYet' : 'product.notOver')
                      : t('product.of', { k: count(k), n: count(n) })}
                    {' · '}
                    {t('product.target', { n: target })}
                    {n > 0 && n < SMALL && ` · ${t('product.few')}`}
                  </span>
                </li>,
              ],
        )}
      </ul>
    </section>
  );
}
