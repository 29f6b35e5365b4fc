import { expect, it } from 'vitest';
import { responses } from '../../../src/console/api/responses.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, MONDAY } from '../../support/test-product.js';
import { aShop } from './a-shop.js';

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
