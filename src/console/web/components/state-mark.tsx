import { useTexts } from '../i18n/i18n.js';
import { toneOfState } from '../theme/tones-of.js';
import styles from './pill.module.css';

export function StateMark({
  state,
  family,
}: {
  readonly state: string;
  readonly family: 'move' | 'delivery' | 'task' | 'group' | 'drift';
}) {
  const { name } = useTexts();
  const tone = toneOfState(state);
  return (
    <span className={styles.state} style={{ color: tone.ink, background: tone.wash }}>
      {name(`state.${family}`, state)}
    </span>
  );
}
