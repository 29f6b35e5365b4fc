import { CheckCircleFilled, RightOutlined } from '@ant-design/icons';
import { Link } from 'react-router';
import type { Home } from '../../api/home.js';
import { count } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './attention.module.css';

/** The problems that need a person, each with a link. */
export function Attention({ home }: { readonly home: Home }) {
  const { t } = useTexts();
  const rows = [
    { label: t('home.overdueTasks'), n: home.overdueTasks, to: '/tasks?state=overdue', hot: true },
    { label: t('home.openTasks'), n: home.openTasks, to: '/tasks', hot: false },
    { label: t('home.stuckMoves'), n: home.stuckMoves, to: '/moves?stuck=1', hot: true },
    { label: t('home.dead'), n: home.waiting.dead, to: '/deliveries?state=dead', hot: true },
    { label: t('home.setAside'), n: home.setAside, to: '/set-aside', hot: true },
    { label: t('home.driftedThresholds'), n: home.driftedThresholds, to: '/rules', hot: false },
  ].filter(({ n }) => n > 0);
  return (
    <Panel title={t('home.attention')}>
      {rows.length === 0 ? (
        <p className={styles.calm}>
          <CheckCircleFilled aria-hidden /> {t('home.calm')}
        </p>
      ) : (
        <ul className={styles.rows}>
          {rows.map(({ label, n, to, hot }) => (
            <li key={to}>
              <Link to={to}>
                <span>{label}</span>
                <span className={styles.n} data-hot={hot}>
                  {count(n)}
                </span>
                <RightOutlined aria-hidden />
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
