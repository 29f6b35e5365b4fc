import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { responses } from '../../../src/console/api/responses.js';
import { dayOf } from '../../../src/domain/day.js';
import { dailyReport, renderDailyReport } from '../../../src/insights/daily-report.js';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, MONDAY } from '../../support/test-product.js';
import { aShop, fan } from './a-shop.js';

const HOUR = 3_600_000;

eachDatabase('the console', (open) => {
  it('checks a rule while it is typed', async () => {
    const { app } = await aShop(await open());
    const check = async (text: string) =>
      responses.ruleCheck.parse((await app.asProgram('POST', '/api/v1/rules/check', { text })).body);
    expect(await check("orders_90d >= 3 && tier == 'member'")).toEqual({
      ok: true,
      metrics: ['orders_90d', 'tier'],
      words: { zh: '近90天订单至少 3 笔，并且层级是会员', en: 'orders in 90 days at least 3 and tier is member' },
      text: "orders_90d >= 3 && tier == 'member'",
      blocks: {
        ...{ join: 'all', not: false },
        parts: [
          { op: '>=', metric: 'orders_90d', value: 3 },
          { op: '==', metric: 'tier', value: 'member' },
        ],
      },
      textOnly: null,
    });
    expect(await check('ordres_90d >= 3')).toMatchObject({
      ok: false,
      problems: [{ code: 'unknown_metric', line: 1, column: 1, hint: expect.stringContaining('orders_90d') }],
    });
    await app.close();
  });

  it('shows on the home page that the folder of templates is empty, in both languages', async () => {
    const product = await aProduct(await open());
    const folder = await mkdtemp(join(tmpdir(), 'templates-'));
    await product.templates.seedFromFiles(folder, MONDAY);
    await rm(folder, { recursive: true });
    const app = await aConsole(product, { templates: product.templates });
    const { body } = await app.asAdmin('GET', '/console/api/home');
    expect(body).toMatchObject({
      notices: [
        {
          code: 'empty_folder',
          label: {
            zh: expect.stringContaining('模板文件夹') as string,
            en: expect.stringContaining('templates folder') as string,
          },
          hint: {
            zh: expect.stringContaining('TEMPLATES_DIR') as string,
            en: expect.stringContaining('TEMPLATES_DIR') as string,
          },
        },
      ],
    });
    await app.close();
  });

  it('asks on the home page for days off that are published and missing, where templates keep days free', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product, { templates: product.templates });
    const codes = async () => {
      const { notices } = (
        await app.asAdmin<{ notices: { code: string; label: { zh: string } }[] }>('GET', '/console/api/home')
      ).body;
      return notices.filter(({ code }) => code === 'holidays_missing').map(({ label }) => label.zh);
    };
    product.clock.pushTo(Date.parse('2026-12-01T09:00:00+08:00'));
    expect(await codes()).toEqual([]);
    await saveTemplate(
      product,
      'patient',
      'trigger: {on: did, what: checked_in}\nchannels: [mass_send]\nexcept_days: [holidays]',
    );
    expect(await codes()).toEqual(['日历里还没有 2027 年的放假安排']);
    await app.close();
  });

  it('shows on the home page the members by tier, the events of today and of the week, and what waits', async () => {
    const { product, app } = await aShop(await open());
    const home = () => app.asAdmin('GET', '/console/api/home');
    const first = (await home()).body;
    expect(first).toMatchObject({
      now: MONDAY,
      paused: false,
      members: { total: 2, contacts: 2, optedOut: 0 },
      channels: [{ id: 'fake', ok: true }],
      stuckMoves: 0,
      tiers: [
        { key: 'potential', count: 0 },
        { key: 'regular', count: 1 },
        { key: 'member', count: 1 },
        { key: 'loyal', count: 0 },
      ],
      waiting: { facts: 0, dead: 0 },
    });
    expect((first['today'] as { facts: number }).facts).toBeGreaterThanOrEqual(9);
    expect((first['week'] as { day: string }[]).map(({ day }) => day)).toEqual([
      '2026-02-24',
      '2026-02-25',
      '2026-02-26',
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2026-03-02',
    ]);
    expect((first['recent'] as { memberName: string }[]).map(({ memberName }) => memberName)).toContain('小鹿');

    await product.later(24);
    await product.happens(
      ...Array.from({ length: 2 }, (_, index) =>
        aFact('order_paid', product.clock.now(), fan, { orderId: `f-${index}`, amountCents: 100 }),
      ),
    );
    const second = (await home()).body;
    expect((second['week'] as { day: string; up: number }[]).slice(-2)).toMatchObject([
      { day: '2026-03-02', up: 0 },
      { day: '2026-03-03', up: 1 },
    ]);
    expect((await app.asAdmin('POST', '/console/api/pause', { paused: true })).body).toEqual({ paused: true });
    expect((await home()).body).toMatchObject({ paused: true });
    await app.asAdmin('POST', '/console/api/pause', { paused: true });
    await product.workLoop.drain();
    const notices = product.channel.ofKind('notify_staff').filter(({ text }) => text.includes('暂停了'));
    expect(notices).toMatchObject([
      { staff: ['LinXia'], text: expect.stringMatching(/^admin（控制台） 暂停了所有主动消息/) },
    ]);
    await app.close();
  });

  it('lists the metrics, and the variables of templates', async () => {
    const { app } = await aShop(await open());
    expect((await app.asAdmin<{ items: unknown[] }>('GET', '/console/api/metrics')).body.items).toContainEqual({
      name: 'orders_90d',
      label: { zh: '近90天订单', en: 'orders, 90 days' },
      type: 'int',
      unit: 'times',
      unitLabel: { zh: '笔', en: '' },
      nullable: false,
      isOfCorp: false,
      group: { zh: '订单与消费', en: 'Orders and spend' },
      meaning: {
        zh: '已付款、没有全额退款的订单，算在付款那天；最近 90 天（含今天）的合计',
        en: 'paid orders that were not refunded in full, on the day they were paid; Total of the last 90 days, today included',
      },
      example: 'orders_90d >= 3',
      values: null,
    });
    expect(
      (await app.asAdmin<{ items: unknown[] }>('GET', '/console/api/template-variables')).body.items,
    ).toContainEqual(expect.objectContaining({ name: 'name', type: 'string', example: '小林' }));
    await app.close();
  });

  it('gives an example of every metric that is a rule', async () => {
    const { app } = await aShop(await open());
    const { items } = (await app.asAdmin<{ items: { name: string; example: string }[] }>('GET', '/console/api/metrics'))
      .body;
    const texts = items.map(({ example }) => example);
    const { body } = await app.asProgram<{ items: { ok: boolean; metrics: string[] }[] }>(
      'POST',
      '/api/v1/rules/conditions',
      { texts },
    );
    expect(responses.ruleChecks.parse(body).items.map((item) => item.ok && item.metrics[0])).toEqual(
      items.map(({ name }) => name),
    );
    await app.close();
  });

  it('says a condition in words and as blocks, and turns blocks into a condition', async () => {
    const { app } = await aShop(await open());
    const check = async (body: object) =>
      responses.ruleCheck.parse((await app.asProgram('POST', '/api/v1/rules/check', body)).body);
    const blocks = {
      join: 'all',
      not: false,
      parts: [
        { op: '>=', metric: 'orders_90d', value: 2 },
        {
          join: 'any',
          not: true,
          parts: [
            { op: 'tagged', tag: '流失' },
            { op: 'no', metric: 'is_contact' },
          ],
        },
      ],
    };
    const text = "orders_90d >= 2 && !('流失' in tags || !is_contact)";
    const answer = await check({ blocks });
    expect(answer).toMatchObject({ ok: true, text, words: { zh: expect.stringContaining('近90天订单至少 2 笔') } });
    expect(await check({ text })).toMatchObject({ ok: true, blocks, textOnly: null });
    expect(await check({ text: 'orders_90d * 2 >= 6' })).toMatchObject({
      blocks: null,
      textOnly: { zh: '里面有算式，只能用文本编辑' },
    });
    expect(
      await check({ blocks: { join: 'all', not: false, parts: [{ op: '>=', metric: 'tier', value: 'loyal' }] } }),
    ).toMatchObject({ ok: false, problems: [{ line: 1 }] });
    await app.close();
  });

  it('records who took which threshold from the data', async () => {
    const { app } = await aShop(await open());
    const chosen = { metric: 'spend_90d_cents', method: 'natural', cut: 30_000 };
    expect((await app.asAdmin('POST', '/api/v1/rules/thresholds/chosen', chosen)).body).toEqual({ noted: true });
    expect(await app.asAdmin('POST', '/api/v1/rules/thresholds/chosen', { ...chosen, metric: 'tier' })).toMatchObject({
      status: 400,
    });
    const { items } = (await app.asAdmin<{ items: { title: object }[] }>('GET', '/console/api/audit')).body;
    expect(items.map(({ title }) => title)).toContainEqual({
      zh: '从数据里选了门槛：近90天消费 ¥300',
      en: 'Took a threshold from the data: spend, 90 days ¥300',
    });
    await app.close();
  });

  it('saves a template as the next version, refuses mistakes with their place, and reports a conflict with another save', async () => {
    const { product, app } = await aShop(await open());
    const template = (await app.asAdmin<{ text: string }>('GET', '/console/api/templates/one-week')).body;
    const put = (text: string, baseVersion: number) =>
      app.asAdmin('PUT', '/console/api/templates/one-week', { text, note: '短一点', baseVersion });
    const shorter = template.text.replace(/---\n[^-]+$/, '---\n你好，{{ tier_label }}，一周了。\n');
    expect(await put(shorter, 1)).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await put(`${shorter}再见`, 1)).toMatchObject({
      status: 409,
      body: { code: 'version_conflict', version: 2 },
    });
    const wrong = await put(shorter.replace('tier_label', 'tire_label'), 2);
    expect(wrong).toMatchObject({
      status: 400,
      body: {
        code: 'bad_template',
        problems: [
          {
            line: expect.any(Number) as number,
            column: 7,
            message: expect.any(String) as string,
            hint: expect.stringContaining('tier_label') as string,
          },
        ],
      },
    });

    expect((await app.asAdmin('GET', '/console/api/templates/one-week')).body).toMatchObject({
      version: 2,
      enabled: true,
      text: shorter,
      versions: [
        { version: 2, savedBy: 'admin', note: '短一点' },
        { version: 1, savedBy: 'files' },
      ],
    });
    expect((await app.asAdmin('GET', '/console/api/templates/one-week/versions/1')).body).toMatchObject({
      version: 1,
      text: template.text,
    });
    expect((await app.asAdmin('POST', '/console/api/templates/one-week/enabled', { enabled: false })).body).toEqual({
      enabled: false,
      queued: 0,
    });
    const { items } = (await app.asAdmin<{ items: { key: string }[] }>('GET', '/console/api/templates')).body;
    expect(items.find(({ key }) => key === 'one-week')).toMatchObject({
      enabled: false,
      version: 2,
      savedBy: 'admin',
      trigger: { zh: '入群满 7 天' },
      sent30d: 0,
      channels: expect.arrayContaining(['mass_send']) as string[],
    });
    expect((await app.asAdmin('GET', '/console/api/templates/nothing')).status).toBe(404);
    expect((await app.asAdmin('GET', '/console/api/templates/one-week/versions/abc')).status).toBe(400);
    expect(
      (await product.db.read.all<{ what: string }>('SELECT what FROM audit ORDER BY id')).map(({ what }) => what),
    ).toEqual(['logged_in', 'template_saved', 'template_disabled']);
    await app.close();
  });

  it('previews a template for a real member, and reports variables without a value with their place', async () => {
    const { app } = await aShop(await open());
    const preview = (body: string, memberId: string | number) =>
      app.asAdmin('POST', '/console/api/templates/preview', {
        memberId,
        text: `---\nkey: try\nname: 试试\nkind: care\ntrigger: {on: stage, enters: returned}\naudience: orders_total >= 1\nchannels: [chat_dm, group_mention]\n---\n${body}\n`,
      });
    expect((await preview('{{ name }}，你是{{ tier_label }}。', 'wmXiaolu')).body).toEqual({
      ok: true,
      audienceHolds: true,
      messages: ['chat_dm', 'group_mention'].map((channel) => ({
        channel,
        variant: 'A',
        text: '小鹿，你是会员。',
        attachments: [],
      })),
    });
    expect((await preview('{{ name }}，你是{{ tier_label }}。', 2)).body).toMatchObject({
      ok: true,
      audienceHolds: false,
    });
    expect((await preview('你好\n这里{{ group_name }}', 'wmXiaolu')).body).toMatchObject({
      ok: false,
      problems: [{ code: 'missing_value', line: 10, column: 3 }],
    });
    expect((await preview('{{ nmae }}', 'wmXiaolu')).body).toMatchObject({ ok: false, problems: [{ line: 9 }] });
    expect((await preview('你好', 'wmNobody')).status).toBe(404);
    await app.close();
  });

  it('answers a request for a review after the review', async () => {
    const { product, app } = await aShop(await open());
    product.clock.pushTo(MONDAY + 24 * HOUR);
    expect((await app.asProgram('POST', '/api/v1/reviews')).body).toMatchObject({ reviewed: 2 });
    expect((await app.asProgram('POST', '/api/v1/reviews')).body).toEqual({ reviewed: 0, changed: 0 });
    await app.close();
  });

  it('answers bad input with a code and never with a stack', async () => {
    const { app } = await aShop(await open());
    const answers = [
      await app.asProgram('POST', '/api/v1/rules/check', { txt: 'x' }),
      await app.asProgram('POST', '/api/v1/members/wmXiaolu/tier-lock', { tier: 5 }),
      await app.asProgram('GET', '/api/v1/moves?state=nonsense'),
      await app.asProgram('GET', '/api/v1/nothing-here'),
      await app.ask('POST', '/console/api/login', { body: ['admin'] }),
      await app.ask('POST', '/console/api/login', { body: { username: 'admin' } }),
    ];
    expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
      [400, 'bad_request'],
      [400, 'bad_request'],
      [400, 'bad_request'],
      [404, 'not_found'],
      [400, 'bad_request'],
      [400, 'bad_request'],
    ]);
    for (const { text } of answers) expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|SELECT /);
    await app.close();
  });

  it('reports a day as figures and as text', async () => {
    const { product, app } = await aShop(await open());
    await product.later(24);
    const report = await dailyReport(product.db.read, dayOf(MONDAY, 'Asia/Shanghai'), 'Asia/Shanghai');
    expect(report).toMatchObject({
      newContacts: 2,
      messages: 5,
      speakers: 1,
      orders: 1,
      amountCents: 8_800,
      tierUps: 0,
      tierDowns: 0,
      movesDone: 0,
      movesStuck: 0,
      newlyDozing: 0,
    });
    const words = renderDailyReport(report);
    expect(words).toContain('3月2日 日报');
    expect(words).toContain('成交 1 单，共 88 元');
    expect(await dailyReport(product.db.read, dayOf(MONDAY, 'Asia/Shanghai') - 1, 'Asia/Shanghai')).toMatchObject({
      newContacts: 0,
      messages: 0,
      orders: 0,
      amountCents: 0,
      sent: 0,
    });
    await app.close();
  });
});
