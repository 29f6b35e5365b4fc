import { ExperimentOutlined } from '@ant-design/icons';
import { useTexts } from '../i18n/i18n.js';
import { useSession } from './corp.js';
import { clockOf, dateOf, weekdayDateOf } from './corp-time.js';
import { useCorpTime } from './moment.js';
import styles from './sandbox-banner.module.css';

/** Nobody may take the pretend corp for the real one. */
export function SandboxBanner() {
  const { corp } = useSession();
  const { t, language } = useTexts();
  const time = useCorpTime();
  if (corp.mode !== 'sandbox') return null;
  const year = dateOf(corp.now, time).match(/\d{4}/)?.[0] ?? '';
  const day = weekdayDateOf(corp.now, time);
  return (
    <aside className={styles.banner} aria-label={t('sandbox.label')}>
      <span className={styles.words}>
        <ExperimentOutlined aria-hidden /> <strong>{t('sandbox.label')}</strong>
        <span className={styles.long}>{t('sandbox.explain')}</span>
      </span>
      <span className={styles.time}>
        <span className={styles.long}>{t('sandbox.time')}</span>{' '}
        <time className="figures" dateTime={new Date(corp.now).toISOString()}>
          {language === 'zh' ? `${year}年${day}` : `${day} ${year}`} {clockOf(corp.now, time)}
        </time>
      </span>
    </aside>
  );
}
