import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useChangeDelivery, type Delivery, type DeliveryChange } from '../../api/deliveries.js';
import { dangerous } from '../../components/confirm-danger.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { useCorpTime } from '../../components/moment.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './deliveries.module.css';

const caps: ReadonlySet<string> = new Set(['daily_cap', 'monthly_cap', 'min_gap', 'merged_nudge']);
const unsent: ReadonlySet<string> = new Set(['failed', 'cancelled', 'suppressed']);

/** What a person can do with a message, as far as its state allows it. The answer says what happened, or why not. */
export function DeliveryActions({ delivery }: { readonly delivery: Delivery }) {
  const texts = useTexts();
  const { t, say } = texts;
  const { message } = App.useApp();
  const { now } = useCorpTime();
  const change = useChangeDelivery(delivery.id);
  const [isAsking, setAsking] = useState(false);
  const { state, reasonCode, campaign, memberId, notBefore } = delivery;
  if (campaign === null || memberId === null) return null;
  const act = async (asked: DeliveryChange): Promise<void> => {
    try {
      const { outcome, code, label } = await change.mutateAsync(asked);
      void message[outcome === 'refused' ? 'warning' : 'success'](say(label));
      // The caps of now refuse it: a person may decide otherwise.
      if (outcome === 'refused' && asked.do === 'retry' && caps.has(code)) setAsking(true);
    } catch (error) {
      void message.error(faultText(error, texts));
    }
  };
  return (
    <div className={styles.actions}>
      {state === 'planned' && (
        <>
          {(notBefore ?? 0) > now && (
            <Button loading={change.isPending} onClick={() => void act({ do: 'send-now' })}>
              {t('deliveries.sendNow')}
            </Button>
          )}
          <CancelButton isPending={change.isPending} cancel={() => act({ do: 'cancel' })} />
        </>
      )}
      {state === 'waiting' && <Link to="/waiting">{t('deliveries.toWaiting')}</Link>}
      {unsent.has(state) && (
        <Button loading={change.isPending} onClick={() => void act({ do: 'retry' })}>
          {t('deliveries.retry')}
        </Button>
      )}
      {unsent.has(state) && caps.has(reasonCode ?? '') && (
        <Button disabled={change.isPending} onClick={() => setAsking(true)}>
          {t('deliveries.pastCaps')}
        </Button>
      )}
      <PastCaps
        open={isAsking}
        close={() => setAsking(false)}
        send={async (pastCaps) => {
          await act({ do: 'retry', pastCaps });
          setAsking(false);
        }}
      />
    </div>
  );
}

function CancelButton({ isPending, cancel }: { readonly isPending: boolean; readonly cancel: () => Promise<void> }) {
  const { t } = useTexts();
  const { modal } = App.useApp();
  const ask = (): void =>
    void modal.confirm({
      ...dangerous(),
      title: t('deliveries.cancelTitle'),
      content: t('deliveries.cancelText'),
      okText: t('deliveries.cancel'),
      cancelText: t('deliveries.keep'),
      onOk: cancel,
    });
  return (
    <Button danger disabled={isPending} onClick={ask}>
      {t('deliveries.cancel')}
    </Button>
  );
}

interface PastCapsProps {
  readonly open: boolean;
  readonly close: () => void;
  readonly send: (why: string) => Promise<void>;
}

/** Asks why a message goes although the caps do not allow it. */
function PastCaps({ open, close, send }: PastCapsProps) {
  const { t } = useTexts();
  const [why, setWhy] = useState('');
  return (
    <Dialog
      open={open}
      title={t('deliveries.pastCapsTitle')}
      okText={t('deliveries.pastCaps')}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: why.trim() === '' }}
      onOk={() => void send(why.trim())}
      onCancel={close}
      afterClose={() => setWhy('')}
      width={440}
    >
      <p className={styles.asked}>{t('deliveries.pastCapsText')}</p>
      <Input.TextArea
        aria-label={t('deliveries.why')}
        placeholder={t('deliveries.why')}
        maxLength={500}
        autoSize={{ minRows: 2, maxRows: 5 }}
        value={why}
        onChange={(event) => setWhy(event.target.value)}
      />
    </Dialog>
  );
}
