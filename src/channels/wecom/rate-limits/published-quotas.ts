import { DAY_MS, HOUR_MS } from '../../../domain/day.js';
import type { QuotaRow, Quotas, WindowName } from '../../quotas.js';

/** WeCom blocks for the length of the window; a month has 30 days (contract §1.2, 45009). */
export const SPAN_MS: Readonly<Record<WindowName, number>> = {
  minute: 60_000,
  hour: HOUR_MS,
  day: DAY_MS,
  month: 30 * DAY_MS,
};

const WITHOUT_TOKEN = new Set(['webhook/send']);

/**
 * The rate limits of WeCom. Two limits are not here, because they do not count calls: the app messages of a corp per day
 * (200 per account; no endpoint returns the number of accounts), and the mass sends per customer and month (see the send
 * policy).
 */
export const publishedQuotas: Quotas = {
  rows: [
    { endpoint: '*', per: 'corp', window: 'minute', limit: 10_000, source: 'O-90454 [2023-08-28], S 2026' },
    { endpoint: '*', per: 'corp', window: 'hour', limit: 150_000, source: 'O-90454 [2023-08-28], S 2026' },
    // WeCom drops messages beyond these limits without an error.
    { endpoint: 'message/send', per: 'person', window: 'minute', limit: 30, source: 'O-90454: dropped in silence' },
    { endpoint: 'message/send', per: 'person', window: 'hour', limit: 1_000, source: 'O-90454: dropped in silence' },
    { endpoint: 'webhook/send', per: 'subject', window: 'minute', limit: 20, source: 'O-99110 via S: a bot' },
    { endpoint: 'media/uploadimg', per: 'corp', window: 'day', limit: 1_000, source: 'contract §1.3' },
    { endpoint: 'media/uploadimg', per: 'corp', window: 'month', limit: 3_000, source: 'contract §1.3' },
    {
      endpoint: 'externalcontact/remind_groupmsg_send',
      per: 'subject',
      window: 'day',
      limit: 3,
      source: 'contract §7.4, 41094: a task',
    },
  ],
  // No figure is published (45033 says only "too many"); 5 is what SaaS vendors use (contract §1.3).
  atOnce: 5,
  patienceMs: 2_000,
};

/** The quotas of one endpoint. Of two rows that count the same calls only the tighter one is returned. */
export function quotasFor(quotas: Quotas, endpoint: string): readonly QuotaRow[] {
  const rows = quotas.rows.filter(
    (row) => row.endpoint === endpoint || (row.endpoint === '*' && !WITHOUT_TOKEN.has(endpoint)),
  );
  const tightest = new Map<string, QuotaRow>();
  for (const row of rows) {
    const name = `${row.per} ${row.window}`;
    if (row.limit < (tightest.get(name)?.limit ?? Infinity)) tightest.set(name, row);
  }
  return rows.filter((row) => tightest.get(`${row.per} ${row.window}`) === row);
}

/**
 * The cooldown of an endpoint after its n-th 45009 in a row. WeCom does not name the full window, so the shortest is tried
 * first. Too many wrong secrets block the IP address for an hour (G), so gettoken always waits an hour.
 */
export function cooldownAfter(quotas: Quotas, endpoint: string, strikes: number): number {
  if (endpoint === 'gettoken') return SPAN_MS.hour;
  const spans = [...new Set(quotasFor(quotas, endpoint).map((row) => SPAN_MS[row.window]))]
    .filter((spanMs) => spanMs <= SPAN_MS.day)
    .sort((a, b) => a - b);
  return spans[Math.min(strikes, spans.length) - 1] ?? SPAN_MS.minute;
}

/** The minimum duration of this many calls of one endpoint, in ms. */
export function minimumDurationMs(quotas: Quotas, endpoint: string, calls: number): number {
  const windows = quotasFor(quotas, endpoint)
    .filter((row) => row.per === 'corp')
    .map(({ limit, window }) => ({ limit, spanMs: SPAN_MS[window] }))
    .sort((a, b) => b.spanMs - a.spanMs);
  let [left, takesMs] = [calls, 0];
  for (const [at, { limit, spanMs }] of windows.entries()) {
    if (at === windows.length - 1) return takesMs + (left / limit) * spanMs;
    // All windows except the last are used up and waited out.
    const full = Math.max(0, Math.ceil(left / limit) - 1);
    takesMs += full * spanMs;
    left -= full * limit;
  }
  return takesMs;
}
