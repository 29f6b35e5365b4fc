import { Link } from 'react-router';
import type { Home } from '../../api/home.js';
import { useSession, useTierName } from '../../components/corp.js';
import { count } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import { toneOfTier } from '../../theme/tones-of.js';
import styles from './tier-strip.module.css';

// A minimum width: a tier with one member in a thousand must stay visible and clickable.
const leastShare = 0.012;

export function TierStrip({ tiers, members }: Pick<Home, 'tiers' | 'members'>) {
  const session = useSession();
  const nameOf = useTierName();
  const { t } = useTexts();
  const known = session.tiers.map(({ key, color }) => ({
    key,
    color,
    count: tiers.find((tier) => tier.key === key)?.count ?? 0,
  }));
  const sum = known.reduce((total, tier) => total + tier.count, 0);
  const share = (n: number): string =>
    sum === 0 ? '0%' : `${((100 * n) / sum).toFixed(n > 0 && n / sum < 0.1 ? 1 : 0)}%`;
  return (
    <section className={styles.ladder} aria-label={t('home.tiers')}>
      <div className={styles.head}>
        <h2>
          {t('home.membersTotal')} <strong className="figures">{count(members.total)}</strong>
        </h2>
        <p className="faint figures">
          {t('home.membersOf', { contacts: count(members.contacts), optedOut: count(members.optedOut) })}
        </p>
      </div>
      <div className={styles.strip} aria-hidden>
        {known
          .filter((tier) => tier.count > 0)
          .map((tier) => (
            <span
              key={tier.key}
              style={{
                flexGrow: Math.max(leastShare, tier.count / sum),
                background: toneOfTier(tier.key, tier.color).fill,
              }}
            />
          ))}
      </div>
      <ul className={styles.cards}>
        {known.map((tier) => {
          const tone = toneOfTier(tier.key, tier.color);
          return (
            <li key={tier.key}>
              <Link to={`/members?tier=${tier.key}`} className={styles.card}>
                <span className={styles.name} style={{ color: tone.ink }}>
                  <i style={{ background: tone.fill }} aria-hidden />
                  {nameOf(tier.key)}
                </span>
                <span className={styles.count}>{count(tier.count)}</span>
                <span className="faint figures">{share(tier.count)}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
