import { DAY_MS } from '../../domain/day.js';
import { EARLIEST_WECHAT_MS, plausibleTime } from '../../domain/plausible-time.js';

/** WeCom repeats a callback for minutes. After an outage an event may be some days old. */
const OLDEST_EVENT_MS = 7 * DAY_MS;

const digits = /^\d{1,15}$/;

/**
 * The time of an event, epoch ms: its CreateTime if that is plausible for an event that arrives now, otherwise the time of
 * arrival. Never in the future.
 */
export function timeOfEvent(createTime: string | undefined, receivedAt: number): number {
  const at = parseTime(createTime, receivedAt);
  return at !== undefined && receivedAt - at <= OLDEST_EVENT_MS ? at : receivedAt;
}

/**
 * The time of a message, epoch ms. As with events, but an old time stays old: it decides whether a command is still executed,
 * and a replayed command must not count as a new one.
 */
export function timeOfMessage(createTime: string | undefined, receivedAt: number): number {
  return plausibleTime(parseTime(createTime, receivedAt) ?? Number.NaN, receivedAt);
}

/**
 * A time in an answer that was read at `readAt`, epoch ms; undefined when it is not valid. WeCom sends seconds, as a number
 * or text; milliseconds are accepted, too. A time slightly after `readAt` becomes `readAt`, because clocks differ.
 */
export function readTime(value: unknown, readAt: number): number | undefined {
  const number = typeof value === 'string' && digits.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  return [number * 1_000, number]
    .filter((at) => at >= EARLIEST_WECHAT_MS && at <= readAt + CLOCKS_DIFFER_MS)
    .map((at) => Math.min(at, readAt))[0];
}

const CLOCKS_DIFFER_MS = 10 * 60_000;

/** WeCom sends seconds; milliseconds are accepted, too. */
function parseTime(text: string | undefined, receivedAt: number): number | undefined {
  if (text === undefined || !digits.test(text)) return undefined;
  const number = Number(text);
  return [number * 1_000, number].find((at) => at >= EARLIEST_WECHAT_MS && at <= receivedAt);
}
