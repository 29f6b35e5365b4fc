import { ExclamationCircleFilled } from '@ant-design/icons';
import type { Home } from '../../api/home.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './pause-switch.module.css';

/** The stalled jobs, for how long and why, and other problems of the product itself. */
export function StandingNotice({ standing, notices }: Pick<Home, 'standing' | 'notices'>) {
  const { t, say } = useTexts();
  if (standing.length + notices.length === 0) return null;
  return (
    <div role="alert">
      {standing.map(({ wheel, label, minutes, why }) => (
        <p key={wheel} className={styles.notice}>
          <ExclamationCircleFilled aria-hidden />{' '}
          <span>
            {t(minutes > 0 ? 'home.standing' : 'home.standingNow', { wheel: say(label), minutes, why: say(why) })}
          </span>
        </p>
      ))}
      {notices.map(({ code, label, hint }) => (
        <p key={code} className={styles.notice}>
          <ExclamationCircleFilled aria-hidden /> <span>{t('home.notice', { what: say(label), hint: say(hint) })}</span>
        </p>
      ))}
    </div>
  );
}
