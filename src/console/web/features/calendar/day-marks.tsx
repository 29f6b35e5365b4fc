import type { CalendarDay, PlanMonth } from '../../api/plan.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './calendar.module.css';

/** What a day is: off, made up for, a festival, one of the community's own days. */
export function DayMarks({ day }: { readonly day: CalendarDay }) {
  const { t, say } = useTexts();
  return (
    <>
      {day.kind === 'holiday' && <em className={styles.off}>{t('calendar.off')}</em>}
      {day.kind === 'make_up' && <em className={styles.work}>{t('calendar.work')}</em>}
      {[...day.festivals, ...day.special].map((label) => (
        <span key={say(label)} className={styles.festival}>
          {say(label)}
        </span>
      ))}
    </>
  );
}

/** What else goes on a day: texts of the rules in groups, and messages to members that are planned ahead. */
export function AlsoThatDay({ texts, ahead }: Pick<PlanMonth, 'texts' | 'ahead'>) {
  const { t } = useTexts();
  const messages = ahead.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      {texts.map(({ key, name, progress }) => (
        <p key={key} className={styles.also}>
          {name} {t('calendar.inGroups', { n: progress.ahead + progress.waiting + progress.sent })}
        </p>
      ))}
      {messages > 0 && (
        <p className={styles.also} title={ahead.map(({ name, count }) => `${name} ${count}`).join('\n')}>
          {t('calendar.ahead', { n: messages })}
        </p>
      )}
    </>
  );
}
