import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ruleResponses } from '../../../src/console/api/rule-responses.js';
import { eachDatabase } from '../../support/databases.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { aFact, aProduct, type TestProduct } from '../../support/test-product.js';

const tiers = await readFile('config/tiers.yaml', 'utf8');
const memberFromTwo = tiers.replace('enter: orders_total >= 1', 'enter: orders_total >= 2');

async function aShopOf(product: TestProduct, ...orders: readonly number[]): Promise<ConsoleApp> {
  const { clock } = product;
  for (const [index, count] of orders.entries()) {
    const member = { externalUserId: `wm-${index}` };
    await product.happens(
      aFact('contact_added', clock.now(), member),
      ...Array.from({ length: count }, (_, order) =>
        aFact('order_paid', clock.now(), member, { orderId: `o-${index}-${order}`, amountCents: 10_000 * (order + 1) }),
      ),
    );
  }
  return aConsole(product);
}

eachDatabase('the rules in the API', (open) => {
  it('gives each document as text and as data, with its version and history', async () => {
    const app = await aShopOf(await aProduct(await open()));
    const { items } = ruleResponses.list.parse((await app.asProgram('GET', '/api/v1/rules')).body);
    expect(items.map(({ document, version }) => [document, version])).toContainEqual(['tiers', 1]);
    const read = ruleResponses.document.parse((await app.asProgram('GET', '/api/v1/rules/tiers')).body);
    expect(read).toMatchObject({ text: tiers, version: 1, savedBy: 'files', draft: null, differsFromFile: false });
    expect((read.data as { tiers: { key: string }[] }).tiers.map(({ key }) => key)).toContain('loyal');
    expect((await app.asProgram('GET', '/api/v1/rules/nothing')).status).toBe(404);
    expect((await app.asProgram('GET', '/api/v1/rules/tiers/versions/9')).status).toBe(404);
    await app.close();
  });

  it('publishes a text, refuses one from an older version, and restores an earlier one', async () => {
    const app = await aShopOf(await aProduct(await open()));
    const put = (body: unknown) => app.asProgram('PUT', '/api/v1/rules/tiers', body);
    const published = await put({ text: memberFromTwo, base: 1, note: '两单才算会员' });
    expect(ruleResponses.document.parse(published.body)).toMatchObject({ version: 2, note: '两单才算会员' });
    expect(await put({ text: tiers, base: 1 })).toMatchObject({
      status: 409,
      body: { code: 'version_conflict', document: 'tiers', version: 2 },
    });
    const broken = await put({ text: tiers.replace('orders_total >= 1', 'order_total >= 1'), base: 2 });
    const line = tiers.split('\n').findIndex((each) => each.includes('orders_total >= 1')) + 1;
    expect(broken).toMatchObject({
      status: 400,
      body: { code: 'bad_rules', problems: [{ document: 'tiers', line, column: 12 }] },
    });
    const restored = await app.asProgram('POST', '/api/v1/rules/tiers/versions/1/restore', { note: '' });
    expect(ruleResponses.document.parse(restored.body)).toMatchObject({ version: 3, text: tiers, note: '恢复第 1 版' });
    const files = ruleResponses.files.parse((await app.asProgram('GET', '/api/v1/rules/export')).body);
    expect(files.files).toContainEqual({ name: 'tiers.yaml', text: tiers });
    await app.close();
  });

  it('keeps a draft, checks it with the rest, and throws it away', async () => {
    const app = await aShopOf(await aProduct(await open()));
    const draft = { text: memberFromTwo, base: 1 };
    const kept = await app.asProgram('PUT', '/api/v1/rules/tiers/draft', draft);
    expect(ruleResponses.document.parse(kept.body)).toMatchObject({ version: 1, draftText: memberFromTwo });
    const check = async (texts: unknown) =>
      ruleResponses.compiled.parse((await app.asProgram('POST', '/api/v1/rules/compile', { texts })).body);
    expect(await check({ tiers: memberFromTwo })).toEqual({ ok: true, problems: [] });
    expect(await check({ tags: 'groups: [' })).toMatchObject({ ok: false, problems: [{ document: 'tags' }] });
    const thrown = await app.asProgram('DELETE', '/api/v1/rules/tiers/draft');
    expect(ruleResponses.discarded.parse(thrown.body)).toEqual({ discarded: true });
    await app.close();
  });

  it('answers an odd request with a code, and publishes nothing', async () => {
    const app = await aShopOf(await aProduct(await open()));
    for (const body of [
      {},
      { text: 1, base: 1 },
      { text: tiers },
      { text: tiers, base: -1 },
      { text: tiers, base: 1, x: 1 },
    ])
      expect(await app.asProgram('PUT', '/api/v1/rules/tiers', body)).toMatchObject({
        status: 400,
        body: { code: 'bad_request' },
      });
    const twice = { document: 'tiers', text: tiers, base: 1 };
    expect((await app.asProgram('POST', '/api/v1/rules/publish', { edits: [twice, twice] })).status).toBe(400);
    expect((await app.asProgram('GET', '/api/v1/rules/tiers')).body).toMatchObject({ version: 1 });
    await app.close();
  });

  it('shows the gap and the overlap of rules by a made-up member, and by a real one where there is one', async () => {
    const app = await aShopOf(await aProduct(await open()), 0, 2);
    const ask = (body: unknown) => app.asProgram('POST', '/api/v1/rules/mece', body);
    const rules = [
      { key: 'few', when: 'orders_total >= 1 && orders_total <= 2' },
      { key: 'many', when: 'orders_total >= 2' },
    ];
    expect(ruleResponses.mece.parse((await ask({ rules })).body)).toMatchObject({
      exact: true,
      gaps: [{ example: { orders_total: 0 }, member: { id: 1 } }],
      overlaps: [{ keys: ['few', 'many'], example: { orders_total: 2 }, member: { id: 2 } }],
      unreachable: [],
      never: [],
    });
    const ordered = ruleResponses.mece.parse((await ask({ rules, ordered: true })).body);
    expect(ordered.overlaps).toEqual([]);
    expect(await ask({ rules: [{ key: 'bad', when: 'order_total > 1' }] })).toMatchObject({
      status: 400,
      body: { code: 'bad_rule', key: 'bad', problems: [{ code: 'unknown_metric' }] },
    });
    await app.close();
  });

  it('answers others while it compares many rules', async () => {
    const app = await aShopOf(await aProduct(await open()));
    const metrics = [
      'orders_30d',
      'messages_7d',
      'checkins_30d',
      'views_30d',
      'clicks_30d',
      'invites_total',
      'ads_30d',
    ];
    const rules = Array.from({ length: 50 }, (_, index) => ({
      key: `r${index}`,
      when: metrics
        .map((metric, place) => `${metric} ${index % (place + 2) === 0 ? '>=' : '<'} ${(index * 7 + place) % 40}`)
        .join(' && '),
    }));
    const answered: string[] = [];
    const mece = app.asProgram('POST', '/api/v1/rules/mece', { rules }).then(({ status }) => {
      answered.push(`mece ${status}`);
    });
    const health = app.ask('GET', '/healthz').then(({ status }) => {
      answered.push(`health ${status}`);
    });
    await Promise.all([mece, health]);
    expect(answered).toEqual(['health 200', 'mece 200']);
    await app.close();
  });

  it('tells members of several gaps apart', async () => {
    const app = await aShopOf(await aProduct(await open()), 0, 5);
    const rules = [{ key: 'some', when: 'orders_total >= 1 && orders_total < 5' }];
    const { gaps } = ruleResponses.mece.parse((await app.asProgram('POST', '/api/v1/rules/mece', { rules })).body);
    expect(gaps.map(({ example, member }) => [example['orders_total'], member?.id])).toEqual([
      [0, 1],
      [5, 2],
    ]);
    await app.close();
  });

  it('suggests where a metric may be cut, counts who has no value, and clusters pairs', async () => {
    const app = await aShopOf(await aProduct(await open()), 0, 0, 1, 1, 5, 6);
    const ask = (body: unknown) => app.asProgram('POST', '/api/v1/rules/thresholds', body);
    const orders = ruleResponses.thresholds.parse((await ask({ metric: 'orders_90d', classes: 2 })).body);
    expect(orders).toMatchObject({ n: 6, nulls: 0, oneIn: 1, min: 0, max: 6 });
    expect(orders.suggestions.find(({ method }) => method === 'natural')).toEqual({
      method: 'natural',
      cuts: [5],
      sizes: [4, 2],
    });
    const days = ruleResponses.thresholds.parse(
      (await ask({ metric: 'days_since_last_order', by: 'orders_90d', classes: 2 })).body,
    );
    expect(days).toMatchObject({ n: 4, nulls: 2, pairs: { by: 'orders_90d', leftOut: 2 } });
    expect(days.pairs?.clusters.map(({ n }) => n)).toEqual([2, 2]);
    for (const metric of ['region', 'spend_90d_top_fifth_cents', 'nothing'])
      expect(await ask({ metric })).toMatchObject({ status: 400, body: { code: 'no_such_metric' } });
    await app.close();
  });
});
