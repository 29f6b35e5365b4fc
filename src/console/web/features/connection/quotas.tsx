import { ClockCircleOutlined } from '@ant-design/icons';
import type { Usage, Waiting } from '../../api/connection.js';
import { count } from '../../components/figures.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './connection.module.css';

function Meter({ label, used, of }: { readonly label: string; readonly used: number; readonly of: number }) {
  const share = of > 0 ? Math.min(1, used / of) : 0;
  return (
    <div className={styles.meter}>
      <span>
        {label} <b>{count(used)}</b> / {count(of)}
      </span>
      <span
        className={styles.track}
        role="meter"
        aria-label={label}
        aria-valuenow={used}
        aria-valuemin={0}
        aria-valuemax={of}
      >
        <i style={{ width: `${share * 100}%` }} data-hot={share >= 0.9} />
      </span>
    </div>
  );
}

interface Props {
  readonly usage: readonly Usage[];
  readonly waiting: readonly Waiting[];
  /** Epoch ms, the corp's. */
  readonly now: number;
}

/** How much of what WeCom allows is used, and what waits for it. */
export function Quotas({ usage, waiting, now }: Props) {
  const { t, name } = useTexts();
  const used = [...usage].filter(({ total }) => total > 0).sort((a, b) => b.lastHour - a.lastHour || b.total - a.total);
  return (
    <Panel title={t('quota.title')}>
      {waiting.length > 0 && (
        <ul className={styles.waiting} aria-label={t('quota.waiting')}>
          {waiting.map(({ endpoint, calls, until, why }) => (
            <li key={`${endpoint} ${why}`}>
              <ClockCircleOutlined aria-hidden />
              <span>
                <code>{endpoint}</code> {t('quota.waits', { n: count(calls) })} · {name('quota.why', why)} ·{' '}
                {until - now < 60_000 ? (
                  t('quota.soon')
                ) : (
                  <>
                    {t('quota.until')} <Moment at={until} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {used.length === 0 ? (
        <p className={styles.detail}>{t('quota.none')}</p>
      ) : (
        <ul className={styles.usage}>
          {used.map((one) => (
            <li key={one.endpoint}>
              <div className={styles.endpoint}>
                <code>{one.endpoint}</code>
                <span>
                  {t('quota.total', { n: count(one.total) })}
                  {one.refused > 0 && <em>{t('quota.refused', { n: count(one.refused) })}</em>}
                </span>
              </div>
              <Meter label={t('quota.minute')} used={one.lastMinute} of={one.perMinute} />
              <Meter label={t('quota.hour')} used={one.lastHour} of={one.perHour} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
