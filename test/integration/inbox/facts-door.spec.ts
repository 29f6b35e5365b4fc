import { expect, it } from 'vitest';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct, MONDAY } from '../../support/test-product.js';

interface Answered {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly message: string }[];
  readonly adjusted: readonly unknown[];
}

const HOUR = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();
let posts = 0;
const posted = (kind: string, member: object, at: number, data: object = {}) => ({
  key: `door-${++posts}`,
  kind,
  at: iso(at),
  member,
  data,
});
const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
};

eachDatabase('the facts API', (open) => {
  const aDoor = async () => {
    const product = await aProduct(await open());
    const app = await aConsole(product);
    const post = async (...facts: object[]) => {
      const { status, body } = await app.asProgram<Answered>('POST', '/api/v1/facts', { facts });
      await product.workLoop.drain();
      return { status, ...body };
    };
    const member = async (id: string) => (await app.asProgram('GET', `/api/v1/members/${id}`)).body;
    return { product, app, post, member };
  };

  const says = (member: object, at: number, mentions: string[]) =>
    posted('sent_message', member, at, { chatId: 'wrTalk', mentions });
  const mentionsOf = async (product: Awaited<ReturnType<typeof aProduct>>) =>
    product.db.read.all(
      `SELECT i.value, f.mentions_30d AS n FROM member_metrics f JOIN identity i ON i.member_id = f.member_id
      WHERE f.mentions_30d > 0 ORDER BY i.value`,
    );

  it("counts no mention of oneself, by any of one's ids", async () => {
    const { product, app, post } = await aDoor();
    const phone = '13800138001';
    await post(posted('profile_updated', { externalUserId: 'wmA', unionid: 'uA', phone }, MONDAY - HOUR));
    await post(says({ externalUserId: 'wmA' }, MONDAY - 4, ['wmA']), says({ phone }, MONDAY - 3, ['wmA', 'uA']));
    await post(says({ phone }, MONDAY - 2, ['uA', 'wmB']));
    expect(await mentionsOf(product)).toEqual([{ value: 'wmB', n: 1 }]);
    await app.close();
  });

  it('counts a mention by unionid for its member, whether the unionid is reported before or after', async () => {
    const { product, app, post } = await aDoor();
    const known = (name: string) =>
      posted('profile_updated', { externalUserId: `wm${name}`, unionid: `u${name}` }, MONDAY - HOUR);
    await post(known('V'));
    await post(says({ externalUserId: 'wmA' }, MONDAY - 4, ['uV', 'uW']));
    await post(known('W'));
    expect(await mentionsOf(product)).toEqual(
      expect.arrayContaining([
        { value: 'uV', n: 1 },
        { value: 'wmV', n: 1 },
        { value: 'uW', n: 1 },
        { value: 'wmW', n: 1 },
      ]),
    );
    expect(await product.db.read.one('SELECT COUNT(*) AS n FROM member_metrics')).toEqual({ n: 3 });
    await app.close();
  });

  it('does not take a mentioned unionid for a chat account, and stores the chat account when it is reported', async () => {
    const { product, app, post } = await aDoor();
    await post(says({ externalUserId: 'wmA' }, MONDAY - 4, ['oV']));
    await post(posted('profile_updated', { externalUserId: 'wmV', unionid: 'oV' }, MONDAY - 3));
    const chats = () => product.db.read.all(`SELECT value FROM identity WHERE kind = 'chat'`);
    expect(await chats()).toEqual([]);
    await post(says({ externalUserId: 'wmA' }, MONDAY - 2, ['oV']));
    await post(posted('profile_updated', { externalUserId: 'wmV', chatContactId: 'wxid_v' }, MONDAY - 1));
    expect(await chats()).toEqual([{ value: 'wxid_v' }]);
    expect(await mentionsOf(product)).toEqual(['oV', 'wmV', 'wxid_v'].map((value) => ({ value, n: 2 })));
    await app.close();
  });

  it('unites a member mentioned by unionid when the unionid is reported with a chat account', async () => {
    const { product, app, post } = await aDoor();
    await post(says({ externalUserId: 'wmA' }, MONDAY - 4, ['oV']));
    await post(posted('profile_updated', { chatContactId: 'wxid_v', unionid: 'oV' }, MONDAY - 3));
    expect(await mentionsOf(product)).toEqual(['oV', 'wxid_v'].map((value) => ({ value, n: 1 })));
    expect(await product.db.read.all(`SELECT value FROM identity WHERE kind = 'chat'`)).toEqual([{ value: 'wxid_v' }]);
    await app.close();
  });

  it('removes the mentions by a member who turns out to be the mentioned one, and no others', async () => {
    const { product, app, post } = await aDoor();
    for (const back of [6, 5, 4, 3]) await post(says({ externalUserId: 'wmA' }, MONDAY - back, ['oA']));
    await post(says({ externalUserId: 'wmB' }, MONDAY - 2, ['oA']));
    await post(posted('profile_updated', { externalUserId: 'wmA', unionid: 'oA' }, MONDAY - 1));
    expect(await mentionsOf(product)).toEqual(['oA', 'wmA'].map((value) => ({ value, n: 1 })));
    await post(posted('profile_updated', { externalUserId: 'wmA', phone: '13800138001' }, MONDAY));
    expect(await mentionsOf(product)).toMatchObject([{ n: 1 }, { n: 1 }, { n: 1 }]);
    await app.close();
  });

  it('counts a time in the future as the time of arrival and reports that, and rejects more than two days', async () => {
    const { app, post } = await aDoor();
    const ahead = posted('visited', { externalUserId: 'wmA' }, MONDAY + 8 * HOUR);
    const answer = await post(
      posted('visited', { externalUserId: 'wmA' }, MONDAY - HOUR),
      ahead,
      posted('visited', { externalUserId: 'wmA' }, MONDAY + 49 * HOUR),
      posted('visited', { externalUserId: 'wmA' }, 0),
    );
    expect(answer).toMatchObject({
      status: 200,
      accepted: 2,
      adjusted: [{ index: 1, key: ahead.key, from: ahead.at, to: iso(MONDAY) }],
      rejected: [
        { index: 2, code: 'not_yet' },
        { index: 3, code: 'too_long_ago' },
      ],
    });
    await app.close();
  });

  it('applies an opt-out and a lost contact at once, although earlier facts came from a clock that is ahead', async () => {
    const { product, app, post, member } = await aDoor();
    await post(
      posted('contact_added', { externalUserId: 'wmOpt' }, MONDAY + 8 * HOUR, { staff: 'LinXia' }),
      posted('opted_in', { externalUserId: 'wmOpt' }, MONDAY + 47 * HOUR),
    );
    await product.later(0.02);
    await post(
      posted('opted_out', { externalUserId: 'wmOpt' }, product.clock.now()),
      posted('contact_lost', { externalUserId: 'wmOpt' }, product.clock.now()),
    );
    expect(await member('wmOpt')).toMatchObject({ optedOut: true, isContact: false });
    await post(posted('visited', { externalUserId: 'wmOpt' }, MONDAY + 20 * HOUR));
    const { metrics } = await member('wmOpt');
    const days = Object.entries(metrics as Record<string, number | null>).filter(([name]) => name.startsWith('days_'));
    expect(days.filter(([, value]) => value !== null && value < 0)).toEqual([]);
    await app.close();
  });

  it('rejects by index facts that are too deep, too large or too long, and accepts the others', async () => {
    const { app, post } = await aDoor();
    const good = () => posted('visited', { externalUserId: 'wmGood' }, MONDAY);
    const answer = await post(
      good(),
      posted('visited', { externalUserId: 'wmDeep' }, MONDAY, { note: nested(1_500) }),
      posted('checked_in', { externalUserId: 'wmDeep' }, MONDAY, nested(60) as object),
      posted('sent_message', { externalUserId: 'wmLong' }, MONDAY, { chatId: 'wr1', mentions: ['m'.repeat(5_000)] }),
      posted('visited', { externalUserId: 'wmWide' }, MONDAY, { list: Array.from({ length: 5_000 }, (_, i) => i) }),
      posted('profile_updated', { externalUserId: 'wmText' }, MONDAY, { motto: '字'.repeat(9_000) }),
      posted('opted_out', { externalUserId: 'wmName' }, MONDAY, { ['n'.repeat(200)]: 1 }),
      posted('visited', { externalUserId: 'w'.repeat(129) }, MONDAY),
      posted('constructor', { externalUserId: 'wmKind' }, MONDAY),
      good(),
    );
    expect(answer).toMatchObject({ status: 200, accepted: 2 });
    expect(answer.rejected.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await app.close();
  });

  it('rejects by index a fact with a field called __proto__, and accepts the others', async () => {
    const { app, post, member } = await aDoor();
    const good = posted('visited', { externalUserId: 'wmA' }, MONDAY - HOUR);
    const poisoned = posted(
      'visited',
      { externalUserId: 'wmA' },
      MONDAY - HOUR,
      JSON.parse('{"a":{"__proto__":{"b":1}}}') as object,
    );
    expect(await post(good, poisoned)).toMatchObject({
      status: 200,
      accepted: 1,
      rejected: [{ index: 1, code: 'malformed', message: expect.stringContaining('__proto__') as string }],
    });
    expect(await member('wmA')).toMatchObject({ ids: { externalUserId: 'wmA' } });
    await app.close();
  });

  it('recognizes a phone number in all its spellings, and rejects an invalid one', async () => {
    const { app, post } = await aDoor();
    const spellings = [
      '13800138000',
      '+86 138 0013 8000',
      '86-13800138000',
      '１３８－００１３－８０００',
      '0086 (138) 0013.8000',
    ];
    await post(
      ...spellings.map((phone, i) =>
        posted('order_paid', { phone }, MONDAY - i * HOUR, { orderId: `o${i}`, amountCents: 100 }),
      ),
    );
    await post(
      posted('profile_updated', { phone: '+86-13800138000' }, MONDAY, { phone: '138 0013 8000', name: '小鹿' }),
    );
    type Listed = { items: { name: string; ordersTotal: number }[] };
    const { body } = await app.asProgram<Listed>('GET', '/api/v1/members');
    expect(body.items).toMatchObject([{ name: '小鹿', ordersTotal: 5 }]);
    for (const q of ['13800138000', '%2B8613800138000', '138-0013-8000'])
      expect((await app.asProgram<Listed>('GET', `/api/v1/members?q=${q}`)).body.items).toHaveLength(1);
    expect(
      await post(
        posted('visited', { phone: '138****8000' }, MONDAY),
        posted('profile_updated', { externalUserId: 'wmX' }, MONDAY, { phone: '见备注' }),
        posted('visited', { phone: '+1 415 555 0100' }, MONDAY),
      ),
    ).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 0, code: 'malformed', message: expect.stringContaining('not a phone number') },
        { index: 1, code: 'bad_data', message: expect.stringContaining('not a phone number') },
      ],
    });
    await app.close();
  });

  it('links an answer to the message with its posted key, whichever is posted first', async () => {
    const { product, app, post } = await aDoor();
    const [a, b] = [{ externalUserId: 'wmAsks' }, { externalUserId: 'wmAnswers' }];
    const asked = posted('sent_message', a, MONDAY - HOUR, { chatId: 'wrTalk' });
    const answered = posted('sent_message', b, MONDAY, { chatId: 'wrTalk', replyTo: asked.key });
    await post(asked, answered);
    const late = posted('sent_message', b, MONDAY - HOUR, { chatId: 'wrTalk' });
    await post(posted('sent_message', a, MONDAY, { chatId: 'wrTalk', replyTo: late.key }));
    await post(late);
    expect(await product.db.read.all('SELECT answers FROM exchange')).toEqual([{ answers: 1 }, { answers: 1 }]);
    expect(await product.db.read.all('SELECT ref FROM exchange_waiting')).toEqual([]);
    await app.close();
  });

  it('counts two parts of a refund from a clock that is ahead, and a repeated part once', async () => {
    const { product, app, post } = await aDoor();
    const who = { externalUserId: 'wmAhead' };
    const part = (at: number) => posted('order_refunded', who, at, { orderId: 'o1', amountCents: 1_000 });
    await post(posted('order_paid', who, MONDAY - 24 * HOUR, { orderId: 'o1', amountCents: 5_000 }));
    await post(part(MONDAY + HOUR), part(MONDAY + HOUR + 60_000));
    const spent = () => product.db.read.one('SELECT spend_total_cents FROM member_metrics');
    expect(await spent()).toEqual({ spend_total_cents: 3_000 });
    await product.later(0.5);
    await post(part(MONDAY + HOUR));
    await product.later(2);
    await post(part(MONDAY + HOUR + 60_000));
    expect(await spent()).toEqual({ spend_total_cents: 3_000 });
    await app.close();
  });

  it('counts every part of a refund from a shop that reports only days', async () => {
    const { product, app, post } = await aDoor();
    const who = { externalUserId: 'wmDays' };
    const part = (day: string, orderId: string) => ({
      ...posted('order_refunded', who, MONDAY, { orderId, amountCents: 1_000 }),
      at: day,
    });
    for (const orderId of ['o1', 'o2'])
      await post(posted('order_paid', who, MONDAY - 72 * HOUR, { orderId, amountCents: 3_000 }));
    await post(...['1', '2', '3'].map(() => part('2026-03-01T00:00:00+08:00', 'o1')));
    await post(part('2026-03-01T00:00:00Z', 'o2'), part('2026-03-01T00:00:00Z', 'o2'));
    expect(await product.db.read.one('SELECT orders_total, spend_total_cents FROM member_metrics')).toEqual({
      orders_total: 1,
      spend_total_cents: 1_000,
    });
    await app.close();
  });
});
