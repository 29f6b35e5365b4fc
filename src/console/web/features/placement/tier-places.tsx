import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { places, type Placement, type TierPlaces } from '../../api/placement.js';
import { count } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './placement.module.css';

const TrendChart = lazy(async () => ({ default: (await import('./trend-chart.js')).TrendChart }));

/** A group that is full later than this is no news. */
const SOON_DAYS = 60;

const sumOf = (tier: TierPlaces): number => places.reduce((sum, place) => sum + tier[place], 0);

/** One tier: who is where, as a bar and in figures. */
function TierRow({ tier }: { readonly tier: Placement['tiers'][number] }) {
  const { t } = useTexts();
  const sum = sumOf(tier);
  return (
    <li className={styles.tier}>
      <TierPill tier={tier.tier} />
      <span className={styles.bar} aria-hidden>
        {places.map((place) => (
          <i key={place} data-place={place} style={{ flexGrow: tier[place] }} />
        ))}
      </span>
      <span className={styles.share}>{sum === 0 ? '–' : `${Math.round((tier.right * 100) / sum)}%`}</span>
      <span className={styles.counts}>
        {places.map((place) => (
          <span key={place} data-place={place}>
            {t(`placement.${place}`)} <b>{count(tier[place])}</b>
          </span>
        ))}
        {tier.fullInDays !== null && tier.fullInDays <= SOON_DAYS && (
          <span className={styles.foresight}>
            {tier.fullInDays === 0
              ? t('placement.full')
              : t('placement.fullIn', { n: tier.fullInDays, free: count(tier.free) })}
          </span>
        )}
      </span>
    </li>
  );
}

/** By tier, how many are in the right group now, and over the last days. */
export function TierPlacesPanel({ placement }: { readonly placement: Placement }) {
  const { t } = useTexts();
  const days = new Set(placement.trend.map(({ day }) => day)).size;
  return (
    <div className={styles.top}>
      <Panel title={t('placement.now')}>
        <ul className={styles.tiers}>
          {[...placement.tiers].reverse().map((tier) => (
            <TierRow key={tier.tier} tier={tier} />
          ))}
        </ul>
      </Panel>
      <Panel title={t('placement.trend')} extra={days > 0 ? t('placement.trendDays', { n: days }) : undefined}>
        {days < 2 ? (
          <p className="faint">{t('placement.trendLater')}</p>
        ) : (
          <Suspense fallback={<Skeleton.Node active style={{ width: '100%', height: 190 }} />}>
            <TrendChart trend={placement.trend} />
          </Suspense>
        )}
      </Panel>
    </div>
  );
}
