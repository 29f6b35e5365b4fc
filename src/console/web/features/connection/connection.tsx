import { useConnection, type Channel } from '../../api/connection.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { PageHead } from '../../components/page-head.js';
import { PageSkeleton } from '../../components/page-skeleton.js';
import { useTexts } from '../../i18n/i18n.js';
import { CheckUp } from './check-up.js';
import { Reconciliations } from './reconciliations.js';
import styles from './connection.module.css';
import { Quotas } from './quotas.js';
import { Standing } from './standing.js';
import { UnknownEvents } from './unknown-events.js';

const connected = (channels: readonly Channel[]) =>
  channels.flatMap(({ connection }) => (connection === null ? [] : [connection]));

/** The connection to WeCom: whether it works, what is wrong, and what to do. */
export function Connection() {
  const { t } = useTexts();
  const connection = useConnection();
  if (connection.isPending) return <PageSkeleton />;
  if (!connection.data) return <FaultNotice error={connection.error} retry={() => void connection.refetch()} />;
  const { channels, unknownEvents, now } = connection.data;
  const [comparing = null] = connected(channels).map((one) => one.comparing);
  return (
    <>
      <PageHead title={t('nav.connection')} lead={t('connection.lead')} />
      <div className={styles.page}>
        <div className={styles.pair}>
          {channels.map((channel) => (
            <Standing key={channel.id} channel={channel} />
          ))}
        </div>
        <CheckUp />
        <Reconciliations comparing={comparing} />
        <Quotas
          now={now}
          usage={connected(channels).flatMap(({ usage }) => usage)}
          waiting={connected(channels).flatMap(({ waiting }) => waiting)}
        />
        {unknownEvents.length > 0 && <UnknownEvents events={unknownEvents} />}
      </div>
    </>
  );
}
