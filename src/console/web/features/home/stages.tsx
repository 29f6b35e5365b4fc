import { Link } from 'react-router';
import type { Home } from '../../api/home.js';
import { useSession } from '../../components/corp.js';
import { count } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { StageMark } from '../../components/stage-mark.js';
import { useTexts } from '../../i18n/i18n.js';
import { toneOfStage } from '../../theme/tones-of.js';
import styles from './stages.module.css';

export function Stages({ stages }: Pick<Home, 'stages'>) {
  const session = useSession();
  const { t } = useTexts();
  const rows = session.stages.map(({ key }) => ({ key, n: stages.find((stage) => stage.key === key)?.count ?? 0 }));
  const most = Math.max(1, ...rows.map(({ n }) => n));
  return (
    <Panel title={t('home.stages')}>
      <ul className={styles.rows}>
        {rows.map(({ key, n }) => (
          <li key={key}>
            <Link to={`/members?stage=${key}`}>
              <StageMark stage={key} />
              <span className={styles.track} aria-hidden>
                <i style={{ width: `${(100 * n) / most}%`, background: toneOfStage(key).fill }} />
              </span>
              <span className={styles.n}>{count(n)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
