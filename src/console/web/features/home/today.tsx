import { Link } from 'react-router';
import type { Home } from '../../api/home.js';
import { count } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import { toneOfState } from '../../theme/tones-of.js';
import styles from './today.module.css';

const moveStates = ['planned', 'invited', 'joined', 'done', 'expired'] as const;
const messageStates = ['planned', 'sent', 'suppressed', 'failed'] as const;

interface RowProps {
  readonly title: string;
  readonly cells: readonly {
    readonly state: string;
    readonly label: string;
    readonly n: number;
    readonly to: string;
  }[];
}

function Row({ title, cells }: RowProps) {
  return (
    <div className={styles.row}>
      <h3>{title}</h3>
      <ul>
        {cells.map(({ state, label, n, to }) => (
          <li key={state}>
            <Link to={to} className={styles.cell}>
              <span
                className={styles.n}
                style={n > 0 ? { color: toneOfState(state).ink } : undefined}
                data-none={n === 0}
              >
                {count(n)}
              </span>
              <span>{label}</span>
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Today({ today }: Pick<Home, 'today'>) {
  const { t, name } = useTexts();
  return (
    <Panel
      title={t('home.today')}
      extra={<span className="figures">{t('home.facts', { n: count(today.facts) })}</span>}
    >
      <div className={styles.rows}>
        <Row
          title={t('nav.moves')}
          cells={moveStates.map((state) => ({
            state,
            label: name('state.move', state),
            n: today.moves[state] ?? 0,
            to: `/moves?state=${state}`,
          }))}
        />
        <Row
          title={t('home.messages')}
          cells={messageStates.map((state) => ({
            state,
            label: name('state.delivery', state),
            n: today.messages[state] ?? 0,
            to: `/deliveries?state=${state}`,
          }))}
        />
      </div>
    </Panel>
  );
}
