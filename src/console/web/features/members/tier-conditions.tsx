import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import type { TierCondition } from '../../api/members.js';
import { metricLabel, progressTo, readNeed, readValue } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './tier-ladder.module.css';

function Condition({ condition }: { readonly condition: TierCondition }) {
  const texts = useTexts();
  const { t, say } = texts;
  return (
    <li className={styles.condition} data-holds={condition.holds}>
      {condition.holds ? (
        <CheckCircleFilled aria-label={t('ladder.holds')} />
      ) : (
        <CloseCircleFilled aria-label={t('ladder.fails')} />
      )}
      <div className={styles.terms}>
        {condition.values.length === 0 && <code className={styles.plain}>{condition.text}</code>}
        {condition.values.map((value, index) => {
          const progress = progressTo(value.have, value.need);
          return (
            <div key={`${value.metric}-${index}`} className={styles.term}>
              <span className={styles.metric} title={condition.text}>
                {metricLabel(value.metric, say(value.label))}
              </span>
              <span className={styles.amounts}>
                <span>
                  {t('why.have')} <b>{readValue(value.metric, value.have, texts)}</b>
                </span>
                <span>
                  {t('why.need')} <b>{readNeed(value.metric, value.need, texts)}</b>
                </span>
              </span>
              {progress !== null && (
                <span className={styles.track} aria-hidden>
                  <i style={{ width: `${progress * 100}%` }} />
                </span>
              )}
            </div>
          );
        })}
      </div>
    </li>
  );
}

export function TierConditions({ conditions }: { readonly conditions: readonly TierCondition[] }) {
  const { t } = useTexts();
  if (conditions.length === 0) return <p className="faint">{t('ladder.rest')}</p>;
  return (
    <ul className={styles.conditions}>
      {conditions.map((condition) => (
        <Condition key={condition.text} condition={condition} />
      ))}
    </ul>
  );
}
