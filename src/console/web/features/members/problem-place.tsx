import type { Problem } from '../../api/request.js';
import { hintWords, problemWords } from '../../components/problem-words.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './condition-box.module.css';

/** The line with the mistake, its place underlined, and a hint. */
export function ProblemPlace({ text, problem }: { readonly text: string; readonly problem: Problem }) {
  const { t, say } = useTexts();
  const line = text.split('\n')[problem.line - 1] ?? '';
  const at = Math.max(0, problem.column - 1);
  const word = /^[\w.]+/.exec(line.slice(at))?.[0] ?? line.slice(at, at + 1);
  return (
    <div className={styles.problem}>
      <p>
        {t('problem.at', { line: problem.line, column: problem.column })} {say(problemWords(problem))}
      </p>
      {line && (
        <pre>
          {line.slice(0, at)}
          <mark>{word || ' '}</mark>
          {line.slice(at + word.length)}
        </pre>
      )}
      {problem.hint && <p className={styles.hint}>{say(hintWords(problem))}</p>}
    </div>
  );
}
