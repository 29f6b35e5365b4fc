import { App, Button } from 'antd';
import type { Move } from '../../api/moves.js';
import { usePlaceMembers, type PlacingAction } from '../../api/placement.js';
import { faultText } from '../../components/fault-notice.js';
import { Moment } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './moves.module.css';

/** Who holds up an open move, since when, and what one can do. */
export function MoveWaits({ move }: { readonly move: Move }) {
  const texts = useTexts();
  const { t, say, name } = texts;
  const { message } = App.useApp();
  const placing = usePlaceMembers();
  const { waits } = move;
  if (!waits) return null;
  const act = (action: PlacingAction): void =>
    placing.mutate(
      { action, members: [Number(move.memberId)] },
      {
        onSuccess: ([done]) => void message.info(say(done?.label)),
        onError: (error) => void message.error(faultText(error, texts)),
      },
    );
  return (
    <section className={styles.waits} aria-label={t('waits.title')}>
      <p>
        <strong>{say(waits.label)}</strong>
        {waits.staff !== null && <span> · {waits.staff}</span>} <Moment at={waits.since} />
      </p>
      <p className={styles.todo}>{say(waits.todo)}</p>
      {waits.action !== null && (
        <Button size="small" loading={placing.isPending} onClick={() => act(waits.action!)}>
          {waits.action === 'approve' ? name('task.answer', 'approve') : t('waits.remind')}
        </Button>
      )}
    </section>
  );
}
