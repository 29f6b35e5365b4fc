import type { Comparison } from '../../api/results.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './results.module.css';
import { pointsOf } from './words.js';

const STEPS = [0.02, 0.05, 0.1, 0.2, 0.5, 1];

/** The interval of a difference on a line with 0 in its middle. */
export function IntervalPicture({ comparison }: { readonly comparison: Comparison }) {
  const { t } = useTexts();
  const { difference, interval, verdict } = comparison;
  if (difference === null || interval === null) return null;
  const most = Math.max(Math.abs(interval.low), Math.abs(interval.high));
  const reach = STEPS.find((step) => step >= most) ?? 1;
  const place = (value: number): number => 50 + (50 * Math.max(-reach, Math.min(reach, value))) / reach;
  const [from, to] = [place(interval.low), place(interval.high)];
  const words = { points: pointsOf(difference), low: pointsOf(interval.low), high: pointsOf(interval.high) };
  return (
    <div
      className={styles.line}
      role="img"
      aria-label={t('results.picture', words)}
      data-seen={verdict.kind === 'difference'}
    >
      <span className={styles.zero} />
      <span className={styles.bar} style={{ insetInlineStart: `${from}%`, width: `${Math.max(0.6, to - from)}%` }} />
      <span className={styles.dot} style={{ insetInlineStart: `${place(difference)}%` }} />
      <span className={styles.least}>−{100 * reach}</span>
      <span className={styles.middle}>0</span>
      <span className={styles.most}>+{100 * reach}</span>
    </div>
  );
}
