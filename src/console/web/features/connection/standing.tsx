import { CheckCircleFilled, ExclamationCircleFilled } from '@ant-design/icons';
import type { Channel, Connected } from '../../api/connection.js';
import { count } from '../../components/figures.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './connection.module.css';

function Halts({ halted }: { readonly halted: Connected['halted'] }) {
  const { t, say } = useTexts();
  return (
    <ul className={styles.halts}>
      {halted.map(({ endpoint, errcode, since, advice }) => (
        <li key={endpoint} role="alert">
          <strong>{say(advice)}</strong>
          <span>
            {t('connection.halted', { errcode, endpoint })} · {t('connection.since')} <Moment at={since} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** One channel: whether it works, what has stopped, and when it last received something. */
export function Standing({ channel }: { readonly channel: Channel }) {
  const { t, say } = useTexts();
  const { connection } = channel;
  return (
    <Panel
      title={say(channel.label)}
      extra={
        <span className={styles.standing} data-ok={channel.ok}>
          {channel.ok ? <CheckCircleFilled aria-hidden /> : <ExclamationCircleFilled aria-hidden />}
          {t(channel.ok ? 'home.channelOk' : 'home.channelDown')}
        </span>
      }
    >
      {connection && connection.halted.length > 0 ? (
        <Halts halted={connection.halted} />
      ) : (
        <p className={styles.detail}>{channel.detail || t('connection.calm')}</p>
      )}
      {connection && (
        <dl className={styles.figures}>
          <div>
            <dt>{t('connection.lastCallback')}</dt>
            <dd>
              <Moment at={connection.callbacks.lastAt} />
            </dd>
          </div>
          <div>
            <dt>{t('connection.callbacksTaken')}</dt>
            <dd>{count(connection.callbacks.taken)}</dd>
          </div>
          <div data-hot={connection.callbacks.refused > connection.callbacks.stale}>
            <dt>{t('connection.callbacksRefused')}</dt>
            <dd>{count(connection.callbacks.refused - connection.callbacks.stale)}</dd>
          </div>
          {connection.callbacks.stale > 0 && (
            <div data-hot>
              <dt>{t('connection.callbacksStale')}</dt>
              <dd>{count(connection.callbacks.stale)}</dd>
            </div>
          )}
          <div>
            <dt>{t('connection.callbacksUnknown')}</dt>
            <dd>{count(connection.callbacks.unknown)}</dd>
          </div>
        </dl>
      )}
    </Panel>
  );
}
