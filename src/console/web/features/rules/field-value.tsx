import type { ConditionView } from '../../api/rules.js';
import { problemWords } from '../../components/problem-words.js';
import { useTexts } from '../../i18n/i18n.js';
import { isMap, isShare, plainText } from './document-form.js';
import type { Field } from './form-parts.js';
import styles from './rules.module.css';

export type Conditions = ReadonlyMap<string, ConditionView>;

/** A value of a document in words. */
export function useValueWords(conditions: Conditions): (field: Field, value: unknown) => string {
  const { t, say } = useTexts();
  const condition = (text: string): string => {
    const view = conditions.get(text);
    return view?.ok ? say(view.words) : text;
  };
  return function words(field, value): string {
    if (value === undefined || value === null || value === '') return t('value.none');
    const unit = field.unit && say(field.unit) ? ` ${say(field.unit)}` : '';
    switch (field.kind) {
      case 'condition':
        return condition(plainText(value));
      case 'stay':
        return isShare(plainText(value))
          ? t('rules.share', { share: plainText(value).trim() })
          : condition(plainText(value));
      case 'label':
        return isMap(value) ? `${plainText(value['zh'])} / ${plainText(value['en'])}` : plainText(value);
      case 'share':
        return `${Math.round(Number(value) * 100)}%`;
      case 'switch':
        return t(value === true ? 'value.yes' : 'value.no');
      case 'choice':
        return say(field.choices?.find((one) => one.value === value)?.label) || plainText(value);
      case 'between':
        return isMap(value) ? `${plainText(value['from'])} – ${plainText(value['to'])}` : plainText(value);
      case 'picks':
        return Array.isArray(value)
          ? value
              .map((one) => say(field.choices?.find((choice) => choice.value === one)?.label) || plainText(one))
              .join('、')
          : plainText(value);
      case 'texts':
      case 'times':
        return Array.isArray(value) && value.length > 0 ? value.map(String).join('、') : t('value.none');
      case 'numbers':
        return Array.isArray(value) ? `${value.map(String).join('、')}${unit}` : plainText(value);
      case 'other':
        return plainText(value);
      default:
        return `${plainText(value)}${unit}`;
    }
  };
}

/** A condition in words; with a mistake, its text and what is wrong with it. */
export function ConditionWords({ text, conditions }: { readonly text: string; readonly conditions: Conditions }) {
  const { say } = useTexts();
  const view = conditions.get(text);
  if (!view || view.ok) return <span className={styles.words}>{view ? say(view.words) : text}</span>;
  return (
    <span className={styles.broken}>
      <code>{text}</code> {view.problems[0] && say(problemWords(view.problems[0]))}
    </span>
  );
}
