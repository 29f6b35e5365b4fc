import type { HistoryStep } from '../api/moves.js';
import { useTexts } from '../i18n/i18n.js';
import { toneOfState } from '../theme/tones-of.js';
import styles from './history-steps.module.css';
import { Moment } from './moment.js';

interface Props {
  readonly steps: readonly HistoryStep[];
  readonly family: 'move' | 'delivery';
}

/** The history of states, oldest first. */
export function HistorySteps({ steps, family }: Props) {
  const { t, name, say } = useTexts();
  if (steps.length === 0) return <p className="faint">{t('history.none')}</p>;
  return (
    <ol className={styles.steps} aria-label={t('history.title')}>
      {steps.map((step, index) => (
        <li key={`${step.at}-${index}`}>
          <span className={styles.dot} style={{ background: toneOfState(step.state).fill }} aria-hidden />
          <div>
            <p className={styles.line}>
              <strong>{name(`state.${family}`, step.state)}</strong>
              <Moment at={step.at} />
            </p>
            {step.note && <p className={styles.note}>{say(step.noteLabel ?? step.note)}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
