import type { Label } from '../../api/label.js';
import { useConditions } from '../../api/rules.js';
import { useTexts } from '../../i18n/i18n.js';
import { changesBetween, differenceOf, type Change } from './changes.js';
import { isShare } from './document-form.js';
import { useValueWords } from './field-value.js';
import styles from './rules.module.css';
import { dataOf } from './yaml-edit.js';

interface Props {
  readonly document: string;
  readonly before: string;
  readonly after: string;
}

const noConditions = new Map<string, never>();

/** What is different between two texts of a document, in words. */
export function ChangeList({ document, before, after }: Props) {
  const { t, say } = useTexts();
  const changes = changesBetween(document, dataOf(before), dataOf(after));
  const texts = changes
    .filter(({ field }) => field?.kind === 'condition' || field?.kind === 'stay')
    .flatMap((change) => [change.before, change.after])
    .filter((value): value is string => typeof value === 'string' && !isShare(value));
  const conditions = useConditions([...new Set(texts)]);
  const words = useValueWords(conditions.data ?? noConditions);
  if (changes.length === 0)
    return <p className={styles.none}>{t(before === after ? 'rules.noChange' : 'rules.onlyComments')}</p>;
  const named = (part: Label | string): string => (typeof part === 'string' ? part : say(part));
  return (
    <ul className={styles.changes} aria-label={t('rules.changes')}>
      {changes.map((change, index) => (
        <li key={index}>
          <span className={styles.changeWhere}>{change.where.map(named).join(' · ')}</span>
          <ChangeWords change={change} words={words} />
        </li>
      ))}
    </ul>
  );
}

function ChangeWords({ change, words }: { readonly change: Change; readonly words: ReturnType<typeof useValueWords> }) {
  const { t } = useTexts();
  if (change.kind !== 'changed' || !change.field)
    return <b>{t(change.kind === 'added' ? 'rules.added' : 'rules.removed')}</b>;
  const pieces = differenceOf(words(change.field, change.before), words(change.field, change.after));
  return (
    <span>
      {pieces.map(({ kind, text }, index) => {
        if (kind === 'same') return <span key={index}>{text}</span>;
        const Mark = kind === 'gone' ? 'del' : 'ins';
        return (
          <Mark key={index}>
            <span className="spoken">{t(kind === 'gone' ? 'rules.was' : 'rules.becomes')}</span>
            {text}
          </Mark>
        );
      })}
    </span>
  );
}
