import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PushedClock } from '../../../platform/clock.js';
import { RateLimiter } from './rate-limiter.js';
import { minimumDurationMs, publishedQuotas } from './published-quotas.js';
import type { Quotas } from '../../quotas.js';
import { SlidingWindow } from './sliding-window.js';

const done = () => Promise.resolve('done');

const perMinute = (limit: number): Partial<Quotas> => ({
  rows: [{ endpoint: '*', per: 'corp', window: 'minute', limit, source: 'the test' }],
});

function aLimiter(over: Partial<Quotas> = {}) {
  const clock = new PushedClock(1_795_219_200_000);
  const slept: number[] = [];
  const limiter = new RateLimiter(clock, { ...publishedQuotas, ...over }, (ms) => {
    slept.push(ms);
    clock.pushTo(clock.now() + ms);
    return Promise.resolve();
  });
  return { limiter, clock, slept };
}

/** Work that records how many run at once. */
function concurrentWork() {
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
  it('never allows more than its limit in any span, for any times of the calls', () => {
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

  it('allows one more call after exactly the wait that it returns', () => {
    const window = new SlidingWindow(1, 60_000);
    window.count(1_000);
    expect(window.waitMs(1_000 + window.waitMs(1_000))).toBe(0);
  });
});

describe('RateLimiter', () => {
  it('sleeps through a short wait', async () => {
    const { limiter, clock, slept } = aLimiter(perMinute(1));
    await limiter.run({ endpoint: 'a' }, done);
    clock.pushTo(clock.now() + 59_500);
    await expect(limiter.run({ endpoint: 'a' }, done)).resolves.toBe('done');
    expect(slept).toEqual([1_500]);
  });

  it('throws a long wait with its length', async () => {
    const { limiter } = aLimiter(perMinute(1));
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

  it('stops waiting when the clock does not move', async () => {
    const limiter = new RateLimiter(
      new PushedClock(59_500),
      { ...publishedQuotas, ...perMinute(1), patienceMs: 61_500 },
      () => Promise.resolve(),
    );
    await limiter.run({ endpoint: 'a' }, done);
    await expect(limiter.run({ endpoint: 'a' }, done)).rejects.toMatchObject({ code: 'wecom_quota_full' });
  });

  it('applies the limit of an endpoint when it is tighter than the common one', async () => {
    const own = { endpoint: 'a', per: 'corp', window: 'minute', limit: 4, source: 'the test' } as const;
    const { limiter } = aLimiter({ rows: [...perMinute(100).rows!, own] });
    for (let n = 0; n < 4; n += 1) await limiter.run({ endpoint: 'a' }, done);
    await expect(limiter.run({ endpoint: 'a' }, done)).rejects.toMatchObject({ code: 'wecom_quota_full' });
    expect(limiter.usageOf('a')).toMatchObject({ lastMinute: 4, perMinute: 4 });
  });

  it('counts each person separately', async () => {
    const { limiter } = aLimiter();
    const notify = (person: string) => limiter.run({ endpoint: 'message/send', people: [person] }, done);
    for (let n = 0; n < 30; n += 1) await notify('LinXia');
    await expect(notify('LinXia')).rejects.toMatchObject({ code: 'wecom_quota_full' });
    await expect(notify('ZhaoMin')).resolves.toBe('done');
  });

  it('allows five concurrent calls of an endpoint', async () => {
    const { limiter } = aLimiter();
    const { work, most } = concurrentWork();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => limiter.run({ endpoint: 'mark_tag', pair: `pair ${n}` }, work)),
    );
    expect(most()).toBe(5);
  });

  it('runs one call per pair at a time, also after a failure', async () => {
    const { limiter } = aLimiter();
    const { work, most } = concurrentWork();
    const failing = limiter.run({ endpoint: 'mark_tag', pair: 'p' }, () => Promise.reject(new Error('no')));
    const rest = Array.from({ length: 5 }, () => limiter.run({ endpoint: 'mark_tag', pair: 'p' }, work));
    await expect(failing).rejects.toThrow('no');
    await Promise.all(rest);
    expect(most()).toBe(1);
  });

  it('has a cooldown of a minute after 45009, then of an hour, and starts over after a success', async () => {
    const { limiter, clock } = aLimiter();
    expect(await limiter.startCooldown('a')).toBe(60_000);
    expect(await limiter.startCooldown('a')).toBe(60_000);
    await expect(limiter.run({ endpoint: 'a' }, done)).rejects.toMatchObject({ retryAfterMs: 60_000 });
    clock.pushTo(clock.now() + 60_000);
    expect(await limiter.startCooldown('a')).toBe(3_600_000);
    clock.pushTo(clock.now() + 3_600_000);
    await limiter.run({ endpoint: 'a' }, done);
    limiter.endCooldown('a');
    expect(await limiter.startCooldown('a')).toBe(60_000);
  });

  it('has cooldowns of the windows of the endpoint, and of an hour for gettoken', async () => {
    const { limiter, clock } = aLimiter();
    const cooldowns: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      const cooldownMs = await limiter.startCooldown('media/uploadimg');
      clock.pushTo(clock.now() + cooldownMs);
      cooldowns.push(cooldownMs);
    }
    expect(cooldowns).toEqual([60_000, 3_600_000, 86_400_000, 86_400_000]);
    expect(await limiter.startCooldown('gettoken')).toBe(3_600_000);
  });

  it('counts each task and each bot separately', async () => {
    const { limiter } = aLimiter();
    const remind = (subject: string) =>
      limiter.run({ endpoint: 'externalcontact/remind_groupmsg_send', subject }, done);
    for (let n = 0; n < 3; n += 1) await remind('msg1');
    await expect(remind('msg1')).rejects.toMatchObject({ code: 'wecom_quota_full' });
    await expect(remind('msg2')).resolves.toBe('done');
    for (let n = 0; n < 20; n += 1) await limiter.run({ endpoint: 'webhook/send', subject: 'bot' }, done);
    await expect(limiter.run({ endpoint: 'webhook/send', subject: 'bot' }, done)).rejects.toThrow('quota');
  });

  it('lists waiting calls with reason and time, until that time', async () => {
    const { limiter, clock } = aLimiter(perMinute(1));
    await limiter.run({ endpoint: 'a' }, done);
    for (let n = 0; n < 3; n += 1) await expect(limiter.run({ endpoint: 'a' }, done)).rejects.toThrow('quota');
    await limiter.startCooldown('b');
    expect(limiter.waiting()).toEqual([
      { endpoint: 'a', calls: 3, until: clock.now() + 61_000, why: 'minute' },
      { endpoint: 'b', calls: 1, until: clock.now() + 60_000, why: 'blocked' },
    ]);
    expect(limiter.usageOf('a')).toEqual({ lastMinute: 1, perMinute: 1, lastHour: 0, perHour: 0 });
    clock.pushTo(clock.now() + 61_000);
    expect(limiter.waiting()).toEqual([]);
  });

  it('lists the calls that wait for a concurrent one', async () => {
    const { limiter } = aLimiter({ atOnce: 1 });
    let finish: () => void = () => undefined;
    const first = limiter.run({ endpoint: 'a' }, () => new Promise<void>((resolve) => (finish = resolve)));
    const others = [1, 2].map(() => limiter.run({ endpoint: 'a' }, done));
    await new Promise((resolve) => setImmediate(resolve));
    expect(limiter.waiting()).toMatchObject([{ endpoint: 'a', calls: 2, why: 'concurrency' }]);
    finish();
    await Promise.all([first, ...others]);
    expect(limiter.waiting()).toEqual([]);
  });

  it('halves the concurrent calls after 45033, and adds one for every half minute without it', async () => {
    const { limiter, clock } = aLimiter({ atOnce: 8 });
    const mostOf = async (): Promise<number> => {
      const { work, most } = concurrentWork();
      await Promise.all(Array.from({ length: 30 }, () => limiter.run({ endpoint: 'a' }, work)));
      return most();
    };
    limiter.lowerConcurrency('a');
    limiter.lowerConcurrency('a');
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

  it('reaches 97 percent of the allowed rate and never exceeds it', async () => {
    const { limiter, clock } = aLimiter({ ...perMinute(600), patienceMs: 120_000 });
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

describe('the minimum duration of many calls', () => {
  it.each([
    [1, 6],
    [10_000, 60_000],
    [150_000, 900_000],
    [160_000, 3_660_000],
  ])('is for %i calls %i ms', (calls, takesMs) => {
    expect(minimumDurationMs(publishedQuotas, 'externalcontact/mark_tag', calls)).toBe(takesMs);
  });

  it('uses the windows of the endpoint, too', () => {
    expect(minimumDurationMs(publishedQuotas, 'media/uploadimg', 1_500)).toBeGreaterThanOrEqual(86_400_000);
  });
});
