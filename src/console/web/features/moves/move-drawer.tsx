import { Drawer } from 'antd';
import { isUnderWay, type Move } from '../../api/moves.js';
import { BecausePanel } from '../../components/because-panel.js';
import { Detail } from '../../components/detail.js';
import { HistorySteps } from '../../components/history-steps.js';
import { MemberLink } from '../../components/member-link.js';

import { Moment, useCorpTime } from '../../components/moment.js';
import { MovePath } from '../../components/move-path.js';
import { StateMark } from '../../components/state-mark.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './moves.module.css';
import { MoveWaits } from './move-waits.js';
import { UndoMove } from './undo-move.js';

const DAY_MS = 86_400_000;

export function MoveDrawer({ move, close }: { readonly move: Move | null; readonly close: () => void }) {
  const { t, name, say } = useTexts();
  const { now } = useCorpTime();
  const stuckNote = ({ state, from, deadlineAt }: Move): string => {
    const days = Math.max(1, Math.floor((now - (deadlineAt ?? now)) / DAY_MS));
    return from && (state === 'joined' || state === 'leaving')
      ? t('moves.stuckLeaving', { owner: from.owner, group: from.name, n: days })
      : t('moves.stuckNote', { n: days });
  };
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
          {move.stuck && <p className={styles.stuckNote}>{stuckNote(move)}</p>}
          <MoveWaits move={move} />
          {move.undone && (
            <p className={styles.undone}>
              {t('undo.was', { by: move.undone.by, reason: move.undone.reason })} <Moment at={move.undone.at} />
            </p>
          )}
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
          {move.because && (
            <>
              <h3 className={styles.heading}>{t('why.button')}</h3>
              <BecausePanel because={move.because} />
            </>
          )}
          <UndoMove move={move} />
          <h3 className={styles.heading}>{t('history.title')}</h3>
          <HistorySteps steps={move.history} family="move" />
        </>
      )}
    </Drawer>
  );
}
