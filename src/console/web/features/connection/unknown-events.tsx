import type { UnknownEvent } from '../../api/connection.js';
import { count } from '../../components/figures.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './connection.module.css';

export function UnknownEvents({ events }: { readonly events: readonly UnknownEvent[] }) {
  const { t } = useTexts();
  return (
    <Panel title={t('unknown.title')}>
      <p className={styles.detail}>{t('unknown.lead')}</p>
      <ul className={styles.unknown}>
        {events.map(({ name, times, lastAt }) => (
          <li key={name}>
            <code>{name}</code>
            <span>{t('unknown.times', { n: count(times) })}</span>
            <Moment at={lastAt} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
