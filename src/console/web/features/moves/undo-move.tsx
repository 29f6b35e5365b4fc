import { UndoOutlined } from '@ant-design/icons';
import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useUndoMove, type Move } from '../../api/moves.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './moves.module.css';

/** What follows from taking the move back, as far as its state shows. */
function consequenceOf({
  state,
  from,
  history,
}: Move): 'undo.stop' | 'undo.stopBoth' | 'undo.leaveNew' | 'undo.inviteBack' {
  if (state === 'done' && from) return 'undo.inviteBack';
  if (history[0]?.state === 'joined') return 'undo.stopBoth';
  return (state === 'joined' || state === 'leaving') && from ? 'undo.leaveNew' : 'undo.stop';
}

const canBeUndone = ({ state, from, undone }: Move): boolean =>
  undone === null &&
  (['planned', 'invited', 'joined', 'leaving'].includes(state) || (state === 'done' && from !== null));

/** Asks for the reason before a move is taken back. The server decides whether it can be. */
export function UndoMove({ move }: { readonly move: Move }) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const undo = useUndoMove();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  if (!canBeUndone(move)) return null;
  const confirm = (): void =>
    undo.mutate(
      { id: move.id, reason: reason.trim() },
      {
        onSuccess: ({ how }) => {
          setAsking(false);
          void message.success(t(how === undefined ? 'undo.already' : `undo.done.${how}`));
        },
        onError: (error) => void message.error(faultText(error, texts)),
      },
    );
  return (
    <>
      <Button className={styles.undo ?? ''} icon={<UndoOutlined />} onClick={() => setAsking(true)}>
        {t('undo.action')}
      </Button>
      <Dialog
        open={asking}
        title={t('undo.title', { name: move.memberName })}
        okText={t('undo.action')}
        cancelText={t('action.cancel')}
        okButtonProps={{ disabled: reason.trim() === '' }}
        confirmLoading={undo.isPending}
        onOk={confirm}
        onCancel={() => setAsking(false)}
        afterClose={() => setReason('')}
        width={460}
      >
        <div className={styles.asked}>
          <p>{t(consequenceOf(move), { from: move.from?.name ?? '', to: move.to.name })}</p>
          <p>{t('undo.rest')}</p>
          <Input.TextArea
            value={reason}
            onChange={({ target }) => setReason(target.value)}
            aria-label={t('undo.reason')}
            placeholder={t('undo.reasonHint')}
            maxLength={200}
            autoSize={{ minRows: 2, maxRows: 5 }}
          />
        </div>
      </Dialog>
    </>
  );
}
