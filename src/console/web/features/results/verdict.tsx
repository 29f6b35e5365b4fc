import type { Comparison, Outcome } from '../../api/results.js';
import { useTexts } from '../../i18n/i18n.js';
import { IntervalPicture } from './interval-picture.js';
import styles from './results.module.css';
import { verdictWords } from './words.js';

/** What a comparison says, and its picture once something is said. */
export function VerdictLine({ comparison, goal }: { readonly comparison: Comparison; readonly goal: Outcome }) {
  const texts = useTexts();
  const { verdict } = comparison;
  const isGood = verdict.kind === 'difference' && verdict.sign > 0 !== (goal === 'opt_out');
  const tone = verdict.kind === 'difference' ? (isGood ? styles.good : styles.bad) : styles.calm;
  return (
    <div className={styles.verdict}>
      <p className={tone}>{verdictWords(comparison, goal, texts)}</p>
      {verdict.kind !== 'not_enough_people' && <IntervalPicture comparison={comparison} />}
    </div>
  );
}
