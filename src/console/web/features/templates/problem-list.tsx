import { CheckCircleFilled, CloseCircleFilled, WarningFilled } from '@ant-design/icons';
import type { Problem } from '../../api/request.js';
import type { TemplateCheck } from '../../api/templates.js';
import { faultText } from '../../components/fault-notice.js';
import { hintWords, problemWords } from '../../components/problem-words.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './problem-list.module.css';

interface Props {
  readonly check: TemplateCheck | undefined;
  readonly failed: Error | null;
  readonly onGoTo: (problem: Problem) => void;
}

/** The problems with line and column; a click moves the cursor there. */
export function ProblemList({ check, failed, onGoTo }: Props) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <section className={styles.list} aria-label={t('problem.title')} aria-live="polite">
      {failed && !check ? (
        <p className={styles.bad}>{faultText(failed, texts)}</p>
      ) : !check ? (
        <p className="faint">{t('problem.checking')}</p>
      ) : check.problems.length === 0 ? (
        <p className={styles.good}>
          <CheckCircleFilled aria-hidden /> {t('problem.none')}
          {check.variables.length > 0 && (
            <span className={styles.used}>
              {t('problem.variables')}{' '}
              {check.variables.map((name) => (
                <code key={name}>{name}</code>
              ))}
            </span>
          )}
        </p>
      ) : (
        <Problems problems={check.problems} onGoTo={onGoTo} />
      )}
      {check && check.warnings.length > 0 && <Problems problems={check.warnings} onGoTo={onGoTo} areWarnings />}
    </section>
  );
}

interface ProblemsProps {
  readonly problems: readonly Problem[];
  readonly onGoTo: (problem: Problem) => void;
  readonly areWarnings?: boolean;
}

function Problems({ problems, onGoTo, areWarnings = false }: ProblemsProps) {
  const { t, say } = useTexts();
  return (
    <ul data-warnings={areWarnings}>
      {problems.map((problem) => {
        const hint = say(hintWords(problem));
        return (
          <li key={`${problem.line}:${problem.column}:${problem.message}`}>
            <button type="button" onClick={() => onGoTo(problem)}>
              {areWarnings ? <WarningFilled aria-label={t('problem.warning')} /> : <CloseCircleFilled aria-hidden />}
              <span className={styles.place}>{t('problem.at', { line: problem.line, column: problem.column })}</span>
              <span className={styles.words}>
                {say(problemWords(problem))}
                {hint && <span className={styles.hint}>{hint}</span>}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
