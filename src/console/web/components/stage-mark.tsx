import { toneOfStage } from '../theme/tones-of.js';
import { useStageName } from './corp.js';
import styles from './pill.module.css';

// Dozing and lost are drawn as empty rings, because several stages share a grey.
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
