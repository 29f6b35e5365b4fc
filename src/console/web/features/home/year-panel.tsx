import { useDemo } from '../../api/demo.js';
import type { Home } from '../../api/home.js';
import { count } from '../../components/figures.js';
import { MemberLink } from '../../components/member-link.js';
import { useTexts } from '../../i18n/i18n.js';
import type { TextKey } from '../../i18n/zh.js';
import styles from './year-panel.module.css';

const figures = ['members', 'promotions', 'moves', 'messages'] as const;
const LINES = 5;

/** The demo year while it is played: the figures so far, and the latest events. */
export function YearPanel({ recent }: Pick<Home, 'recent'>) {
  const { t, say } = useTexts();
  const year = useDemo()?.year;
  if (!year) return null;
  return (
    <section className={styles.year} aria-label={t('year.title')}>
      <div>
        <h2>{t('year.title')}</h2>
        <p className="faint">{t('year.explain')}</p>
        <dl className={styles.figures}>
          {figures.map((key) => (
            <div key={key}>
              <dt>{t(`year.${key}` satisfies TextKey)}</dt>
              <dd>{count(year.figures[key])}</dd>
            </div>
          ))}
        </dl>
      </div>
      <ol className={styles.feed} aria-label={t('year.feed')}>
        {recent.slice(0, LINES).map((entry) => (
          <li key={entry.id} data-kind={entry.kind}>
            <MemberLink id={entry.memberId} name={entry.memberName} /> <span>{say(entry.title)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
