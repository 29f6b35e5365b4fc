import { expect, it } from 'vitest';
import { ruleResponses } from '../../../src/console/api/rule-responses.js';
import { listAudit } from '../../../src/insights/audit.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY } from '../../support/test-product.js';

const DAY = 24 * 3_600_000;
const people = Array.from({ length: 7 }, (_, index) => `wm${index}`);

/** Seven members, of whom each has one order more than the one before; the first has none. */
async function aShop(product: Awaited<ReturnType<typeof aProduct>>): Promise<void> {
  await product.happens(
    ...people.flatMap((externalUserId, index) => [
      aFact('visited', MONDAY - index * DAY, { externalUserId }),
      ...Array.from({ length: index }, (_, n) =>
        aFact('order_paid', MONDAY - 9 * DAY, { externalUserId }, { orderId: `o${n}`, amountCents: 100 }),
      ),
    ]),
  );
}

interface Listed {
  readonly members: number;
  readonly items: readonly { key: string; count: number; words: { zh: string }; when: string }[];
}

const addAll = async (app: ConsoleApp): Promise<void> => {
  for (const [key, when] of [
    ['buyers', 'orders_total >= 1'],
    ['regulars', "in_segment('buyers') && orders_total >= 3"],
  ] as const)
    expect(
      await app.asAdmin('POST', '/api/v1/segments', { key, label: { zh: `${key}群`, en: key }, when, note: '试' }),
    ).toMatchObject({ status: 200, body: { kind: 'published', documents: [{ document: 'segments' }] } });
};

eachDatabase('segments by the API', (open) => {
  it('are listed with live counts and in words', async () => {
    const product = await aProduct(await open());
    await aShop(product);
    const app = await aConsole(product, { sharesRules: true });
    await addAll(app);
    const { body } = await app.asProgram<Listed>('GET', '/api/v1/segments');
    expect(body.members).toBe(7);
    expect(body.items.slice(-2)).toMatchObject([
      { key: 'buyers', count: 6, when: 'orders_total >= 1' },
      { key: 'regulars', count: 4, words: { zh: '在分群「buyers群」里，并且累计订单至少 3 笔' } },
    ]);
    await product.happens(aFact('order_paid', MONDAY, { externalUserId: 'wm0' }, { orderId: 'x', amountCents: 1 }));
    const after = await app.asProgram<Listed>('GET', '/api/v1/segments');
    expect(after.body.items.find(({ key }) => key === 'buyers')?.count).toBe(7);
    await app.close();
  });

  it('list their members page by page, and filter the list of members together with other filters', async () => {
    const product = await aProduct(await open());
    await aShop(product);
    const app = await aConsole(product, { sharesRules: true });
    await addAll(app);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await app.asProgram<{ items: { externalUserId: string }[]; next: string | null }>(
        'GET',
        `/api/v1/segments/regulars/members?limit=3&cursor=${cursor}`,
      );
      seen.push(...body.items.map(({ externalUserId }) => externalUserId));
      cursor = body.next ?? '';
    } while (cursor !== '');
    expect(seen).toEqual(['wm3', 'wm4', 'wm5', 'wm6']);
    const where = encodeURIComponent('orders_total <= 4');
    const filtered = await app.asProgram<{ items: { externalUserId: string }[] }>(
      'GET',
      `/api/v1/members?segment=regulars&where=${where}`,
    );
    expect(filtered.body.items.map(({ externalUserId }) => externalUserId)).toEqual(['wm3', 'wm4']);
    await app.close();
  });

  it('that are not there are said to be so, and a mistake in a new one has its place', async () => {
    const app = await aConsole(await aProduct(await open()));
    expect(await app.asProgram('GET', '/api/v1/segments/none/members')).toMatchObject({ status: 404 });
    expect(await app.asProgram('GET', '/api/v1/members?segment=none')).toMatchObject({
      status: 400,
      body: { code: 'no_such_segment' },
    });
    const label = { zh: '试', en: 'try' };
    expect(
      await app.asAdmin('POST', '/api/v1/segments', { key: 'x', label, when: 'orders_totl >= 1', note: '' }),
    ).toMatchObject({ status: 400, body: { code: 'bad_rules', problems: [{ document: 'segments' }] } });
    await app.close();
  });

  it('that claim to partition are checked before publishing, and who accepts a gap is on record', async () => {
    const product = await aProduct(await open());
    await aShop(product);
    const app = await aConsole(product, { sharesRules: true });
    const segment = (key: string, when: string) =>
      `  - { key: ${key}, label: { zh: ${key}群, en: ${key} }, when: ${when}, partition: orders }\n`;
    const text = `segments:\n${segment('none', 'orders_total == 0')}${segment('many', 'orders_total >= 2')}`;
    const { id: withOneOrder } = (await app.asProgram<{ id: number }>('GET', '/api/v1/members/wm1')).body;
    const checked = await app.asProgram('POST', '/api/v1/rules/partitions', { texts: { segments: text } });
    expect(ruleResponses.partitions.parse(checked.body)).toMatchObject({
      ok: true,
      partitions: [
        {
          name: 'orders',
          exact: true,
          overlaps: [],
          gaps: [{ example: { orders_total: 1 }, member: { id: withOneOrder } }],
        },
      ],
    });
    const broken = await app.asProgram('POST', '/api/v1/rules/partitions', { texts: { segments: 'segments: 7\n' } });
    expect(ruleResponses.partitions.parse(broken.body)).toMatchObject({ ok: false, problems: [{ line: 1 }] });

    const put = (accept: readonly string[]) =>
      app.asAdmin('PUT', '/api/v1/rules/segments', { text, base: 1, note: '先这样', accept });
    expect(await put([])).toMatchObject({ status: 400, body: { problems: [{ code: 'gap' }] } });
    expect(await put(['gaps'])).toMatchObject({ status: 200 });
    const { items } = await listAudit(product.db.read, { limit: 5 }, (key) => ({ zh: key, en: key }));
    expect(items[0]).toMatchObject({ who: 'admin', what: 'rules_published' });
    expect(items[0]!.title.zh).toBe('发布了规则「分群」第 2 版，确认了遗漏或重叠：先这样');
    const again = await app.asProgram('POST', '/api/v1/rules/partitions', { texts: { segments: text } });
    expect(ruleResponses.partitions.parse(again.body).partitions).toEqual([]);
    await app.close();
  });
});
