import { CloseCircleFilled } from '@ant-design/icons';
import { useRuleDocuments, type RulesProblem } from '../../api/rules.js';
import { problemWords } from '../../components/problem-words.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './rules.module.css';

interface Props {
  readonly document: string;
  readonly problems: readonly RulesProblem[];
  readonly onGoTo: (problem: RulesProblem) => void;
}

/** Every mistake that the draft would have, with its place; a click goes there. */
export function ProblemNotice({ document, problems, onGoTo }: Props) {
  const { t, say } = useTexts();
  const documents = useRuleDocuments();
  if (problems.length === 0) return null;
  const placeOf = ({ document: of, template, line, column }: RulesProblem): string => {
    const place = t('problem.at', { line, column });
    if (of === document) return place;
    const named =
      of === null
        ? t('rules.template', { name: template ?? '' })
        : say(documents.data?.find((one) => one.document === of)?.label);
    return `${named} ${place}`;
  };
  return (
    <section className={styles.problems} aria-label={t('problem.title')} aria-live="polite">
      <p>{t('rules.problems', { n: problems.length })}</p>
      <ul>
        {problems.map((problem) => (
          <li key={`${problem.document}:${problem.line}:${problem.column}:${problem.message}`}>
            <button type="button" disabled={problem.document !== document} onClick={() => onGoTo(problem)}>
              <CloseCircleFilled aria-hidden /> <span className={styles.place}>{placeOf(problem)}</span>{' '}
              {say(problemWords(problem))}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
