import { expect, it } from 'vitest';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY } from '../../support/test-product.js';

const path = '/console/api/templates/greeting';
const text = (body: string): string =>
  `---\nkey: greeting\nname: 问候\nkind: care\ntrigger: {on: stage, enters: returned}\naudience: orders_total <= 2\nchannels: [chat_dm]\n---\n${body}\n`;

eachDatabase('a template that is about to be saved', (open) => {
  it('is refused with a listed word in it, and what was saved before the word was listed goes on', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product, { sharesRules: true });
    const save = (body: string, baseVersion: number) =>
      app.asAdmin('PUT', path, { text: text(body), note: '', baseVersion });
    expect(await save('全网最佳', 0)).toMatchObject({
      status: 400,
      body: { code: 'bad_template', problems: [{ code: 'word_refused', line: 9, column: 3 }] },
    });
    expect(await save('亲，晚安', 0)).toMatchObject({ status: 200, body: { version: 1 } });

    const lists = `lists:\n  - { key: own, label: { zh: 我们不说, en: not our way }, severity: refuse, words: [亲] }\n`;
    const { body: rules } = await app.asAdmin<{ version: number }>('GET', '/api/v1/rules/words');
    expect(
      await app.asAdmin('POST', '/api/v1/rules/publish', {
        edits: [{ document: 'words', text: lists, base: rules.version }],
        note: '不说亲',
      }),
    ).toMatchObject({ status: 200 });
    expect((await product.templates.active()).map(({ key }) => key)).toContain('greeting');
    expect(await save('亲，早安', 1)).toMatchObject({ status: 400, body: { code: 'bad_template' } });
    expect(await save('全网最佳', 1)).toMatchObject({ status: 200, body: { version: 2 } });
    await app.close();
  });

  it('shows doubtful words, and how many of the audience have no value or 0 for what it prints', async () => {
    const product = await aProduct(await open());
    await product.happens(
      ...['wm0', 'wm1', 'wm2', 'wm3'].flatMap((externalUserId, index) => [
        aFact('visited', MONDAY, { externalUserId }),
        ...Array.from({ length: index }, (_, n) =>
          aFact('order_paid', MONDAY, { externalUserId }, { orderId: `${externalUserId}${n}`, amountCents: 100 }),
        ),
      ]),
    );
    const app = await aConsole(product, { sharesRules: true });
    expect((await app.asAdmin('GET', '/console/api/template-form')).body).toMatchObject({
      triggers: expect.arrayContaining([
        expect.objectContaining({ on: 'reached', example: { on: 'reached', metric: 'orders_total', at: [1, 3] } }),
      ]) as unknown,
      channels: expect.arrayContaining([expect.objectContaining({ value: 'kf', bytes: 2_048 })]) as unknown,
    });
    const draft = text('这是最好的 {{ orders_total }} 单，上次是 {{ days_since_last_order }} 天前');
    expect((await app.asAdmin('POST', '/console/api/templates/check', { text: draft })).body).toMatchObject({
      ok: true,
      warnings: [{ code: 'word_doubtful', line: 9, column: 3 }],
    });
    const { body } = await app.asAdmin<{ figures: { where: string }[] }>('POST', '/console/api/templates/audience', {
      text: draft,
    });
    expect(body).toMatchObject({
      ok: true,
      members: 3,
      figures: [
        { variable: 'orders_total', asks: 'zero', members: 1, where: '(orders_total <= 2) && orders_total == 0' },
        { variable: 'days_since_last_order', asks: 'unknown', members: 1 },
      ],
    });
    const where = encodeURIComponent(body.figures[1]!.where);
    const listed = await app.asAdmin<{ items: unknown[] }>('GET', `/api/v1/members?where=${where}`);
    expect(listed.body.items).toHaveLength(1);
    expect((await app.asAdmin('POST', '/console/api/templates/audience', { text: '---' })).body).toEqual({ ok: false });
    await app.close();
  });
});
