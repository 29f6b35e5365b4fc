import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PushedClock } from '../../../platform/clock.js';
import { RateLimiter } from './rate-limiter.js';
import { legalTime, publishedQuotas } from './published-quotas.js';
import type { Quotas } from '../../quotas.js';
import { SlidingWindow } from './sliding-window.js';

const done = () => Promise.resolve('done');

const perMinute = (limit: number): Partial<Quotas> => ({
  rows: [{ endpoint: '*', per: 'corp', window: 'minute', limit, source: 'the test' }],
});

function aQuota(over: Partial<Quotas> = {}) {
  const clock = new PushedClock(1_795_219_200_000);
  const slept: number[] = [];
  const limiter = new RateLimiter(clock, { ...publishedQuotas, ...over }, (ms) => {
    slept.push(ms);
    clock.pushTo(clock.now() + ms);
    return Promise.resolve();
  });
  return { limiter, clock, slept };
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

describe('RateLimiter', () => {
  it('waits out a short wait', async () => {
    const { limiter, clock, slept } = aQuota(perMinute(1));
    await limiter.run({ endpoint: 'a' }, done);
    clock.pushTo(clock.now() + 59_500);
    await expect(limiter.run({ endpoint: 'a' }, done)).resolves.toBe('done');
    expect(slept).toEqual([1_500]);
  });

  it('hands a long wait back with its length', async () => {
    const { limiter } = aQuota(perMinute(1));
    await limiter.run({ endpoint: 'a' }, done);
    await expect(limiter.run({ endpoint: 'a' }, done)).rejects.toMatchObject({
      name: 'RetryLater',
      code: 'wecom_quota_full',
      retryAfterMs: 61_000,
      countsAsAttempt: false,
      throttlesKind: true,
    });
    await expect(limiter.run({ endpoint: 'b' }, done)).resolves.toBe('done');
  });

  it('gives up waiting when the clock stands still', async () => {
    const limiter = new RateLimiter(
      new PushedClock(59_500),
      { ...publishedQuotas, ...perMinute(1), patienceMs: 61_500 },
      () => Promise.resolve(),
    );
    await limiter.run({ endpoint: 'a' }, done);
    await expect(limiter.run({ endpoint: 'a' }, done)).rejects.toMatchObject({ code: 'wecom_quota_full' });
  });

  it('holds an endpoint to its own limit where all have a wider one of the same window', async () => {
    const own = { endpoint: 'a', per: 'corp', window: 'minute', limit: 4, source: 'the test' } as const;
    const { limiter } = aQuota({ rows: [...perMinute(100).rows!, own] });
    for (let n = 0; n < 4; n += 1) await limiter.run({ endpoint: 'a' }, done);
    await expect(limiter.run({ endpoint: 'a' }, done)).rejects.toMatchObject({ code: 'wecom_quota_full' });
    expect(limiter.usageOf('a')).toMatchObject({ lastMinute: 4, perMinute: 4 });
  });

  it('counts each person on their own', async () => {
    const { limiter } = aQuota();
    const notify = (person: string) => limiter.run({ endpoint: 'message/send', people: [person] }, done);
    for (let n = 0; n < 30; n += 1) await notify('LinXia');
    await expect(notify('LinXia')).rejects.toMatchObject({ code: 'wecom_quota_full' });
    await expect(notify('ZhaoMin')).resolves.toBe('done');
  });

  it('lets five into an endpoint at once', async () => {
    const { limiter } = aQuota();
    const { work, most } = crowd();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => limiter.run({ endpoint: 'mark_tag', pair: `pair ${n}` }, work)),
    );
    expect(most()).toBe(5);
  });

  it('lets one pair be worked on by one call at a time, also after a failure', async () => {
    const { limiter } = aQuota();
    const { work, most } = crowd();
    const failing = limiter.run({ endpoint: 'mark_tag', pair: 'p' }, () => Promise.reject(new Error('no')));
    const rest = Array.from({ length: 5 }, () => limiter.run({ endpoint: 'mark_tag', pair: 'p' }, work));
    await expect(failing).rejects.toThrow('no');
    await Promise.all(rest);
    expect(most()).toBe(1);
  });

  it('rests an endpoint a minute after 45009, an hour when that was not enough, and starts anew after a success', async () => {
    const { limiter, clock } = aQuota();
    expect(await limiter.block('a')).toBe(60_000);
    expect(await limiter.block('a')).toBe(60_000);
    await expect(limiter.run({ endpoint: 'a' }, done)).rejects.toMatchObject({ retryAfterMs: 60_000 });
    clock.pushTo(clock.now() + 60_000);
    expect(await limiter.block('a')).toBe(3_600_000);
    clock.pushTo(clock.now() + 3_600_000);
    await limiter.run({ endpoint: 'a' }, done);
    limiter.unblock('a');
    expect(await limiter.block('a')).toBe(60_000);
  });

  it('rests as long as the endpoint’s own windows are, and gettoken an hour at once', async () => {
    const { limiter, clock } = aQuota();
    const rests: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      const restMs = await limiter.block('media/uploadimg');
      clock.pushTo(clock.now() + restMs);
      rests.push(restMs);
    }
    expect(rests).toEqual([60_000, 3_600_000, 86_400_000, 86_400_000]);
    expect(await limiter.block('gettoken')).toBe(3_600_000);
  });

  it('counts each task and each bot on its own', async () => {
    const { limiter } = aQuota();
    const remind = (subject: string) =>
      limiter.run({ endpoint: 'externalcontact/remind_groupmsg_send', subject }, done);
    for (let n = 0; n < 3; n += 1) await remind('msg1');
    await expect(remind('msg1')).rejects.toMatchObject({ code: 'wecom_quota_full' });
    await expect(remind('msg2')).resolves.toBe('done');
    for (let n = 0; n < 20; n += 1) await limiter.run({ endpoint: 'webhook/send', subject: 'bot' }, done);
    await expect(limiter.run({ endpoint: 'webhook/send', subject: 'bot' }, done)).rejects.toThrow('quota');
  });

  it('tells what waits, why and until when, and forgets it when its time has come', async () => {
    const { limiter, clock } = aQuota(perMinute(1));
    await limiter.run({ endpoint: 'a' }, done);
    for (let n = 0; n < 3; n += 1) await expect(limiter.run({ endpoint: 'a' }, done)).rejects.toThrow('quota');
    await limiter.block('b');
    expect(limiter.waiting()).toEqual([
      { endpoint: 'a', calls: 3, until: clock.now() + 61_000, why: 'minute' },
      { endpoint: 'b', calls: 1, until: clock.now() + 60_000, why: 'blocked' },
    ]);
    expect(limiter.usageOf('a')).toEqual({ lastMinute: 1, perMinute: 1, lastHour: 0, perHour: 0 });
    clock.pushTo(clock.now() + 61_000);
    expect(limiter.waiting()).toEqual([]);
  });

  it('tells who stands before a crowded endpoint', async () => {
    const { limiter } = aQuota({ atOnce: 1 });
    let finish: () => void = () => undefined;
    const first = limiter.run({ endpoint: 'a' }, () => new Promise<void>((resolve) => (finish = resolve)));
    const others = [1, 2].map(() => limiter.run({ endpoint: 'a' }, done));
    await new Promise((resolve) => setImmediate(resolve));
    expect(limiter.waiting()).toMatchObject([{ endpoint: 'a', calls: 2, why: 'concurrency' }]);
    finish();
    await Promise.all([first, ...others]);
    expect(limiter.waiting()).toEqual([]);
  });

  it('lets half as many in at once after 45033, and one more for every half minute without', async () => {
    const { limiter, clock } = aQuota({ atOnce: 8 });
    const mostOf = async (): Promise<number> => {
      const { work, most } = crowd();
      await Promise.all(Array.from({ length: 30 }, () => limiter.run({ endpoint: 'a' }, work)));
      return most();
    };
    limiter.crowded('a');
    limiter.crowded('a');
    expect(await mostOf()).toBe(4);
    clock.pushTo(clock.now() + 30_000);
    await limiter.run({ endpoint: 'a' }, done);
    expect(await mostOf()).toBe(5);
    for (let n = 0; n < 5; n += 1) {
      clock.pushTo(clock.now() + 30_000);
      await limiter.run({ endpoint: 'a' }, done);
    }
    expect(await mostOf()).toBe(8);
  });

  it('comes within three in a hundred of the legal rate, and never over it', async () => {
    const { limiter, clock } = aQuota({ ...perMinute(600), patienceMs: 120_000 });
    const at: number[] = [];
    for (let n = 0; n < 6_000; n += 1) {
      await limiter.run({ endpoint: 'a' }, () => Promise.resolve(at.push(clock.now())));
      clock.pushTo(clock.now() + 20);
    }
    const minutes = (at[5_400]! - at[0]!) / 60_000;
    expect(5_400 / minutes / 600).toBeGreaterThan(0.97);
    for (const from of [0, 17_000, 30_000]) {
      const windows = new Map<number, number>();
      for (const moment of at) {
        const window = Math.floor((moment - from) / 60_000);
        windows.set(window, (windows.get(window) ?? 0) + 1);
      }
      expect(Math.max(...windows.values())).toBeLessThanOrEqual(600);
    }
  });
});

describe('the legal time of many calls', () => {
  it.each([
    [1, 6],
    [10_000, 60_000],
    [150_000, 900_000],
    [160_000, 3_660_000],
  ])('of %i is %i ms', (calls, takesMs) => {
    expect(legalTime(publishedQuotas, 'externalcontact/mark_tag', calls)).toBe(takesMs);
  });

  it('goes by the endpoint’s own windows, too', () => {
    expect(legalTime(publishedQuotas, 'media/uploadimg', 1_500)).toBeGreaterThanOrEqual(86_400_000);
  });
});
