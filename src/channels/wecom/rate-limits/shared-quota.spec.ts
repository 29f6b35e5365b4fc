import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../platform/clock.js';
import { InMemoryLedger, type QuotaLedger } from './call-ledger.js';
import { RateLimiter } from './rate-limiter.js';
import { publishedQuotas } from './published-quotas.js';
import type { QuotaRow, Quotas } from '../../quotas.js';

const START_AT = 1_795_219_200_000;
const done = () => Promise.resolve('done');
const row = (window: QuotaRow['window'], limit: number): QuotaRow => ({
  endpoint: '*',
  per: 'corp',
  window,
  limit,
  source: 'the test',
});

/** Processes of one corp, in sequence or in parallel. */
function processes(over: Partial<Quotas> = {}, ledger: QuotaLedger = new InMemoryLedger()) {
  const clock: Clock & { at: number } = { at: START_AT, now: () => clock.at };
  const quotas = { ...publishedQuotas, patienceMs: 0, ...over };
  return { clock, begin: () => new RateLimiter(clock, quotas, () => Promise.resolve(), ledger) };
}

describe('quotas of several processes', () => {
  it('never allow more than the limit in any span, with processes killed and restarted', async () => {
    const step = fc.record({
      gapMs: fc.integer({ min: 0, max: 9_000 }),
      who: fc.nat(2),
      killed: fc.boolean(),
      calls: fc.integer({ min: 1, max: 60 }),
    });
    const steps = fc.array(step, { maxLength: 60 });
    const limits = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 300, max: 700 }));
    await fc.assert(
      fc.asyncProperty(steps, limits, async (steps, limit) => {
        const { clock, begin } = processes({ rows: [row('minute', limit), row('hour', 2 * limit)] });
        const alive = [begin(), begin(), begin()];
        const passed: { at: number; calls: number }[] = [];
        for (const { gapMs, who, killed, calls } of steps) {
          clock.at += gapMs;
          if (killed) alive[who] = begin();
          const tried = await Promise.allSettled(
            Array.from({ length: calls }, () => alive[who]!.admit({ endpoint: 'a' })),
          );
          passed.push({ at: clock.at, calls: tried.filter(({ status }) => status === 'fulfilled').length });
        }
        for (const { at } of passed) {
          const within = (spanMs: number) =>
            passed.reduce((sum, one) => sum + (one.at > at - spanMs && one.at <= at ? one.calls : 0), 0);
          expect(within(60_000)).toBeLessThanOrEqual(limit);
          expect(within(3_600_000)).toBeLessThanOrEqual(2 * limit);
        }
      }),
    );
  });

  it('give the last call to one of two, whenever the other asks', async () => {
    for (let turns = 0; turns < 30; turns += 1) {
      const limiter = processes({ rows: [row('minute', 1)] }).begin();
      const one = limiter.admit({ endpoint: 'a' });
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      const tried = await Promise.allSettled([one, limiter.admit({ endpoint: 'a' })]);
      expect(tried.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    }
  });

  it('use up the whole limit when nobody is killed', async () => {
    const { begin } = processes({ rows: [row('minute', 100)] });
    const [one, other] = [begin(), begin()];
    let admitted = 0;
    for (let n = 0; n < 200; n += 1)
      await (n % 2 === 0 ? one : other).admit({ endpoint: 'a' }).then(
        () => (admitted += 1),
        () => undefined,
      );
    // The other process may have the last block, which is at most two seconds of calls.
    expect(admitted).toBeGreaterThanOrEqual(100 - Math.ceil((100 * 2) / 60));
    expect(admitted).toBeLessThanOrEqual(100);
  });

  it('need few ledger updates for hundreds of calls', async () => {
    const memory = new InMemoryLedger();
    let asked = 0;
    const counting: QuotaLedger = {
      update: (...args) => {
        asked += 1;
        return memory.update(...args);
      },
    };
    const limiter = processes({}, counting).begin();
    await Promise.all(Array.from({ length: 1_000 }, () => limiter.run({ endpoint: 'a' }, done)));
    expect(asked).toBeLessThan(25);
  });

  it('request blocks ahead, so that a steady stream never waits for a busy ledger', async () => {
    const memory = new InMemoryLedger();
    const answers: (() => void)[] = [];
    let asked = 0;
    const busy: QuotaLedger = {
      update: (...args) => {
        asked += 1;
        return asked === 1
          ? memory.update(...args)
          : new Promise((resolve) => answers.push(() => resolve(memory.update(...args))));
      },
    };
    const { clock, begin } = processes({}, busy);
    const limiter = begin();
    await limiter.admit({ endpoint: 'a' });
    for (let second = 1; second < 60; second += 1) {
      clock.at += 1_000;
      // The call requests a block, and the ledger answers after the call was made.
      await limiter.admit({ endpoint: 'a' });
      answers.shift()?.();
    }
    expect(asked).toBeGreaterThan(5);
    expect(asked).toBeLessThan(15);
  });

  it('keep a full window over a restart', async () => {
    const { clock, begin } = processes({ rows: [row('hour', 3)] });
    const before = begin();
    for (let n = 0; n < 3; n += 1) await before.admit({ endpoint: 'a' });
    clock.at += 10_000;
    const after = begin();
    await expect(after.admit({ endpoint: 'a' })).rejects.toMatchObject({
      code: 'wecom_quota_full',
      retryAfterMs: 3_600_000 + 60_000 - 10_000,
    });
    expect(after.waiting()).toMatchObject([{ endpoint: 'a', why: 'hour' }]);
    clock.at += 3_650_000;
    await expect(after.admit({ endpoint: 'a' })).resolves.toBeUndefined();
  });

  it('share a cooldown (45009) and its strikes, also after a restart', async () => {
    const { clock, begin } = processes();
    const [refused, other] = [begin(), begin()];
    await refused.admit({ endpoint: 'a' });
    expect(await refused.startCooldown('a')).toBe(60_000);
    await expect(other.admit({ endpoint: 'a' })).rejects.toMatchObject({ retryAfterMs: 60_000 });
    await expect(other.admit({ endpoint: 'b' })).resolves.toBeUndefined();
    clock.at += 60_000;
    const after = begin();
    await after.admit({ endpoint: 'a' });
    expect(await after.startCooldown('a')).toBe(3_600_000);
    await expect(begin().admit({ endpoint: 'a' })).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
  });

  it('start with the shortest cooldown again after a success in one of them', async () => {
    const { clock, begin } = processes();
    const [one, other] = [begin(), begin()];
    await one.admit({ endpoint: 'a' });
    await one.startCooldown('a');
    await expect(other.admit({ endpoint: 'a' })).rejects.toThrow();
    clock.at += 60_000;
    await one.admit({ endpoint: 'a' });
    one.endCooldown('a');
    clock.at += 20_000;
    await one.admit({ endpoint: 'a' });
    await other.admit({ endpoint: 'a' });
    expect(await other.startCooldown('a')).toBe(60_000);
  });

  it('make a call although the ledger took longer than a slot', async () => {
    const memory = new InMemoryLedger();
    const slow: QuotaLedger = {
      update: async (...args) => {
        const answer = await memory.update(...args);
        clock.at += 5_000;
        return answer;
      },
    };
    const { clock, begin } = processes({ rows: [row('minute', 2)] }, slow);
    await expect(begin().admit({ endpoint: 'a' })).resolves.toBeUndefined();
    expect(clock.at).toBe(START_AT + 5_000);
  });

  it('lose no calls when the ledger cannot be written', async () => {
    const memory = new InMemoryLedger();
    let isDown = false;
    const failing: QuotaLedger = {
      update: (...args) => (isDown ? Promise.reject(new Error('down')) : memory.update(...args)),
    };
    const { clock, begin } = processes({ rows: [row('minute', 60), row('hour', 3)] }, failing);
    const limiter = begin();
    await limiter.admit({ endpoint: 'a' });
    clock.at += 1_500;
    isDown = true;
    for (let n = 0; n < 5; n += 1) await expect(limiter.admit({ endpoint: 'a' })).rejects.toThrow('down');
    isDown = false;
    await limiter.admit({ endpoint: 'a' });
    await limiter.admit({ endpoint: 'a' });
    await expect(limiter.admit({ endpoint: 'a' })).rejects.toMatchObject({ code: 'wecom_quota_full' });
  });

  it.each(['the same process', 'a new one'])(
    'do not wait for a day after the clock was a day ahead (%s)',
    async (which) => {
      const { clock, begin } = processes({ rows: [row('minute', 4)] });
      const ahead = begin();
      clock.at += 86_400_000;
      for (let n = 0; n < 4; n += 1) await ahead.admit({ endpoint: 'a' });
      await expect(ahead.admit({ endpoint: 'a' })).rejects.toMatchObject({ retryAfterMs: 61_000 });
      await ahead.startCooldown('b');
      clock.at -= 86_400_000;
      const limiter = which === 'a new one' ? begin() : ahead;
      await expect(limiter.admit({ endpoint: 'a' })).rejects.toMatchObject({ retryAfterMs: 61_000 });
      await expect(limiter.admit({ endpoint: 'b' })).rejects.toMatchObject({ retryAfterMs: 60_000 });
      clock.at += 61_000;
      await expect(limiter.admit({ endpoint: 'a' })).resolves.toBeUndefined();
      await expect(limiter.admit({ endpoint: 'b' })).resolves.toBeUndefined();
    },
  );
});
