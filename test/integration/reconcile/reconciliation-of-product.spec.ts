import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PushedClock } from '../../../src/platform/clock.js';
import { readConfig } from '../../../src/platform/config/config.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { startProduct } from '../../../src/app/product.js';
import { PASSWORD, quietCorp, settingsFor } from '../../support/product.js';

const MINUTE = 60_000;

it('reconciliation finds no drift in what the product did through the API, although no callback reports it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qunjie-compare-'));
  const corp = await quietCorp();
  for (const [who, staff] of [
    ['小鹿', 'LinXia'],
    ['阿青', 'ZhaoMin'],
  ] as const) {
    await corp.act({ do: 'newcomer', name: who });
    await corp.act({ do: 'add_contact', who, staff, state: 'expo', welcome: false });
  }
  const read = readConfig(settingsFor(corp, folder));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const clock = new PushedClock(corp.now());
  const logger = createLogger({ level: 'silent' });
  const product = await startProduct({ config: read.config, clock, logger, runsByItself: false });
  const push = async () => {
    await corp.advance(corp.now() + 2 * MINUTE);
    clock.pushTo(corp.now());
    await product.workLoop.drain();
  };
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${product.url}/console/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  try {
    const runs = () => product.database.read.all<{ state: string }>('SELECT state FROM corp_run');
    await expect.poll(runs).toEqual([{ state: 'done' }]);
    for (let round = 0; round < 4; round += 1) await push();
    const pairs = corp.record().pairs;
    expect(pairs.every((pair) => pair.remark.includes('expo') && pair.tags.length > 0)).toBe(true);

    const facts = () => product.database.read.one<{ n: number }>('SELECT COUNT(*) AS n FROM fact');
    const before = await facts();
    const login = await post('login', { username: 'admin', password: PASSWORD });
    const { csrf } = (await login.json()) as { csrf: string };
    const cookie = login.headers.getSetCookie()[0]!.split(';')[0]!;
    expect((await post('comparisons', {}, { cookie })).status).toBe(403);
    const answers = await Promise.all([1, 2].map(() => post('comparisons', {}, { cookie, 'x-csrf-token': csrf })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, 409]);
    const refused = answers.find((answer) => answer.status === 409);
    expect(await refused?.json()).toMatchObject({ code: 'comparison_under_way' });
    await expect.poll(runs).toEqual([{ state: 'done' }, { state: 'done' }]);

    const get = async (path: string): Promise<unknown> =>
      (await fetch(`${product.url}/console/api/${path}`, { headers: { cookie } })).json();
    expect(await get('comparisons')).toMatchObject({
      items: [
        { id: 2, why: 'asked', state: 'done', contacts: 2, drift: 0 },
        { id: 1, why: 'first', state: 'done', contacts: 2 },
      ],
      next: null,
    });
    expect(await get('comparisons/2')).toMatchObject({ run: { id: 2 }, items: [], next: null });
    expect(await get('comparisons/9')).toMatchObject({ code: 'no_such_comparison' });
    expect(await facts()).toEqual(before);
  } finally {
    await product.close();
    await corp.close();
    await rm(folder, { recursive: true, force: true });
  }
});
