import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes } from '../../../src/console/api/api-routes.js';
import { responses } from '../../../src/console/api/responses.js';
import { dayOf } from '../../../src/domain/day.js';
import { dailyReport, renderDailyReport } from '../../../src/insights/daily-report.js';
import { migrations } from '../../../src/migrations/index.js';
import { Database } from '../../../src/platform/database/database.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../../support/test-product.js';

const HOUR = 3_600_000;
const fan = { externalUserId: 'wmFan' };

async function aShop(db: Database) {
  const product = await aProduct(db);
  await product.happens(
    aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
    aFact('profile_updated', MONDAY, xiaolu, { name: '小鹿' }),
    aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 8_800 }),
    aFact('contact_added', MONDAY, fan, { staff: 'LinXia' }),
    ...Array.from({ length: 5 }, () => aFact('sent_message', MONDAY, fan)),
  );
  return { product, app: await aConsole(product) };
}

const everything = async (db: Database) => {
  const tables = [
    'member',
    'member_metrics',
    'member_tag',
    'decision',
    'outbox',
    'move',
    'fact',
    'ruleset',
    'template',
    'template_version',
    'audit',
    'setting',
    'corp_figure',
  ];
  return Promise.all(tables.map((table) => db.read.all(`SELECT * FROM ${table} ORDER BY 1, 2`)));
};

eachDatabase('a dry run', (open) => {
  it('of tier rules reports who would be promoted, demoted or warned, and why, and changes nothing', async () => {
    const { product, app } = await aShop(await open());
    const before = await everything(product.db);
    const rising = await app.asProgram('POST', '/api/v1/dry-runs', {
      tiers: [{ key: 'member', enter: 'orders_total >= 1 || messages_total >= 5' }],
    });
    expect(responses.dryRun.parse(rising.body)).toMatchObject({
      kind: 'tiers',
      found: 1,
      exact: true,
      outcomes: { up: 1 },
      changes: [{ from: 'regular', to: 'member', count: 1 }],
      samples: [
        {
          member: { externalUserId: 'wmFan' },
          outcome: 'up',
          from: 'regular',
          to: 'member',
          because: {
            rule: 'tier:member:enter',
            values: [
              { metric: 'orders_total', have: 0 },
              { metric: 'messages_total', have: 5, need: '≥ 5' },
            ],
          },
        },
      ],
    });
    const yaml = 'tiers:\n  - key: member\n    label: { zh: 会员, en: member }\n    enter: orders_total >= 2\n';
    const falling = await app.asProgram('POST', '/api/v1/dry-runs', { tiers: yaml });
    // Nobody is demoted within a month of a tier change, although the SQL of the rule finds one.
    expect(responses.dryRun.parse(falling.body)).toMatchObject({
      found: 1,
      changes: [{ from: 'member', to: 'regular', count: 1 }],
      outcomes: { unchanged: 1 },
      samples: [],
    });
    await product.later(24 * 40);
    const later = await everything(product.db);
    const warned = await app.asProgram('POST', '/api/v1/dry-runs', { tiers: yaml });
    expect(warned.body).toMatchObject({
      outcomes: { warned: 1 },
      samples: [{ outcome: 'warned', from: 'member', to: 'regular' }],
    });
    expect(await everything(product.db)).toEqual(later);
    expect(before).not.toEqual(later);
    await app.close();
  });

  it('of tags reports who would get or lose them, and does not count tags set by staff', async () => {
    const { product, app } = await aShop(await open());
    await product.db.write((tx) =>
      tx.insert('member_tag', [
        {
          member_id: 2,
          name: '爱聊天',
          grp: '行为',
          origin: 'staff',
          want: 0,
          confirmed: 1,
          confirmed_at: 1,
          since: 1,
        },
      ]),
    );
    const before = await everything(product.db);
    const lost = await app.asProgram('POST', '/api/v1/dry-runs', {
      tags: { name: '首单客', when: 'orders_total == 2' },
    });
    expect(responses.dryRun.parse(lost.body)).toMatchObject({
      kind: 'tags',
      found: 1,
      outcomes: { removed: 1 },
      samples: [
        {
          from: '首单客',
          to: null,
          because: { rule: 'tag:首单客', values: [{ metric: 'orders_total', have: 1, need: '= 2' }] },
        },
      ],
    });
    const both = await app.asProgram('POST', '/api/v1/dry-runs', {
      tags: [
        { name: '爱聊天', when: 'messages_total >= 5' },
        { name: '新标签', when: 'is_contact' },
      ],
    });
    expect(responses.dryRun.parse(both.body)).toMatchObject({
      found: 2,
      outcomes: { added: 2 },
      changes: [{ from: null, to: '新标签', count: 2 }],
    });
    expect(await everything(product.db)).toEqual(before);
    await app.close();
  });

  it('of a campaign reports the size of its audience and for whom it would be due', async () => {
    const { product, app } = await aShop(await open());
    await product.later(24 * 7);
    const before = await everything(product.db);
    const text =
      '---\nkey: try\nname: 试试\nkind: care\ntrigger: {on: days_since, metric: days_since_contact, at: 7}\naudience: orders_total >= 1\nchannels: [chat_dm]\n---\n你好，{{ name }}\n';
    const due = await app.asProgram('POST', '/api/v1/dry-runs', { campaign: { text } });
    expect(responses.dryRun.parse(due.body)).toMatchObject({
      kind: 'campaign',
      found: 1,
      outcomes: { due_now: 1 },
      samples: [{ member: { name: '小鹿' }, because: { rule: 'campaign:try' } }],
    });
    expect(
      await app.asProgram('POST', '/api/v1/dry-runs', { campaign: { text: text.replace('name }}', 'nmae }}') } }),
    ).toMatchObject({ status: 400, body: { code: 'bad_template', problems: [{ line: 9 }] } });
    expect(await everything(product.db)).toEqual(before);
    await app.close();
  });

  it('of a campaign reports the taps, calls and time of sending it to everybody', async () => {
    const { product, app } = await aShop(await open());
    const another = { externalUserId: 'wmAnother' };
    await product.happens(
      aFact('contact_added', MONDAY, another, { staff: 'ZhaoMin' }),
      aFact('contact_added', MONDAY, { externalUserId: 'wmGone' }, { staff: 'ZhaoMin' }),
      aFact('opted_out', MONDAY, { externalUserId: 'wmGone' }),
    );
    const before = await everything(product.db);
    const effortOf = async (body: string) => {
      const text = `---\nkey: try\nname: 试试\nkind: care\ntrigger: {on: days_since, metric: days_since_contact, at: 7}\nchannels: [mass_send]\nwindow_hours: 48\n---\n${body}\n`;
      const { body: report } = await app.asProgram('POST', '/api/v1/dry-runs', { campaign: { text } });
      return responses.dryRun.parse(report).effort;
    };
    // The same text: one task for each of the two senders.
    expect(await effortOf('周五见')).toMatchObject({ taps: 2, staff: 2, calls: 6 });
    // Texts that differ by tier: LinXia's two customers need two tasks.
    expect(await effortOf('{{ tier_label }}专享')).toMatchObject({
      taps: 3,
      staff: 2,
      calls: 9,
    });
    expect((await effortOf('周五见'))?.slowest).toMatch(/^externalcontact\//);
    expect(await everything(product.db)).toEqual(before);
    await app.close();
  });

  it('of a campaign reports whom sending it to everybody would reach, whom not and why, and who must tap for whom', async () => {
    const { product, app } = await aShop(await open());
    await product.happens(
      aFact('contact_added', MONDAY, { externalUserId: 'wmAnother' }, { staff: 'ZhaoMin' }),
      aFact('contact_added', MONDAY, { externalUserId: 'wmGone' }, { staff: 'ZhaoMin' }),
      aFact('opted_out', MONDAY, { externalUserId: 'wmGone' }),
      aFact('order_paid', MONDAY, { phone: '13900000001' }, { orderId: 'o-2', amountCents: 100 }),
    );
    const before = await everything(product.db);
    const launchOf = async (front: string) => {
      const text = `---\nkey: try\nname: 试试\nkind: care\n${front}\nchannels: [mass_send]\n---\n周五见\n`;
      const { body: report } = await app.asProgram('POST', '/api/v1/dry-runs', { campaign: { text } });
      const { found, launch, effort } = responses.dryRun.parse(report);
      const held = launch!.held.map(({ code, count }) => [code, count]).sort();
      return { found, ...launch!, held, byStaff: effort!.byStaff };
    };
    const weekly = 'trigger: {on: days_since, metric: days_since_contact, at: 7}';
    expect(await launchOf(`${weekly}\nwindow_hours: 48`)).toMatchObject({ reached: 3, later: 1 });
    expect(await launchOf(`${weekly}\nwindow_hours: 8`)).toEqual({
      found: 5,
      reached: 2,
      later: 0,
      channels: [{ channel: 'mass_send', count: 2 }],
      // One member is known by a phone number only; the daily cap of another is used by the thanks for the first order.
      held: [
        ['daily_cap', 1],
        ['opted_out', 1],
        ['unreachable', 1],
      ],
      audience: '',
      oneByOne: false,
      byStaff: expect.arrayContaining([
        { staff: 'LinXia', taps: 1, receivers: 1 },
        { staff: 'ZhaoMin', taps: 1, receivers: 1 },
      ]) as unknown,
    });
    expect(await launchOf(`${weekly}\naudience: orders_total >= 1\nwindow_hours: 8`)).toMatchObject({
      found: 2,
      reached: 0,
      audience: 'orders_total >= 1',
      byStaff: [],
    });
    expect(await launchOf('trigger: {on: contact_added}')).toMatchObject({ oneByOne: true });
    expect(await everything(product.db)).toEqual(before);
    await app.close();
  });

  it('reports the place of a mistake in a proposal', async () => {
    const { app } = await aShop(await open());
    const ask = async (body: unknown) => {
      const answer = await app.asProgram('POST', '/api/v1/dry-runs', body);
      return [answer.status, answer.body['code'], answer.body['where']];
    };
    expect(
      await ask({
        tiers: [
          { key: 'member', enter: 'orders_total >= 1' },
          { key: 'loyal', enter: 'orders_90d >= "3"' },
        ],
      }),
    ).toEqual([400, 'bad_rule', { index: 1, line: 1, column: expect.any(Number) }]);
    expect(await ask({ tiers: [{ key: 'gold', enter: 'true' }] })).toEqual([400, 'unknown_tier', { index: 0 }]);
    expect(await ask({ tiers: [{ key: 'potential', enter: 'orders_total >= 1' }] })).toEqual([
      400,
      'lowest_tier',
      { index: 0 },
    ]);
    expect(await ask({ tiers: 'tiers:\n  - key: [' })).toEqual([
      400,
      'bad_yaml',
      { line: expect.any(Number), column: expect.any(Number) },
    ]);
    expect(await ask({ tags: { name: '甲', when: 'ordres > 1' } })).toEqual([
      400,
      'bad_rule',
      { index: 0, line: 1, column: 1 },
    ]);
    expect(await ask({})).toEqual([400, 'bad_request', undefined]);
    await app.close();
  });
});

eachDatabase('the console', (open) => {
  it('checks a rule while it is typed', async () => {
    const { app } = await aShop(await open());
    const check = async (text: string) =>
      responses.ruleCheck.parse((await app.asProgram('POST', '/api/v1/rules/check', { text })).body);
    expect(await check("orders_90d >= 3 && tier == 'member'")).toEqual({ ok: true, metrics: ['orders_90d', 'tier'] });
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
    });
    expect(
      (await app.asAdmin<{ items: unknown[] }>('GET', '/console/api/template-variables')).body.items,
    ).toContainEqual(expect.objectContaining({ name: 'name', type: 'string', example: '小林' }));
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

describe('the public part of the console', () => {
  let db: Database;
  let app: ConsoleApp;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'console-web-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>群阶</title>');
    await writeFile(join(folder, 'assets', 'index-abc.js'), 'let made = 1;');
    await writeFile(join(folder, 'secret.txt'), 'not for the web');
    db = await Database.open({ url: 'sqlite::memory:', migrations });
    app = await aConsole(await aProduct(db), { webRoot: folder });
  });
  afterAll(async () => {
    await app.close();
    await db.close();
    await rm(folder, { recursive: true });
  });

  it('serves the web app at its root and at its own paths, never in a frame', async () => {
    for (const url of ['/', '/members/12', '/templates/one-week?tab=versions']) {
      const { status, text, headers } = await app.ask('GET', url, { headers: { accept: 'text/html,*/*' } });
      expect([url, status, text]).toEqual([url, 200, '<!doctype html><title>群阶</title>']);
      expect(headers['content-security-policy']).toMatch(
        /default-src 'self'.*script-src 'self';.*frame-ancestors 'none'/,
      );
      expect(headers).toMatchObject({
        'cache-control': 'no-cache',
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('allows pictures of WeCom only, so that a page sends no request to other hosts', async () => {
    const pictures = async (mode: 'sandbox' | 'live'): Promise<string | undefined> => {
      const shown = await aConsole(await aProduct(db), { webRoot: folder, mode });
      const { headers } = await shown.ask('GET', '/', { headers: { accept: 'text/html' } });
      await shown.close();
      return /img-src ([^;]*);/.exec(String(headers['content-security-policy']))?.[1];
    };
    const wecoms = "'self' data: blob: *.qpic.cn *.qlogo.cn *.weixin.qq.com";
    expect(await pictures('live')).toBe(wecoms);
    expect(await pictures('sandbox')).toBe(`${wecoms} http://127.0.0.1:* http://localhost:*`);
  });

  it('serves the assets of the app with unlimited caching', async () => {
    const { status, text, headers } = await app.ask('GET', '/assets/index-abc.js');
    expect([status, text, headers['cache-control']]).toEqual([
      200,
      'let made = 1;',
      'public, max-age=31536000, immutable',
    ]);
    for (const url of ['/assets/index-old.js', '/assets/..%2fsecret.txt', '/assets/%2e%2e/secret.txt', '/assets/'])
      expect([url, (await app.ask('GET', url)).status]).toEqual([url, 404]);
  });

  it('does not answer paths of the API and of files with the page of the app', async () => {
    for (const url of [
      '/api/v1/nothing',
      '/console/api/nothing',
      '/wecom/nothing',
      '/healthz/nothing',
      '/secret.txt',
    ]) {
      const { status, body } = await app.ask('GET', url, {
        headers: url === '/secret.txt' ? {} : { accept: 'text/html' },
      });
      expect([url, status, body['code']]).toEqual([url, 404, 'not_found']);
    }
    expect((await app.ask('POST', '/members', { headers: { accept: 'text/html' } })).status).toBe(404);
    expect((await app.ask('GET', '/healthz')).body).toEqual({ status: 'ok' });
  });

  it('serves the OpenAPI document, which names every route', async () => {
    const { body } = await app.ask<{ paths: Record<string, Record<string, unknown>> }>('GET', '/api/openapi.json');
    const documented = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(documented.sort()).toEqual(apiRoutes.map(({ method, path }) => `${method} ${path}`).sort());
    expect(body.paths['/api/v1/members']).toMatchObject({
      get: {
        parameters: expect.arrayContaining([expect.objectContaining({ name: 'where', in: 'query' })]) as unknown,
        responses: { 200: {}, 400: {}, 401: {} },
      },
    });
    expect(body.paths['/api/v1/facts']).toMatchObject({
      post: {
        requestBody: { content: { 'application/json': { schema: { properties: { facts: { maxItems: 1000 } } } } } },
      },
    });
    for (const route of documented.filter((name) => name.startsWith('get'))) {
      const status = (await app.asProgram('GET', route.slice(4).replace('{id}', '1'))).status;
      expect([route, status]).toEqual([route, route.includes('{id}') ? 404 : 200]);
    }
  });

  it('serves the document as a self-contained page', async () => {
    const { status, text, headers } = await app.ask('GET', '/api/docs');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const { path } of apiRoutes) expect(text).toContain(path);
    expect(text).not.toMatch(/<script|src=|url\(/);
  });
});
