import { expect, it } from 'vitest';
import {
  InMemoryLedger,
  type CountedCalls,
  type QuotaLedger,
} from '../../../src/channels/wecom/rate-limits/call-ledger.js';
import { RateLimiter } from '../../../src/channels/wecom/rate-limits/rate-limiter.js';
import { publishedQuotas } from '../../../src/channels/wecom/rate-limits/published-quotas.js';
import { migrations } from '../../../src/migrations/index.js';
import { CallLedger } from '../../../src/channels/wecom/rate-limits/call-ledger.store.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { Database } from '../../../src/platform/database/database.js';
import { dropPostgres, eachDatabase, freshPostgres } from '../../support/databases.js';

const NOW = 1_795_219_200_000;
const MINUTE = 60_000;

const counted = (over: Partial<CountedCalls> = {}): CountedCalls => ({
  quota: 'a',
  window: 'minute',
  startedAt: NOW,
  countsUntil: NOW + MINUTE,
  calls: 1,
  ...over,
});
const put = (
  ledger: QuotaLedger,
  calls: readonly CountedCalls[],
  cooldown?: { until: number; strikes: number } | null,
) =>
  ledger.update('a', [], NOW, () => ({
    counted: calls,
    ...(cooldown === undefined ? {} : { cooldown }),
    answer: undefined,
  }));
const seen = (ledger: QuotaLedger, quotas: readonly string[], now = NOW) =>
  ledger.update('a', quotas, now, (state) => ({ counted: [], answer: state }));

function aLedger(open: () => Promise<(corp: string) => QuotaLedger>): void {
  it('returns the current counts of the requested quotas', async () => {
    const ledger = (await open())('corp');
    await put(ledger, [counted(), counted({ window: 'hour', calls: 7 }), counted({ quota: 'a LinXia', calls: 3 })]);
    await put(ledger, [counted({ startedAt: NOW - MINUTE, countsUntil: NOW })]);
    expect((await seen(ledger, ['a'])).counted).toHaveLength(2);
    expect((await seen(ledger, ['a', 'a LinXia', 'b'])).counted).toEqual(
      expect.arrayContaining([
        counted(),
        counted({ window: 'hour', calls: 7 }),
        counted({ quota: 'a LinXia', calls: 3 }),
      ]),
    );
    expect((await seen(ledger, ['a'], NOW + MINUTE)).counted).toEqual([]);
  });

  it('replaces a count', async () => {
    const ledger = (await open())('corp');
    await put(ledger, [counted({ calls: 5 })]);
    await put(ledger, [counted({ calls: 2 })]);
    expect((await seen(ledger, ['a'])).counted).toEqual([counted({ calls: 2 })]);
  });

  it('stores a cooldown until it ends', async () => {
    const ledger = (await open())('corp');
    await put(ledger, [], { until: NOW + MINUTE, strikes: 1 });
    await put(ledger, [], { until: NOW + 2 * MINUTE, strikes: 2 });
    expect((await seen(ledger, [])).cooldown).toEqual({ until: NOW + 2 * MINUTE, strikes: 2 });
    await put(ledger, [], null);
    expect((await seen(ledger, [])).cooldown).toBeUndefined();
  });
}

eachDatabase('the ledger of calls', (open) => {
  aLedger(async () => {
    const db = await open();
    return (corp) => new CallLedger(db, corp);
  });

  it('separates corps, and deletes expired counts', async () => {
    const db = await open();
    const [mine, theirs] = [new CallLedger(db, 'mine'), new CallLedger(db, 'theirs')];
    await put(mine, [counted()], { until: NOW + MINUTE, strikes: 1 });
    expect(await seen(theirs, ['a'])).toEqual({ counted: [], cooldown: undefined });
    await seen(theirs, [], NOW + 20 * MINUTE);
    expect(await db.read.all('SELECT quota FROM call_count')).toEqual([]);
  });
});

aLedger(() => Promise.resolve(() => new InMemoryLedger()));

it('gives two products on one PostgreSQL one quota together, and a third one later nothing', async () => {
  const url = await freshPostgres();
  const databases = await Promise.all([1, 2, 3].map(() => Database.open({ url, migrations })));
  const clock = new PushedClock(NOW);
  const quotas = {
    ...publishedQuotas,
    rows: publishedQuotas.rows.map((row) =>
      row.endpoint === '*' && row.window === 'minute' ? { ...row, limit: 500 } : row,
    ),
    patienceMs: 0,
  };
  const [one, other, late] = databases.map(
    (db) => new RateLimiter(clock, quotas, () => Promise.resolve(), new CallLedger(db, 'corp')),
  );
  const made = new Map<RateLimiter, number>();
  const call = (limiter: RateLimiter) =>
    limiter
      .run({ endpoint: 'externalcontact/mark_tag' }, () =>
        Promise.resolve(made.set(limiter, (made.get(limiter) ?? 0) + 1)),
      )
      .catch(() => undefined);
  await Promise.all(Array.from({ length: 800 }, (_, n) => call(n % 2 === 0 ? one! : other!)));
  await call(late!);
  const [ones, others, lates] = [one!, other!, late!].map((limiter) => made.get(limiter) ?? 0);
  expect(ones! + others! + lates!).toBeLessThanOrEqual(500);
  expect(ones! + others! + lates!).toBeGreaterThanOrEqual(450);
  expect(Math.min(ones!, others!)).toBeGreaterThan(0);
  expect(late!.waiting()).toMatchObject([{ endpoint: 'externalcontact/mark_tag' }]);
  for (const db of databases) await db.close();
  await dropPostgres(url);
});
