import { expect, it } from 'vitest';
import { RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, xiaolu } from '../../support/test-product.js';

const HOUR = 3_600_000;
const dismissed = { name: '', owner: '', version: 'gone', dismissed: true, people: [] };
const order = (at: number, orderId: string, amountCents = 8_800) =>
  aFact('order_paid', at, xiaolu, { orderId, amountCents });

eachDatabase("one member's way through the product", (open) => {
  it('greets a new contact within the welcome window, and gives them tags and a remark', async () => {
    const product = await aProduct(await open());
    await product.happens(
      aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia', state: 'expo', welcomeCode: 'code-1' }),
    );
    expect(product.channel.ofKind('send_welcome')).toMatchObject([{ welcomeCode: 'code-1' }]);
    expect(product.channel.ofKind('read_contact')).toEqual([{ kind: 'read_contact', externalUserId: 'wmXiaolu' }]);
    await product.later(1);
    const marked = product.channel.ofKind('mark_tags');
    expect(marked.flatMap((action) => action.add)).toEqual(
      expect.arrayContaining(['et-层级-普通', 'et-生命周期-新人']),
    );

    await product.happens(
      aFact(
        'contact_read',
        MONDAY + HOUR,
        { ...xiaolu, unionid: 'u-1' },
        {
          name: '小鹿',
          gender: 0,
          readAt: MONDAY + HOUR,
          follows: [{ staff: 'LinXia', createdAt: MONDAY, tagIds: [] }],
        },
      ),
    );
    expect(product.channel.ofKind('set_remark')).toMatchObject([{ staff: 'LinXia', remark: '小鹿-expo-260302' }]);
  });

  it('moves a buyer: sends the QR code, sees the join, asks the owner, sees the leave, and is done', async () => {
    const product = await aProduct(await open());
    await product.happens(
      groupRead('wr-old', '普通成员群①', ['wmXiaolu'], MONDAY),
      groupRead('wr-new', '会员群①', [], MONDAY),
      aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
    );
    await product.happens(order(MONDAY + HOUR, 'o-1'));
    await product.later('2026-03-03T08:00');
    const [invitation] = product.channel.ofKind('mass_send').filter((action) => action.message.attachments.length > 0);
    expect(invitation).toMatchObject({
      externalUserIds: ['wmXiaolu'],
      message: { attachments: [{ kind: 'image', url: 'http://qr.test/wr-new' }] },
    });
    const move = async () => product.db.read.one<{ state: string }>('SELECT state FROM move');
    expect(await move()).toMatchObject({ state: 'planned' });

    product.channel.performed.forEach(
      ({ action }, index) => action.kind === 'mass_send' && product.channel.confirmed.add(`msg${index}`),
    );
    await product.later('2026-03-03T10:00');
    expect(await move()).toMatchObject({ state: 'invited' });

    await product.happens(
      aFact('joined_group', product.clock.now(), xiaolu, { chatId: 'wr-new', scene: 3, state: 'qj-member-2' }),
    );
    expect(await move()).toMatchObject({ state: 'leaving' });
    expect(product.channel.ofKind('notify_staff')).toMatchObject([
      { staff: ['LinXia'], text: expect.stringContaining('移出「普通成员群①」') as string },
    ]);

    await product.happens(aFact('left_group', product.clock.now() + HOUR, xiaolu, { chatId: 'wr-old', removed: true }));
    expect(await move()).toMatchObject({ state: 'done' });
    expect(await product.db.read.all('SELECT state FROM operator_task')).toEqual([{ state: 'done' }]);
  });

  it.each(['left', 'dismissed'] as const)(
    'does not name the old group in the invitation once that group is %s',
    async (how) => {
      const product = await aProduct(await open());
      await product.happens(
        groupRead('wr-old', '普通成员群①', ['wmXiaolu'], MONDAY),
        groupRead('wr-new', '会员群①', [], MONDAY),
        aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
      );
      // The invitation is planned at night and goes in the morning. Its text must be true in the morning.
      await product.later('2026-03-02T22:30');
      const at = product.clock.now();
      await product.happens(order(at - HOUR, 'o-1'));
      await product.happens(
        how === 'left'
          ? aFact('left_group', at, xiaolu, { chatId: 'wr-old', removed: false })
          : aFact('group_read', at, {}, { ...dismissed, chatId: 'wr-old', readAt: at }),
      );
      await product.later('2026-03-03T08:00');
      const [invitation] = product.channel
        .ofKind('mass_send')
        .filter((action) => action.message.attachments.length > 0);
      expect(invitation?.message.text).toContain('「会员群①」');
      expect(invitation?.message.text).not.toContain('普通成员群①');
    },
  );

  it('stores why a tier was entered: the rule, its version, the values and what was needed', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu), order(MONDAY + HOUR, 'o-1'));
    const row = await product.db.read.one<{ because: string }>(
      `SELECT because FROM decision WHERE kind = 'tier' ORDER BY id DESC LIMIT 1`,
    );
    expect(JSON.parse(row!.because)).toEqual({
      rule: 'tier:member:enter',
      text: 'orders_total >= 1',
      version: 1,
      holds: true,
      values: [{ metric: 'orders_total', have: 1, need: '≥ 1' }],
    });
  });

  it('does nothing twice when facts are repeated, a review runs again, or the product restarts', async () => {
    const product = await aProduct(await open());
    const facts = [
      aFact('contact_added', MONDAY, xiaolu, { welcomeCode: 'code-1', staff: 'LinXia' }),
      order(MONDAY + HOUR, 'o-1'),
    ];
    await product.happens(...facts);
    await product.later('2026-03-09T12:00');
    const before = product.channel.performed.length;
    await product.happens(...facts);
    await product.engine.review();
    const restarted = await product.rebuilt();
    await restarted.workLoop.drain();
    await restarted.happens(...facts);
    expect(product.channel.performed.length).toBe(before);
    expect(await product.db.read.one('SELECT orders_total, spend_total_cents FROM member_metrics')).toEqual({
      orders_total: 1,
      spend_total_cents: 8_800,
    });
  });

  it('finds a mass-send whose answer was lost, and does not create it again', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }), order(MONDAY + HOUR, 'o-1'));
    product.channel.failNext('mass_send', new RetryLater('network'), { after: true });
    await product.later('2026-03-02T18:00');
    await product.later('2026-03-02T20:00');
    const sends = product.channel.ofKind('mass_send').map((action) => action.message.text);
    expect(sends.length).toBeGreaterThan(0);
    expect(new Set(sends).size).toBe(sends.length);
    expect(
      await product.db.read.one(
        `SELECT COUNT(*) AS n FROM mass_batch WHERE state = 'waiting' AND external_ref IS NOT NULL`,
      ),
    ).toEqual({ n: sends.length });
  });

  it('sends nothing proactive while paused, and still answers commands', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }), order(MONDAY + HOUR, 'o-1'));
    await product.inbox.receive([
      {
        kind: 'command',
        command: {
          key: 'c1',
          at: product.clock.now(),
          from: { kind: 'staff', staff: 'linxia' },
          replyTo: { kind: 'app' },
          text: '暂停',
        },
      },
    ]);
    await product.workLoop.drain();
    expect(product.channel.ofKind('notify_staff').at(-1)?.text).toContain('已暂停');
    await product.later('2026-03-02T20:45');
    expect(product.channel.ofKind('mass_send')).toEqual([]);
  });

  it('sends nothing more to a member who opts out, not even what was planned', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }), order(MONDAY + HOUR, 'o-1'));
    await product.happens(aFact('opted_out', MONDAY + 2 * HOUR, xiaolu));
    await product.later('2026-03-03T08:00');
    expect(product.channel.ofKind('mass_send')).toEqual([]);
    expect(await product.db.read.all(`SELECT DISTINCT state FROM outbox WHERE proactive = 1`)).toEqual(
      expect.arrayContaining([{ state: 'cancelled' }]),
    );
  });

  it('answers an operator with a hint, and a stranger not at all', async () => {
    const product = await aProduct(await open());
    const say = (key: string, staff: string, text: string) =>
      product.inbox.receive([
        {
          kind: 'command',
          command: { key, at: MONDAY, from: { kind: 'staff', staff }, replyTo: { kind: 'app' }, text },
        },
      ]);
    await say('c1', 'Stranger', '日报');
    await say('c2', 'LinXia', '今天怎么样');
    await say('c2', 'LinXia', '今天怎么样');
    await product.workLoop.drain();
    expect(product.channel.ofKind('notify_staff')).toEqual([
      { kind: 'notify_staff', staff: ['LinXia'], text: expect.stringContaining('帮助') as string },
    ]);
  });

  it('merges two members as soon as one fact carries the ids of both', async () => {
    const product = await aProduct(await open());
    await product.happens(
      order(MONDAY, 'o-1'),
      aFact('order_paid', MONDAY, { unionid: 'u-1' }, { orderId: 'o-2', amountCents: 1_200 }),
    );
    expect((await product.db.read.all('SELECT id FROM member WHERE merged_into IS NULL')).length).toBe(2);
    await product.happens(aFact('visited', MONDAY + HOUR, { ...xiaolu, unionid: 'u-1' }));
    expect(await product.db.read.all('SELECT orders_total, spend_total_cents FROM member_metrics')).toEqual([
      { orders_total: 2, spend_total_cents: 10_000 },
    ]);
  });
});
