import { ExperimentOutlined, ExportOutlined } from '@ant-design/icons';
import { useDemo, type DemoYear } from '../api/demo.js';
import { useTexts } from '../i18n/i18n.js';
import { useSession } from './corp.js';
import { clockOf, dateOf, weekdayDateOf } from './corp-time.js';
import { markFirstStep } from './first-steps-marks.js';
import { useCorpTime } from './moment.js';
import styles from './sandbox-banner.module.css';

/** Marks the sandbox, so that nobody takes it for a real corp. Shows the progress of the demo year. */
export function SandboxBanner() {
  const { corp } = useSession();
  const { t, language } = useTexts();
  const time = useCorpTime();
  const demo = useDemo();
  if (corp.mode !== 'sandbox') return null;
  const year = demo?.year ?? null;
  const now = year?.now ?? corp.now;
  const yearNumber = dateOf(now, time).match(/\d{4}/)?.[0] ?? '';
  const day = weekdayDateOf(now, time);
  return (
    <aside className={styles.banner} aria-label={t('sandbox.label')}>
      <span className={styles.words}>
        <ExperimentOutlined aria-hidden /> <strong>{year ? t('year.title') : t('sandbox.label')}</strong>
        {year && <strong className="figures">{year.percent}%</strong>}
        <span className={styles.long}>{t('sandbox.explain')}</span>
        {demo?.sandboxUrl && (
          <a href={demo.sandboxUrl} target="_blank" rel="noreferrer" onClick={() => markFirstStep('bot')}>
            {t('sandbox.page')} <ExportOutlined aria-hidden />
          </a>
        )}
      </span>
      <span className={styles.time}>
        <span className={styles.long}>{t('sandbox.time')}</span>{' '}
        <time className="figures" dateTime={new Date(now).toISOString()}>
          {language === 'zh' ? `${yearNumber}年${day}` : `${day} ${yearNumber}`}
          {!year && ` ${clockOf(now, time)}`}
        </time>
      </span>
      {year && <Progress year={year} label={t('year.title')} />}
    </aside>
  );
}

const Progress = ({ year, label }: { readonly year: DemoYear; readonly label: string }) => (
  <span
    className={styles.progress}
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuenow={year.percent}
  >
    <i style={{ width: `${year.percent}%` }} />
  </span>
);
