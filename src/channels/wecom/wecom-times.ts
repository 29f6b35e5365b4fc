import { DAY_MS } from '../../domain/day.js';
import { EARLIEST_WECHAT_MS, plausibleTime } from '../../domain/plausible-time.js';

/** WeCom repeats a callback for minutes; after an outage of ours or theirs an event may be some days old. */
const OLDEST_EVENT_MS = 7 * DAY_MS;

const digits = /^\d{1,15}$/;

/**
 * The time of an event, epoch ms: its CreateTime where an event that arrives now can have that time,
 * else the time of arrival. A clock that is ahead moves nothing into the future.
 */
export function timeOfEvent(createTime: string | undefined, receivedAt: number): number {
  const at = momentIn(createTime, receivedAt);
  return at !== undefined && receivedAt - at <= OLDEST_EVENT_MS ? at : receivedAt;
}

/**
 * The time of what somebody said, epoch ms. As with events, but an old time stays old: whether an order is still to be obeyed
 * is decided by it, and one that was recorded long ago must not become one of now.
 */
export function timeOfWords(createTime: string | undefined, receivedAt: number): number {
  return plausibleTime(momentIn(createTime, receivedAt) ?? Number.NaN, receivedAt);
}

/**
 * A time in something that was read at `readAt`, epoch ms; nothing when it cannot be one. WeCom sends seconds, as a number or
 * as text; milliseconds are understood. What lies ahead by no more than clocks differ is of the moment of reading.
 */
export function knownTime(value: unknown, readAt: number): number | undefined {
  const number = typeof value === 'string' && digits.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined;
  return [number * 1_000, number]
    .filter((at) => at >= EARLIEST_WECHAT_MS && at <= readAt + CLOCKS_DIFFER_MS)
    .map((at) => Math.min(at, readAt))[0];
}

const CLOCKS_DIFFER_MS = 10 * 60_000;

/** WeCom gives seconds; what can only be milliseconds is understood, too. */
function momentIn(text: string | undefined, receivedAt: number): number | undefined {
  if (text === undefined || !digits.test(text)) return undefined;
  const number = Number(text);
  return [number * 1_000, number].find((at) => at >= EARLIEST_WECHAT_MS && at <= receivedAt);
}
