import { PaperClipOutlined } from '@ant-design/icons';
import { Drawer } from 'antd';
import type { Delivery } from '../../api/deliveries.js';
import { BecausePanel } from '../../components/because-panel.js';
import { Detail } from '../../components/detail.js';
import { HistorySteps } from '../../components/history-steps.js';
import { MemberLink } from '../../components/member-link.js';
import { Moment } from '../../components/moment.js';
import { StateMark } from '../../components/state-mark.js';
import { useTexts } from '../../i18n/i18n.js';
import { DeliveryActions } from './delivery-actions.js';
import styles from './deliveries.module.css';

interface Props {
  readonly delivery: Delivery | null;
  readonly close: () => void;
}

export function DeliveryDrawer({ delivery, close }: Props) {
  const { t, name, say } = useTexts();
  return (
    <Drawer
      open={delivery !== null}
      onClose={close}
      size="min(460px, 100vw)"
      title={delivery ? say(delivery.campaignLabel) || delivery.campaign : ''}
      extra={delivery && <StateMark family="delivery" state={delivery.state} />}
    >
      {delivery && (
        <>
          {delivery.text && <blockquote className={styles.bubble}>{say(delivery.text)}</blockquote>}
          {delivery.attachments && delivery.attachments.length > 0 && (
            <ul className={styles.attached} aria-label={t('delivery.attachments')}>
              {delivery.attachments.map(({ kind, title, url }) => (
                <li key={`${kind} ${url}`}>
                  <PaperClipOutlined aria-hidden /> {title || url}
                </li>
              ))}
            </ul>
          )}
          <Detail
            rows={[
              [
                t('delivery.member'),
                delivery.memberId !== null && <MemberLink key="m" id={delivery.memberId} name={delivery.memberName} />,
              ],
              [t('delivery.channel'), delivery.channel ? name('channel', delivery.channel) : null],
              [t('delivery.template'), delivery.campaign],
              [
                t('delivery.reason'),
                delivery.reasonCode && (
                  <span key="r">
                    {say(delivery.reasonLabel)} <code className="faint">{delivery.reasonCode}</code>
                  </span>
                ),
              ],
              [t('delivery.planned'), <Moment key="p" at={delivery.plannedAt} />],
              [t('delivery.notBefore'), delivery.notBefore && <Moment key="n" at={delivery.notBefore} />],
              [t('delivery.settled'), delivery.settledAt && <Moment key="s" at={delivery.settledAt} />],
              [t('delivery.attempts'), String(delivery.attempts)],
            ]}
          />
          <DeliveryActions key={delivery.id} delivery={delivery} />
          {delivery.because && (
            <>
              <h3 className={styles.heading}>{t('why.button')}</h3>
              <BecausePanel because={delivery.because} />
            </>
          )}
          <h3 className={styles.heading}>{t('history.title')}</h3>
          <HistorySteps steps={delivery.history} family="delivery" />
        </>
      )}
    </Drawer>
  );
}
