import type { Beside } from '../../api/results.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './results.module.css';
import { pointsOf } from './words.js';

/** How outcomes differ beside the goal: figures without a verdict. */
export function BesideList({ beside }: { readonly beside: readonly Beside[] }) {
  const { t, name } = useTexts();
  const known = beside.filter(({ interval }) => interval !== null);
  if (known.length === 0) return null;
  return (
    <section className={styles.part} aria-label={t('results.beside')}>
      <h3>{t('results.beside')}</h3>
      <p className="faint">{t('results.besideLead')}</p>
      <ul className={styles.list}>
        {known.map(({ outcome, difference, interval }) => (
          <li key={outcome}>
            <span>{name('results.outcome', outcome)}</span>
            <span className="figures">
              {t('results.points', {
                points: pointsOf(difference ?? 0),
                low: pointsOf(interval!.low),
                high: pointsOf(interval!.high),
              })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
