import { CheckCircleFilled, ExclamationCircleFilled } from '@ant-design/icons';
import type { Home } from '../../api/home.js';
import { count } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './system-health.module.css';

export function SystemHealth({ channels, waiting }: Pick<Home, 'channels' | 'waiting'>) {
  const { t, say } = useTexts();
  return (
    <Panel title={t('home.system')}>
      <ul className={styles.channels}>
        {channels.map(({ id, label, ok, detail }) => (
          <li key={id} data-ok={ok}>
            {ok ? <CheckCircleFilled aria-hidden /> : <ExclamationCircleFilled aria-hidden />}
            <div>
              <p className={styles.line}>
                <strong>{say(label)}</strong>
                <span>{t(ok ? 'home.channelOk' : 'home.channelDown')}</span>
              </p>
              {say(detail) && <p className={styles.detail}>{say(detail)}</p>}
            </div>
          </li>
        ))}
      </ul>
      <dl className={styles.waiting}>
        <div>
          <dt>{t('home.waitingOutbox')}</dt>
          <dd>{count(waiting.outbox)}</dd>
        </div>
        <div>
          <dt>{t('home.waitingFacts')}</dt>
          <dd>{count(waiting.facts)}</dd>
        </div>
      </dl>
    </Panel>
  );
}
