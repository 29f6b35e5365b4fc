import type { Estimate } from '../../api/dry-runs.js';
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

/** Whom a launch reaches, by channel. */
export function Reached({ launch }: { readonly launch: Estimate['launch'] }) {
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

/** Whom it does not reach, by reason. */
export function Held({ held }: { readonly held: Estimate['launch']['held'] }) {
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

/** The taps of staff, and the calls of WeCom. */
export function Cost({ effort }: { readonly effort: Estimate['effort'] }) {
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
