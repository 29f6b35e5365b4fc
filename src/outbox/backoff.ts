import { type RetryLater } from '../platform/errors.js';

export const FIRST_BACKOFF_MS = 2_000;

export const LONGEST_BACKOFF_MS = 3_600_000;

export const backoffMs = (attempts: number): number =>
  Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.max(0, attempts - 1));

/**
 * How long until the next attempt. What the other side says is the least, for it says the same after every failure; only
 * where it tells when the turn comes is it taken as it is.
 */
export function waitMs(
  { retryAfterMs, countsAsAttempt, longestBackoffMs = LONGEST_BACKOFF_MS }: RetryLater,
  attempts: number,
): number {
  const backoff = backoffMs(attempts);
  if (!countsAsAttempt) return retryAfterMs ?? backoff;
  return Math.max(retryAfterMs ?? 0, Math.min(longestBackoffMs, backoff));
}
