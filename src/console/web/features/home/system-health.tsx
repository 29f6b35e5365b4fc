import { CheckCircleFilled, ExclamationCircleFilled } from '@ant-design/icons';
import type { Home } from '../../api/home.js';
import { count } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './system-health.module.css';

export function SystemHealth({ channels, waiting }: Pick<Home, 'channels' | 'waiting'>) {
  const { t } = useTexts();
  return (
    <Panel title={t('home.system')}>
      <ul className={styles.channels}>
        {channels.map(({ id, label, ok, detail }) => (
          <li key={id} data-ok={ok}>
            {ok ? <CheckCircleFilled aria-hidden /> : <ExclamationCircleFilled aria-hidden />}
            <div>
              <p className={styles.line}>
                <strong>{label}</strong>
                <span>{t(ok ? 'home.channelOk' : 'home.channelDown')}</span>
              </p>
              {detail && <p className={styles.detail}>{detail}</p>}
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
        <div>
          <dt>{t('home.waitingDead')}</dt>
          <dd data-hot={waiting.dead > 0}>{count(waiting.dead)}</dd>
        </div>
      </dl>
    </Panel>
  );
}
