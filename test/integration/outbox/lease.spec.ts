import { afterEach, expect, it } from 'vitest';
import { migrations } from '../../../src/migrations/index.js';
import { leaseStore } from '../../../src/outbox/lease.store.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
import { Database } from '../../../src/platform/database/database.js';
import { dropPostgres, freshPostgres } from '../../support/databases.js';
import { MONDAY } from '../../support/test-product.js';
import { aMassSend, anOutbox, aRemark } from './an-outbox.js';
import { anActionKey } from '../../support/an-action-key.js';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Two processes on one PostgreSQL. */
async function twoDatabases(): Promise<[Database, Database]> {
  const url = await freshPostgres();
  undo.push(() => dropPostgres(url));
  const both: [Database, Database] = [
    await Database.open({ url, migrations }),
    await Database.open({ url, migrations }),
  ];
  for (const db of both) undo.push(() => db.close());
  return both;
}

/** Lets each of two transactions take rows before either commits. */
function meeting(): () => Promise<void> {
  let here = 0;
  let open: () => void;
  const both = new Promise<void>((resolve) => (open = resolve));
  return () => {
    if (++here === 2) open();
    return both;
  };
}

it.each([
  ['all', aRemark],
  ['mass_send', aMassSend('wm1')],
] as const)('two workers in transactions of the same moment never take the same row (%s)', async (which, action) => {
  const [one, two] = await twoDatabases();
  const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);
  await one.write((tx) =>
    outboxStore.enqueue(
      tx,
      keys.map((key) => ({ key: anActionKey(key), action, notBefore: MONDAY })),
      MONDAY,
    ),
  );
  const met = meeting();
  const take = (db: Database, worker: string) =>
    db.write(async (tx) => {
      const rows = await leaseStore.due(
        tx,
        { which, pause: { all: false, channels: [], broadcasts: [] }, limit: 25 },
        MONDAY,
      );
      await met();
      const ids = rows.map((row) => row.id);
      await leaseStore.lease(tx, ids, { worker, leaseMs: 60_000 }, MONDAY);
      return rows.map((row) => row.key);
    });
  const [ones, twos] = await Promise.all([take(one, 'one'), take(two, 'two')]);
  expect(new Set([...ones, ...twos]).size).toBe(40);
  expect(ones.length + twos.length).toBe(40);
  expect(await one.read.all('SELECT attempts, COUNT(*) AS n FROM outbox GROUP BY attempts')).toEqual([
    { attempts: 1, n: 40 },
  ]);
});

it('two workers never resume the same interrupted attempt', async () => {
  const [one, two] = await twoDatabases();
  await one.write(async (tx) => {
    await outboxStore.enqueue(tx, [{ key: anActionKey('k'), action: aRemark, notBefore: MONDAY }], MONDAY);
    await leaseStore.lease(tx, [1], { worker: 'dead', leaseMs: 1_000 }, MONDAY);
  });
  const met = meeting();
  const resume = (db: Database, worker: string) =>
    db.write(async (tx) => {
      await met();
      return leaseStore.leaseOrphaned(tx, { worker, leaseMs: 60_000 }, 10, MONDAY + 5_000);
    });
  const taken = (await Promise.all([resume(one, 'one'), resume(two, 'two')])).flat();
  expect(taken.map((row) => row.key)).toEqual(['k']);
});

it('two workers that deliver at the same time perform each action once', async () => {
  const [one, two] = await twoDatabases();
  const first = await anOutbox(one, { worker: 'one' });
  const second = await anOutbox(two, { worker: 'two', channel: first.channel, clock: first.clock });
  const keys = Array.from({ length: 200 }, (_, index) => `k${index}`);
  await first.enqueue(...keys.map((key) => ({ key, action: aRemark })));
  await Promise.all([first.deliver(), second.deliver(), first.deliver(), second.deliver()]);
  expect(first.channel.performed.map(({ key }) => key).sort()).toEqual([...keys].sort());
  expect(new Set((await first.rows()).map((row) => `${row.state} ${row.attempts}`))).toEqual(new Set(['sent 1']));
});
