import type { Move } from '../api/moves.js';
import { useTexts } from '../i18n/i18n.js';
import styles from './move-path.module.css';

const road = ['planned', 'invited', 'joined', 'leaving', 'done'] as const;

/** The progress of a move. A move that ended early shows the last step in red. */
export function MovePath({ move }: { readonly move: Move }) {
  const { t, name } = useTexts();
  const ended = !(road as readonly string[]).includes(move.state);
  const reached = Math.max(
    0,
    ...[move.state, ...move.history.map(({ state }) => state)].map((state) =>
      (road as readonly string[]).indexOf(state),
    ),
  );
  return (
    <ol className={styles.road} aria-label={t('moves.progress')}>
      {road.map((state, index) => {
        const standing = index < reached || move.state === 'done' ? 'past' : index === reached ? 'here' : 'ahead';
        return (
          <li
            key={state}
            data-standing={standing}
            data-ended={ended && index === reached}
            aria-current={standing === 'here' ? 'step' : undefined}
          >
            <span className={styles.dot} aria-hidden />
            <span className={styles.name}>
              {ended && index === reached ? name('state.move', move.state) : name('state.move', state)}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
