import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { Conductor } from '../../src/demo/conductor.js';

const MINUTE = 60_000;

it('welcomes a contact that a tester adds on the page of the sandbox, although each turn takes five simulated minutes', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'qunjie-played-'));
  const conductor = await Conductor.open({
    startAt: Date.parse('2026-01-05T10:00:00+08:00'),
    databaseUrl: `sqlite:${join(directory, 'product.sqlite')}`,
    people: 0,
    logLevel: 'fatal',
    adminPassword: 'played-test-password',
    productFile: resolve('dist/demo/product-process.js'),
  });
  await conductor.startProduct();
  const { sandbox } = conductor;
  await conductor.liveUntil(sandbox.now() + 5 * MINUTE);
  await sandbox.act({ do: 'newcomer', name: '玩家' });
  await sandbox.act({ do: 'add_contact', who: '玩家', staff: 'LinXia' });
  await conductor.liveUntil(sandbox.now() + 5 * MINUTE);
  expect(sandbox.record().received.filter(({ via }) => via === 'welcome')).toMatchObject([{ name: '玩家' }]);
  await conductor.close();
  await rm(directory, { recursive: true, force: true });
});
