import { ClockCircleOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import type { Usage, Waiting } from '../../api/connection.js';
import { count } from '../../components/figures.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useIsPhone } from '../../components/use-media.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './connection.module.css';
import { HOT_SHARE, orderUsage } from './usage-order.js';

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
        <i style={{ width: `${share * 100}%` }} data-hot={share >= HOT_SHARE} />
      </span>
    </div>
  );
}

function Endpoints({ usage }: { readonly usage: readonly Usage[] }) {
  const { t } = useTexts();
  return (
    <ul className={styles.usage}>
      {usage.map((one) => (
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
  );
}

/** Number of endpoints shown before the reader expands the list. */
const ROOM = 8;
const ROOM_ON_PHONE = 4;

interface Props {
  readonly usage: readonly Usage[];
  readonly waiting: readonly Waiting[];
  /** Epoch ms, in the corp's time. */
  readonly now: number;
}

/** How much of WeCom's quotas is used, and what waits for them. */
export function Quotas({ usage, waiting, now }: Props) {
  const { t, name } = useTexts();
  const [all, showAll] = useState(false);
  const { first, rest } = orderUsage(usage, waiting, useIsPhone() ? ROOM_ON_PHONE : ROOM);
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
      {first.length === 0 && (
        <p className={styles.detail}>{t(rest.length === 0 ? 'quota.none' : 'quota.noneLately')}</p>
      )}
      <Endpoints usage={all ? [...first, ...rest] : first} />
      {rest.length > 0 && (
        <Button type="link" className={styles.fold ?? ''} aria-expanded={all} onClick={() => showAll(!all)}>
          {all ? t('quota.fewer') : t('quota.rest', { n: count(rest.length) })}
        </Button>
      )}
    </Panel>
  );
}
