import { type RetryLater } from '../platform/errors.js';

export const FIRST_BACKOFF_MS = 2_000;

export const LONGEST_BACKOFF_MS = 3_600_000;

export const backoffMs = (attempts: number): number =>
  Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.max(0, attempts - 1));

/**
 * Ms until the next attempt. `retryAfterMs` is a minimum, because the other side often names the same few seconds after
 * every failure. Where the attempt does not count, it is the time of the next turn and is used as it is.
 */
export function waitMs(
  { retryAfterMs, countsAsAttempt, longestBackoffMs = LONGEST_BACKOFF_MS }: RetryLater,
  attempts: number,
): number {
  const backoff = backoffMs(attempts);
  if (!countsAsAttempt) return retryAfterMs ?? backoff;
  return Math.max(retryAfterMs ?? 0, Math.min(longestBackoffMs, backoff));
}
