import type { Look } from '../../api/results.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './results.module.css';
import { pointsOf } from './words.js';

const [WIDTH, HEIGHT] = [600, 120];

/** The always-valid interval as it was on each day: a band that grows narrower. */
export function LooksPicture({ looks }: { readonly looks: readonly Look[] }) {
  const { t } = useTexts();
  const last = looks.at(-1);
  if (last === undefined) return <p className="faint">{t('results.noLooks')}</p>;
  const high = Math.max(0.005, ...looks.map((look) => look.high));
  const low = Math.min(-0.005, ...looks.map((look) => look.low));
  const days = Math.max(1, last.day - looks[0]!.day);
  const x = ({ day }: Look): number => (WIDTH * (day - looks[0]!.day)) / days;
  const y = (value: number): number => (HEIGHT * (high - value)) / (high - low);
  const upper = looks.map((look) => `${x(look)},${y(look.high)}`);
  const lower = looks.toReversed().map((look) => `${x(look)},${y(look.low)}`);
  const words = { n: looks.length, low: pointsOf(last.low), high: pointsOf(last.high) };
  return (
    <>
      <div className={styles.frame}>
        <svg
          className={styles.looks}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('results.looksPicture', words)}
        >
          <polygon points={[...upper, ...lower].join(' ')} className={styles.band} />
          <polyline
            points={looks.map((look) => `${x(look)},${y(look.difference)}`).join(' ')}
            className={styles.course}
          />
          <line x1={0} x2={WIDTH} y1={y(0)} y2={y(0)} className={styles.nought} />
        </svg>
        <span className={styles.top} aria-hidden>
          +{pointsOf(high)}
        </span>
        <span className={styles.bottom} aria-hidden>
          {pointsOf(low)}
        </span>
      </div>
      <p className="faint">{t('results.looksLead')}</p>
    </>
  );
}
