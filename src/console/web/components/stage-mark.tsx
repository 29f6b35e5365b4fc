import { toneOfStage } from '../theme/tones-of.js';
import { useStageName } from './corp.js';
import styles from './pill.module.css';

// Asleep and lost share a grey; an empty ring is nobody there.
const hollowStages = new Set(['lost', 'dozing']);

export function StageMark({ stage }: { readonly stage: string | null }) {
  const nameOf = useStageName();
  const { fill } = toneOfStage(stage);
  const hollow = stage !== null && hollowStages.has(stage);
  return (
    <span className={styles.mark}>
      <span
        aria-hidden
        className={hollow ? `${styles.dot} ${styles.hollow}` : styles.dot}
        style={{ background: fill, borderColor: fill }}
      />
      {nameOf(stage)}
    </span>
  );
}
