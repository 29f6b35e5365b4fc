import { Drawer, Skeleton } from 'antd';
import { Link } from 'react-router';
import { useEstimate, type Estimate } from '../../api/dry-runs.js';
import { FaultNotice } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './launch-drawer.module.css';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The minimum duration of the calls, as text. */
function useTakes(): (ms: number) => string {
  const { t } = useTexts();
  return (ms) => {
    if (ms < MINUTE_MS) return t('launch.underMinute');
    if (ms < HOUR_MS) return t('launch.minutes', { n: Math.ceil(ms / MINUTE_MS) });
    return t('launch.hours', { n: Math.ceil(ms / HOUR_MS) });
  };
}

function Reached({ launch }: { readonly launch: Estimate['launch'] }) {
  const { t, name } = useTexts();
  return (
    <section className={styles.part} aria-label={t('launch.reached')}>
      <h3>
        {t('launch.reached')} <b>{t('launch.people', { n: count(launch.reached) })}</b>
      </h3>
      {launch.channels.length > 0 && (
        <ul>
          {launch.channels.map(({ channel, count: n }) => (
            <li key={channel}>
              <span>{name('channel', channel)}</span>
              <span className="figures">{count(n)}</span>
            </li>
          ))}
        </ul>
      )}
      {launch.later > 0 && <p>{t('launch.later', { n: count(launch.later) })}</p>}
    </section>
  );
}

function Held({ held }: { readonly held: Estimate['launch']['held'] }) {
  const { t, say } = useTexts();
  if (held.length === 0) return null;
  return (
    <section className={styles.part} aria-label={t('launch.held')}>
      <h3>
        {t('launch.held')} <b>{t('launch.people', { n: count(held.reduce((sum, one) => sum + one.count, 0)) })}</b>
      </h3>
      <ul>
        {held.map(({ code, label, count: n }) => (
          <li key={code}>
            <span>
              {say(label)} <code>{code}</code>
            </span>
            <span className="figures">{count(n)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Cost({ effort }: { readonly effort: Estimate['effort'] }) {
  const { t } = useTexts();
  const takes = useTakes();
  return (
    <>
      <section className={styles.part} aria-label={t('launch.taps')}>
        <h3>
          {t('launch.taps')} <b>{t('launch.times', { n: count(effort.taps) })}</b>
        </h3>
        {effort.byStaff.length === 0 ? (
          <p>{t('launch.noTaps')}</p>
        ) : (
          <ul>
            {effort.byStaff.map(({ staff, taps, receivers }) => (
              <li key={staff}>
                <span>{staff}</span>
                <span className="figures">{t('launch.tapsOf', { taps: count(taps), n: count(receivers) })}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className={styles.part} aria-label={t('launch.calls')}>
        <h3>
          {t('launch.calls')} <b>{t('launch.times', { n: count(effort.calls) })}</b>
        </h3>
        <p>{takes(effort.takesMs)}</p>
      </section>
    </>
  );
}

function Recipients({ estimate }: { readonly estimate: Estimate }) {
  const { t } = useTexts();
  const { found, exact, looked, outcomes, effort, launch } = estimate;
  const path = launch.audience === '' ? '/members' : `/members?where=${encodeURIComponent(launch.audience)}`;
  return (
    <>
      <dl className={styles.figures}>
        <div>
          <dt>{t('launch.audience')}</dt>
          <dd>
            <Link to={path}>{t('launch.people', { n: count(found) })}</Link>
          </dd>
        </div>
        <div>
          <dt>{t('launch.due')}</dt>
          <dd>{t('launch.people', { n: count(outcomes['due_now'] ?? 0) })}</dd>
        </div>
      </dl>
      {launch.oneByOne ? (
        <p className={styles.note}>{t('launch.oneByOne')}</p>
      ) : (
        <>
          <p className={styles.lead}>{t('launch.ifAll')}</p>
          <Reached launch={launch} />
          <Held held={launch.held} />
          <Cost effort={effort} />
          {!exact && <p className="faint">{t('launch.estimated', { n: count(looked) })}</p>}
        </>
      )}
    </>
  );
}

interface Props {
  readonly open: boolean;
  /** The text in the editor, saved or not. */
  readonly text: string;
  readonly onClose: () => void;
}

/** What would happen if the template were sent now: whom it reaches, whom not and why, and the effort of staff. */
export function LaunchDrawer({ open, text, onClose }: Props) {
  const { t } = useTexts();
  const estimate = useEstimate(text, open);
  return (
    <Drawer title={t('launch.title')} open={open} onClose={onClose} size="min(480px, 100vw)" destroyOnHidden>
      <p className={styles.note}>{t('launch.nothingSent')}</p>
      {estimate.data ? (
        <Recipients estimate={estimate.data} />
      ) : estimate.isError ? (
        <FaultNotice error={estimate.error} retry={() => void estimate.refetch()} />
      ) : (
        <Skeleton active paragraph={{ rows: 8 }} />
      )}
    </Drawer>
  );
}
