import { Drawer } from 'antd';
import { isUnderWay, type Move } from '../../api/moves.js';
import { Detail } from '../../components/detail.js';
import { HistorySteps } from '../../components/history-steps.js';
import { MemberLink } from '../../components/member-link.js';
import { Moment } from '../../components/moment.js';
import { MovePath } from '../../components/move-path.js';
import { StateMark } from '../../components/state-mark.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './moves.module.css';

export function MoveDrawer({ move, close }: { readonly move: Move | null; readonly close: () => void }) {
  const { t, name, say } = useTexts();
  return (
    <Drawer
      open={move !== null}
      onClose={close}
      size="min(480px, 100vw)"
      title={move?.memberName ?? ''}
      extra={move && <StateMark family="move" state={move.state} />}
    >
      {move && (
        <>
          <div className={styles.path}>
            <MovePath move={move} />
          </div>
          {move.stuck && <p className={styles.stuckNote}>{t('moves.stuckNote')}</p>}
          <Detail
            rows={[
              [t('moves.member'), <MemberLink key="m" id={move.memberId} name={move.memberName} />],
              [t('moves.tier'), <TierPill key="t" tier={move.tier} />],
              [t('moves.leaves'), move.from?.name ?? null],
              [t('moves.joins'), move.to.name],
              [t('moves.by'), name('moves.path', move.path)],
              [t('moves.reason'), say(move.reasonLabel ?? move.reason)],
              [t('moves.planned'), <Moment key="p" at={move.plannedAt} />],
              [
                t('moves.deadline'),
                isUnderWay(move) && move.deadlineAt !== null && <Moment key="d" at={move.deadlineAt} />,
              ],
            ]}
          />
          <h3 className={styles.heading}>{t('history.title')}</h3>
          <HistorySteps steps={move.history} family="move" />
        </>
      )}
    </Drawer>
  );
}
