import { Alert } from 'antd';
import { useThresholdNotes } from '../../api/rules.js';
import { count } from '../../components/figures.js';
import { Moment } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './rules.module.css';

/** Thresholds that this month's figures would put elsewhere: for a person to look at, never applied by themselves. */
export function ThresholdNotes() {
  const { t, say } = useTexts();
  const notes = useThresholdNotes().data ?? [];
  const [first] = notes;
  if (!first) return null;
  return (
    <Alert
      type="info"
      showIcon
      className={styles.published ?? ''}
      title={t('thresholds.noted')}
      description={
        <>
          <ul>
            {notes.map(({ metric, label, chosen, suggested, between }) => (
              <li key={`${metric}:${chosen}`}>
                {t('thresholds.note', { name: say(label), chosen, suggested, between: count(between) })}
              </li>
            ))}
          </ul>
          <p className="faint">
            <Moment at={first.at} /> · {t('thresholds.notedHow')}
          </p>
        </>
      }
    />
  );
}
