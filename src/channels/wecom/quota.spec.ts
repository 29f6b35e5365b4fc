import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PushedClock } from '../../platform/clock.js';
import { PUBLISHED_LIMITS, Quota, type QuotaLimits } from './quota.js';
import { SlidingWindow } from './sliding-window.js';

const done = () => Promise.resolve('done');

function aQuota(over: Partial<QuotaLimits> = {}) {
  const clock = new PushedClock(1_795_219_200_000);
  const slept: number[] = [];
  const quota = new Quota(clock, { ...PUBLISHED_LIMITS, ...over }, (ms) => {
    slept.push(ms);
    clock.pushTo(clock.now() + ms);
    return Promise.resolve();
  });
  return { quota, clock, slept };
}

/** Work that says how many of its kind were under way at once. */
function crowd() {
  let inside = 0;
  let most = 0;
  return {
    most: () => most,
    work: async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    },
  };
}

describe('SlidingWindow', () => {
  it('never lets more than its limit through in any span, however the calls fall', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 }), (gaps) => {
        const window = new SlidingWindow(5, 60_000);
        const passed: number[] = [];
        let now = 1_795_219_200_000;
        for (const gap of gaps) {
          now += gap;
          if (window.waitMs(now) === 0) {
            window.count(now);
            passed.push(now);
          }
        }
        for (const at of passed)
          expect(passed.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('lets one more through after exactly the wait it names', () => {
    const window = new SlidingWindow(1, 60_000);
    window.count(1_000);
    expect(window.waitMs(1_000 + window.waitMs(1_000))).toBe(0);
  });
});

describe('Quota', () => {
  it('waits out a short wait', async () => {
    const { quota, clock, slept } = aQuota({ perMinute: 1 });
    await quota.run({ endpoint: 'a' }, done);
    clock.pushTo(clock.now() + 59_500);
    await expect(quota.run({ endpoint: 'a' }, done)).resolves.toBe('done');
    expect(slept).toEqual([1_500]);
  });

  it('hands a long wait back with its length', async () => {
    const { quota } = aQuota({ perMinute: 1 });
    await quota.run({ endpoint: 'a' }, done);
    await expect(quota.run({ endpoint: 'a' }, done)).rejects.toMatchObject({
      name: 'RetryLater',
      code: 'wecom_quota_full',
      retryAfterMs: 61_000,
    });
    await expect(quota.run({ endpoint: 'b' }, done)).resolves.toBe('done');
  });

  it('gives up waiting when the clock stands still', async () => {
    const quota = new Quota(new PushedClock(59_500), { ...PUBLISHED_LIMITS, perMinute: 1, patienceMs: 61_500 }, () =>
      Promise.resolve(),
    );
    await quota.run({ endpoint: 'a' }, done);
    await expect(quota.run({ endpoint: 'a' }, done)).rejects.toMatchObject({ code: 'wecom_quota_full' });
  });

  it('counts each person on their own', async () => {
    const { quota } = aQuota();
    const notify = (person: string) => quota.run({ endpoint: 'message/send', people: [person] }, done);
    for (let n = 0; n < 30; n += 1) await notify('LinXia');
    await expect(notify('LinXia')).rejects.toMatchObject({ code: 'wecom_quota_full' });
    await expect(notify('ZhaoMin')).resolves.toBe('done');
  });

  it('lets five into an endpoint at once', async () => {
    const { quota } = aQuota();
    const { work, most } = crowd();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => quota.run({ endpoint: 'mark_tag', pair: `pair ${n}` }, work)),
    );
    expect(most()).toBe(5);
  });

  it('lets one pair be worked on by one call at a time, also after a failure', async () => {
    const { quota } = aQuota();
    const { work, most } = crowd();
    const failing = quota.run({ endpoint: 'mark_tag', pair: 'p' }, () => Promise.reject(new Error('no')));
    const rest = Array.from({ length: 5 }, () => quota.run({ endpoint: 'mark_tag', pair: 'p' }, work));
    await expect(failing).rejects.toThrow('no');
    await Promise.all(rest);
    expect(most()).toBe(1);
  });

  it('rests an endpoint a minute after 45009, an hour when that was not enough, and starts anew after a success', async () => {
    const { quota, clock } = aQuota();
    expect(quota.block('a')).toBe(60_000);
    expect(quota.block('a')).toBe(60_000);
    await expect(quota.run({ endpoint: 'a' }, done)).rejects.toMatchObject({ retryAfterMs: 60_000 });
    clock.pushTo(clock.now() + 60_000);
    expect(quota.block('a')).toBe(3_600_000);
    clock.pushTo(clock.now() + 3_600_000);
    await quota.run({ endpoint: 'a' }, done);
    quota.unblock('a');
    expect(quota.block('a')).toBe(60_000);
  });
});
