import type { PlanNode } from '../../api/plan.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './calendar.module.css';
import { usePostStanding } from './post-chip.js';

/** What became of a post, in groups. */
export function PostResult({ node }: { readonly node: PlanNode }) {
  const { t, say } = useTexts();
  const { words } = usePostStanding()(node);
  const { ahead, waiting, sent, unsent } = node.progress;
  return (
    <div className={styles.result}>
      {words !== '' && <b>{words}</b>}
      <ul>
        {ahead > 0 && <li>{t('calendar.result.ahead', { n: ahead })}</li>}
        {waiting > 0 && <li>{t('calendar.result.waiting', { n: waiting })}</li>}
        {sent > 0 && <li>{t('calendar.result.sent', { n: sent })}</li>}
        {unsent.map(({ label, count }) => (
          <li key={say(label)}>{t('calendar.result.unsent', { n: count, why: say(label) })}</li>
        ))}
      </ul>
    </div>
  );
}
