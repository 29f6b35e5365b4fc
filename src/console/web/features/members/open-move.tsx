import type { Move } from '../../api/moves.js';
import { Moment } from '../../components/moment.js';
import { MovePath } from '../../components/move-path.js';
import { MoveRoute } from '../../components/move-route.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './open-move.module.css';

export function OpenMove({ move }: { readonly move: Move }) {
  const { t, name, say } = useTexts();
  return (
    <Panel title={t('member.openMove')} extra={name('moves.path', move.path)}>
      <p className={styles.route}>
        <MoveRoute move={move} />
        {move.stuck && <span className={styles.stuck}>{t('moves.stuck')}</span>}
      </p>
      <MovePath move={move} />
      <p className={styles.foot}>
        {say(move.reasonLabel ?? move.reason)}
        {move.deadlineAt !== null && (
          <span>
            {t('moves.deadline')} <Moment at={move.deadlineAt} />
          </span>
        )}
      </p>
    </Panel>
  );
}
