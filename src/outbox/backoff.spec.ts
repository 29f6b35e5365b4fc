import { describe, expect, it } from 'vitest';
import { RetryLater } from '../platform/errors.js';
import { backoffMs, LONGEST_BACKOFF_MS, waitMs } from './backoff.js';
import { ThrottledKinds } from './throttled-kinds.js';

const HOUR = 3_600_000;

describe('the wait before the next attempt', () => {
  it('doubles with every attempt, up to an hour', () => {
    expect([1, 2, 3, 4].map(backoffMs)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(backoffMs(40)).toBe(LONGEST_BACKOFF_MS);
  });

  it('is at least what the other side says', () => {
    expect(waitMs(new RetryLater('network', 5_000), 1)).toBe(5_000);
    expect(waitMs(new RetryLater('network', 5_000), 4)).toBe(16_000);
  });

  it('is exactly what the other side says where it is no failed attempt', () => {
    expect(waitMs(new RetryLater('its_turn', 5_000, { countsAsAttempt: false }), 9)).toBe(5_000);
    expect(waitMs(new RetryLater('its_turn', undefined, { countsAsAttempt: false }), 2)).toBe(4_000);
  });

  it('grows no longer than the one who asks for it says', () => {
    const soon = new RetryLater('soon_there', 2_000, { longestBackoffMs: 60_000 });
    expect([1, 3, 20].map((attempts) => waitMs(soon, attempts))).toEqual([2_000, 8_000, 60_000]);
  });
});

describe('the throttled kinds', () => {
  it('include a kind only when thousands of it may be due and the failure concerns all of them', () => {
    const throttled = new ThrottledKinds();
    throttled.record('mark_tags', new RetryLater('one_of_them', 1_000), 0);
    throttled.record('notify_staff', new RetryLater('all_of_them', 1_000, { throttlesKind: true }), 0);
    expect(throttled.at(0)).toEqual([]);
    throttled.record('mark_tags', new RetryLater('all_of_them', 1_000, { throttlesKind: true }), 0);
    expect(throttled.at(999)).toEqual(['mark_tags']);
    expect(throttled.at(1_000)).toEqual([]);
  });

  it('are tried again after five minutes at the latest, because an admin may have removed the cause', () => {
    const throttled = new ThrottledKinds();
    throttled.record('read_contact', new RetryLater('all_of_them', HOUR, { throttlesKind: true }), 0);
    expect(throttled.at(299_999)).toEqual(['read_contact']);
    expect(throttled.at(300_000)).toEqual([]);
  });
});
