import { expect, it } from 'vitest';
import { responses } from '../../../src/console/api/responses.js';
import type { Database } from '../../../src/platform/database/database.js';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, xiaolu } from '../../support/test-product.js';

const HOUR = 3_600_000;
interface Row {
  readonly id: number;
  readonly name: string;
  readonly lastSeenAt: number | null;
}
interface Page<T = Row> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A buyer with two orders, and eight members who only talk, last seen at intervals of an hour. */
async function aSmallCorp(db: Database) {
  const product = await aProduct(db);
  const talkers = Array.from({ length: 8 }, (_, index) => ({ externalUserId: `wmTalker${index}` }));
  await product.happens(
    aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia', state: 'expo' }),
    aFact('profile_updated', MONDAY, xiaolu, { name: '小鹿', phone: '13812345678' }),
    aFact('order_paid', MONDAY + HOUR, xiaolu, { orderId: 'o-1', amountCents: 8_800 }),
    aFact('order_paid', MONDAY + HOUR, xiaolu, { orderId: 'o-2', amountCents: 1_250 }),
    ...talkers.flatMap((talker, index) => [
      aFact('profile_updated', MONDAY, talker, { name: `阿${index}_%` }),
      aFact('sent_message', MONDAY - index * HOUR, talker, {}),
    ]),
  );
  return { product, app: await aConsole(product) };
}

eachDatabase('members', (open) => {
  it('are listed in pages, last seen first, each once', async () => {
    const { app } = await aSmallCorp(await open());
    const seen: Row[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body }: { status: number; body: Page } = await app.asProgram(
        'GET',
        `/api/v1/members?limit=4&cursor=${cursor}`,
      );
      expect(status).toBe(200);
      expect(body.items.length).toBeLessThanOrEqual(4);
      seen.push(...body.items);
      cursor = body.next;
    }
    expect(seen).toHaveLength(9);
    expect(new Set(seen.map((row) => row.id)).size).toBe(9);
    expect(seen.map((row) => row.lastSeenAt)).toEqual([...seen.map((row) => row.lastSeenAt)].sort((a, b) => b! - a!));
    const all = await app.asProgram<Page>('GET', '/api/v1/members?sort=id');
    expect(responses.members.parse(all.body).items.map((row) => row.id)).toEqual(
      [...all.body.items.map((row) => row.id)].sort((a, b) => a - b),
    );
    await app.close();
  });

  it('are found by name, id, phone, tier, stage, tag and condition', async () => {
    const { app } = await aSmallCorp(await open());
    const found = async (query: Record<string, string>) =>
      (await app.asProgram<Page>('GET', `/api/v1/members?${new URLSearchParams(query).toString()}`)).body.items.map(
        ({ name }) => name,
      );
    for (const q of ['小鹿', 'wmXiaolu', '13812345678']) expect(await found({ q })).toEqual(['小鹿']);
    expect(await found({ q: '_%', sort: 'id', limit: '2' })).toEqual(['阿0_%', '阿1_%']);
    expect(await found({ q: '%%' })).toEqual([]);
    expect(await found({ tier: 'member' })).toEqual(['小鹿']);
    expect(await found({ stage: 'paying', tag: '复购客' })).toEqual(['小鹿']);
    expect(await found({ where: "orders_total >= 2 && days_since_last_order <= 1 && '复购客' in tags" })).toEqual([
      '小鹿',
    ]);
    expect(await found({ q: '阿', where: 'messages_total == 1', tier: 'regular', limit: '1', sort: 'id' })).toEqual([
      '阿0_%',
    ]);
    await app.close();
  });

  it('are not searched by an invalid condition: the answer has the place of the mistake', async () => {
    const { app } = await aSmallCorp(await open());
    const ask = (where: string) => app.asProgram('GET', `/api/v1/members?where=${encodeURIComponent(where)}`);
    expect(await ask('orders_total >= 1 &&\n  ordres_90d >= 3')).toMatchObject({
      status: 400,
      body: {
        code: 'bad_rule',
        message: expect.stringContaining('orders_90d') as string,
        where: { line: 2, column: 3 },
      },
    });
    expect(await ask("tier == 'gold'")).toMatchObject({ status: 400, body: { code: 'bad_rule', where: { line: 1 } } });
    expect(await app.asProgram('GET', '/api/v1/members?limit=0')).toMatchObject({
      status: 400,
      body: { code: 'bad_request' },
    });
    expect(await app.asProgram('GET', '/api/v1/members?cursor=nonsense')).toMatchObject({
      status: 400,
      body: { code: 'bad_cursor' },
    });
    await app.close();
  });

  it('are called by our number if their name is unknown, and are found by it', async () => {
    const { product, app } = await aSmallCorp(await open());
    await product.happens(aFact('sent_message', MONDAY, { externalUserId: 'wmNobody' }, {}));
    const { id } = (await app.asProgram<Row>('GET', '/api/v1/members/wmNobody')).body;
    for (const q of ['wmNobody', `#${id}`])
      expect((await app.asProgram<Page>('GET', `/api/v1/members?q=${encodeURIComponent(q)}`)).body.items).toMatchObject(
        [{ id, name: `#${id}` }],
      );
    await app.close();
  });

  it('are shown by our number or by external_userid, with masked phone numbers', async () => {
    const { app } = await aSmallCorp(await open());
    const { body } = await app.asProgram('GET', '/api/v1/members/wmXiaolu');
    const member = responses.member.parse(body);
    expect((await app.asProgram('GET', `/api/v1/members/${member.id}`)).body).toEqual(body);
    expect(member).toMatchObject({
      name: '小鹿',
      ids: { externalUserId: 'wmXiaolu', phone: '138****5678' },
      tier: 'member',
      stage: 'paying',
      isContact: true,
      rfm: { segment: 'general_develop' },
      tierCard: { current: 'member', next: 'loyal', graceUntil: null },
      openMove: null,
    });
    expect(member.metrics.find(({ name }) => name === 'spend_total_cents')).toMatchObject({
      unit: 'cents',
      value: 10_050,
    });
    expect(member.tags.map(({ name }) => name)).toEqual(expect.arrayContaining(['会员', '复购客']));
    expect(member.tierCard.tiers.map(({ key, holds, rule }) => [key, holds, rule])).toEqual([
      ['potential', true, 'enter'],
      ['regular', true, 'enter'],
      ['member', true, 'enter'],
      ['loyal', false, 'enter'],
    ]);
    expect(member.tierCard.tiers[3]!.conditions).toContainEqual({
      text: 'orders_90d >= 3',
      holds: false,
      values: [{ metric: 'orders_90d', label: { zh: '近90天订单', en: 'orders, 90 days' }, have: 2, need: '≥ 3' }],
    });
    expect(await app.asProgram('GET', '/api/v1/members/wmNobody')).toMatchObject({
      status: 404,
      body: { code: 'no_such_member' },
    });
    await app.close();
  });

  it('have a history that names the rule, its version, the values and the required values', async () => {
    const { app } = await aSmallCorp(await open());
    const { body } = await app.asProgram('GET', '/api/v1/members/wmXiaolu/why?limit=100');
    const { items } = responses.why.parse(body);
    expect(items.find(({ kind }) => kind === 'tier')).toMatchObject({
      title: { zh: '层级定为会员', en: 'Tier placed in member' },
      because: {
        rule: 'tier:member:enter',
        version: 1,
        text: 'orders_total >= 1',
        values: [{ metric: 'orders_total', label: { zh: '累计订单' }, have: 2, need: '≥ 1' }],
      },
    });
    expect(items.map(({ title }) => title.zh)).toEqual(
      expect.arrayContaining(['添加了 LinXia 为好友', '下单 ¥88', '下单 ¥12.50', '打上标签「复购客」', '资料更新']),
    );
    expect(items.filter(({ kind }) => kind === 'suppressed' || kind === 'message').length).toBeGreaterThan(0);
    expect(items.map(({ at }) => at)).toEqual([...items.map(({ at }) => at)].sort((a, b) => b - a));
    await app.close();
  });

  it('have a history in pages without gaps and repetitions', async () => {
    const { app } = await aSmallCorp(await open());
    const whole = (
      await app.asProgram<Page<{ id: string }>>('GET', '/api/v1/members/wmXiaolu/why?limit=200')
    ).body.items.map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: Page<{ id: string }> } = await app.asProgram(
        'GET',
        `/api/v1/members/wmXiaolu/why?limit=3&cursor=${cursor}`,
      );
      paged.push(...body.items.map(({ id }) => id));
      cursor = body.next;
    }
    expect(whole.length).toBeGreaterThan(10);
    expect(paged).toEqual(whole);
    await app.close();
  });

  it('show which messages were not sent, with the reason in words', async () => {
    const { app, product } = await aSmallCorp(await open());
    await product.happens(aFact('opted_out', MONDAY + 2 * HOUR, xiaolu));
    await product.happens(
      ...Array.from({ length: 100 }, (_, index) => aFact('sent_message', MONDAY + 2 * HOUR + index, xiaolu)),
    );
    const { items } = responses.why.parse((await app.asProgram('GET', '/api/v1/members/wmXiaolu/why?limit=200')).body);
    expect(
      items.find(({ kind, because }) => kind === 'suppressed' && because?.rule === 'campaign:messages-100'),
    ).toMatchObject({
      state: 'suppressed',
      because: { reasons: [{ code: 'opted_out', label: { zh: '成员已退订', en: 'the member opted out' } }] },
    });
    expect(items.find(({ id }) => id.startsWith('day-'))?.title.zh).toBe('发言 100 条');
    const { body } = await app.asProgram('GET', '/api/v1/deliveries?member=wmXiaolu&state=suppressed');
    expect(responses.deliveries.parse(body).items[0]).toMatchObject({
      campaign: 'messages-100',
      channel: null,
      reasonCode: 'opted_out',
      reasonLabel: { zh: '成员已退订' },
      text: null,
      history: [{ state: 'suppressed' }],
    });
    await app.close();
  });

  it('stay in the tier that an admin locks, until the lock is removed', async () => {
    const { app, product } = await aSmallCorp(await open());
    expect(await app.asAdmin('POST', '/api/v1/members/wmXiaolu/tier-lock', { tier: 'gold' })).toMatchObject({
      status: 400,
      body: { code: 'unknown_tier' },
    });
    expect((await app.asAdmin('POST', '/api/v1/members/wmXiaolu/tier-lock', { tier: 'loyal' })).body).toEqual({
      tierLock: { tier: 'loyal', by: 'admin' },
    });
    const read = async () => responses.member.parse((await app.asProgram('GET', '/api/v1/members/wmXiaolu')).body);
    expect(await read()).toMatchObject({ tier: 'loyal', tierLock: { tier: 'loyal', by: 'admin' } });
    const why = responses.why.parse((await app.asProgram('GET', '/api/v1/members/wmXiaolu/why')).body);
    expect(why.items.find(({ kind }) => kind === 'tier')?.because?.reasons).toEqual([
      { code: 'locked_by:admin', label: { zh: '由 admin 锁定', en: 'locked by admin' } },
    ]);

    expect((await app.asAdmin('POST', '/api/v1/members/wmXiaolu/tier-lock', { tier: null })).body).toEqual({
      tierLock: null,
    });
    expect(await read()).toMatchObject({ tierLock: null });
    const audit = await product.db.read.all<{ who: string; what: string }>('SELECT who, what FROM audit ORDER BY id');
    expect(audit).toEqual([
      { who: 'admin', what: 'logged_in' },
      { who: 'admin', what: 'tier_locked' },
      { who: 'admin', what: 'tier_unlocked' },
    ]);
    await app.close();
  });
});

eachDatabase('a move', (open) => {
  it('is listed with its steps, is shown as stuck if nobody acts, and appears in the history of the member', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    await product.happens(
      groupRead('wr-old', '普通成员群①', ['wmXiaolu'], MONDAY),
      groupRead('wr-new', '会员群①', [], MONDAY),
      aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
    );
    await product.happens(aFact('order_paid', MONDAY + HOUR, xiaolu, { orderId: 'o-1', amountCents: 8_800 }));
    await product.happens(aFact('joined_group', MONDAY + 2 * HOUR, xiaolu, { chatId: 'wr-new' }));
    const {
      items: [move],
    } = responses.moves.parse((await app.asProgram('GET', '/api/v1/moves')).body);
    expect(move).toMatchObject({
      from: { name: '普通成员群①' },
      to: { name: '会员群①' },
      tier: 'member',
      state: 'leaving',
      reasonCode: 'tier_changed',
      reason: '层级变了',
      stuck: false,
    });
    expect(move!.history.map(({ state, noteCode }) => [state, noteCode])).toEqual([
      ['planned', ''],
      ['joined', ''],
      ['leaving', 'asked'],
    ]);
    expect(responses.member.parse((await app.asProgram('GET', '/api/v1/members/wmXiaolu')).body)).toMatchObject({
      openMove: { id: move!.id },
      groups: [
        { name: '普通成员群①', tier: 'regular' },
        { name: '会员群①', tier: 'member' },
      ],
    });
    const tasks = await app.asAdmin<Page<{ kind: string; staff: string }>>('GET', '/console/api/tasks');
    expect(tasks.body.items).toMatchObject([
      { kind: 'remove_from_group', staff: 'LinXia', state: 'open', doneAt: null },
    ]);

    await product.later(24 * 5);
    const stuck = responses.moves.parse(
      (await app.asProgram('GET', '/api/v1/moves?stuck=1&state=leaving&member=wmXiaolu')).body,
    );
    expect(stuck.items).toMatchObject([{ id: move!.id, stuck: true }]);
    expect((await app.asAdmin('GET', '/console/api/home')).body).toMatchObject({ stuckMoves: 1, openTasks: 1 });
    const why = responses.why.parse((await app.asProgram('GET', '/api/v1/members/wmXiaolu/why?limit=200')).body);
    const moves = why.items.filter(({ kind }) => kind === 'move').map(({ title }) => title.zh);
    expect(moves).toEqual(['已进「会员群①」，等群主移出旧群', '已进入「会员群①」', '计划换到「会员群①」']);
    const groups = responses.groups.parse((await app.asProgram('GET', '/api/v1/groups')).body);
    expect(groups.items).toMatchObject([
      { name: '普通成员群①', members: 2, status: 'active' },
      { name: '会员群①', members: 2 },
    ]);
    expect((await app.asProgram('GET', '/api/v1/moves?member=wmNobody')).status).toBe(404);
    await app.close();
  });

  it('is listed also when it goes through customer service', async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    await product.happens(
      groupRead('wr-new', '会员群①', [], MONDAY),
      aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
    );
    await product.happens(aFact('order_paid', MONDAY + HOUR, xiaolu, { orderId: 'o-1', amountCents: 8_800 }));
    await product.db.write((tx) => tx.run(`UPDATE move SET path = 'kf'`));
    expect(responses.moves.parse((await app.asProgram('GET', '/api/v1/moves')).body).items).toMatchObject([
      { path: 'kf' },
    ]);
    await app.close();
  });
});
