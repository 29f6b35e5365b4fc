import { type RetryLater } from '../platform/errors.js';

export const FIRST_BACKOFF_MS = 2_000;

export const LONGEST_BACKOFF_MS = 3_600_000;

/** The library is completed in seconds, or when an admin allows it: worth a look every few minutes. */
export const LIBRARY_BACKOFF_MS = 5 * 60_000;

/** Waiting for a turn or for an admin is no failed attempt, however long it takes. */
export const waits = new Set([
  'wecom_halted',
  'wecom_quota_full',
  'too_frequent',
  'chat_offline',
  'chat_resting',
  'chat_paced',
  'chat_add_limit',
  'chat_message_limit',
  'chat_throttled',
  'too_early_to_tell',
  'tag_library_doubted',
  'sms_halted',
  'welcome_in_flight',
]);

/** The other side was not asked, or took nothing. */
export const delaysWithoutHearing: ReadonlySet<string> = new Set(['wecom_halted', 'wecom_quota_full', 'too_frequent']);

export const backoffMs = (attempts: number): number =>
  Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.max(0, attempts - 1));

/**
 * How long until the next attempt. What the other side says is the least, for it says the same after every failure; only
 * where it tells when the turn comes is it taken as it is.
 */
export function waitMs({ code, retryAfterMs }: RetryLater, attempts: number): number {
  if (waits.has(code)) return retryAfterMs ?? backoffMs(attempts);
  const backoff = backoffMs(attempts);
  return Math.max(
    retryAfterMs ?? 0,
    code === 'tag_library_incomplete' ? Math.min(LIBRARY_BACKOFF_MS, backoff) : backoff,
  );
}
