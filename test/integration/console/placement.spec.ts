import { expect, it } from 'vitest';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupReadOf, MONDAY, type TestProduct } from '../../support/test-product.js';

const HOUR = 3_600_000;
const idOf = (name: string) => ({ externalUserId: `wm${name}` });

interface Overview {
  readonly tiers: { tier: string; right: number; wrong: number; two: number; none: number }[];
  readonly causes: { code: string; count: number; action: string | null }[];
  readonly trend: { day: string; tier: string; right: number; none: number }[];
}
interface Members {
  readonly items: { memberId: number; memberName: string; cause: string; place: string; groups: { name: string }[] }[];
  readonly next: string | null;
}
interface Placed {
  readonly items: { memberId: number; outcome: string; code: string; label: { zh: string } }[];
}

eachDatabase('the placement of members', (open) => {
  const groups = (people: Readonly<Record<string, readonly string[]>>, at: number) =>
    Object.entries(people).map(([name, inside]) =>
      groupReadOf({ chatId: `wr-${name}`, name, people: inside.map((who) => `wm${who}`), at, owner: 'ZhouMing' }),
    );
  const contact = (name: string) => [
    aFact('contact_added', MONDAY, idOf(name), { staff: 'LinXia' }),
    aFact('profile_updated', MONDAY, idOf(name), { name }),
  ];
  const orders = (name: string) =>
    aFact('order_paid', MONDAY + HOUR, idOf(name), { orderId: `o-${name}`, amountCents: 8_800 });

  /** 甲 is where they belong; 乙 ordered and is invited; 丙 is in both groups; 丁 opted out and is in none. */
  async function aCommunity() {
    const product = await aProduct(await open());
    await product.happens(...['甲', '乙', '丙', '丁'].flatMap(contact), aFact('opted_out', MONDAY, idOf('丁')));
    await product.happens(...groups({ '普通群①': ['甲', '乙', '丙'], '会员群①': ['丙'] }, MONDAY));
    await product.happens(orders('乙'), orders('丙'));
    return { product, app: await aConsole(product) };
  }

  const overview = async (app: ConsoleApp) => (await app.asAdmin<Overview>('GET', '/api/v1/placement')).body;
  /** The read of a group has named people by their id. */
  const membersOf = async (app: ConsoleApp, query = '') => {
    const { items, next } = (await app.asAdmin<Members>('GET', `/api/v1/placement/members?${query}`)).body;
    return { items: items.map((item) => ({ ...item, memberName: item.memberName.replace(/^wm/, '') })), next };
  };
  const act = async (app: ConsoleApp, action: string, members: readonly number[]) =>
    (await app.asAdmin<Placed>('POST', '/api/v1/placement/actions', { action, members })).body.items;
  const causesOf = async (app: ConsoleApp) =>
    Object.fromEntries((await membersOf(app)).items.map(({ memberName, cause }) => [memberName, cause]));
  const memberId = async (product: TestProduct, name: string) =>
    (await product.db.read.one<{ id: number }>('SELECT id FROM member WHERE external_userid = $1', [`wm${name}`]))!.id;

  it('counts by tier who is right, wrong, in two groups and in none, and says why', async () => {
    const { app } = await aCommunity();
    const { tiers, causes } = await overview(app);
    expect(tiers).toMatchObject([
      { tier: 'potential', right: 0, wrong: 0, two: 0, none: 0 },
      { tier: 'regular', right: 1, wrong: 0, two: 0, none: 1 },
      { tier: 'member', right: 0, wrong: 1, two: 1, none: 0 },
      { tier: 'loyal', right: 0, wrong: 0, two: 0, none: 0 },
    ]);
    expect(causes).toMatchObject([
      { code: 'waits_for_staff', count: 1, action: 'remind_staff' },
      { code: 'owner_asked', count: 1, action: 'remind_owner' },
      { code: 'opted_out', count: 1, action: null },
    ]);
    expect(await causesOf(app)).toEqual({ 乙: 'waits_for_staff', 丙: 'owner_asked', 丁: 'opted_out' });
    await app.close();
  });

  it('lists in pages, by cause, tier and place, with the tier groups of each', async () => {
    const { app } = await aCommunity();
    const first = await membersOf(app, 'limit=2');
    const second = await membersOf(app, `limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ memberName }) => memberName).sort()).toEqual(['丁', '丙', '乙']);
    expect(second.next).toBeNull();
    const [two] = (await membersOf(app, 'place=two')).items;
    expect(two).toMatchObject({ memberName: '丙', groups: [{ name: '普通群①' }, { name: '会员群①' }] });
    expect((await membersOf(app, 'tier=regular&cause=opted_out')).items).toMatchObject([{ memberName: '丁' }]);
    await app.close();
  });

  it('keeps the counts of each evening, the same as those it shows', async () => {
    const { product, app } = await aCommunity();
    const before = (await overview(app)).tiers;
    await product.later('2026-03-03T00:05');
    const { trend } = await overview(app);
    expect(trend.filter(({ day }) => day === '2026-03-02').map(({ day: _, ...counts }) => counts)).toMatchObject(
      before.map(({ tier, right, wrong, two, none }) => ({ tier, right, wrong, two, none })),
    );
    await product.later('2026-03-04T00:05');
    expect(new Set((await overview(app)).trend.map(({ day }) => day)).size).toBeGreaterThanOrEqual(2);
    await app.close();
  });

  it('invites again who let an invitation pass, once, and answers for each member', async () => {
    const { product, app } = await aCommunity();
    await product.later('2026-03-03T08:00');
    product.channel.tapAll();
    await product.later('2026-03-03T10:00');
    expect(await causesOf(app)).toMatchObject({ 乙: 'holds_a_code' });
    await product.later('2026-03-11T10:00');
    expect(await causesOf(app)).toMatchObject({ 乙: 'invitation_expired', 丙: 'owner_idle' });
    const [amy, both, gone] = [
      await memberId(product, '乙'),
      await memberId(product, '丙'),
      await memberId(product, '丁'),
    ];
    expect(await act(app, 'invite', [amy, both, gone, 999])).toMatchObject([
      { memberId: amy, outcome: 'done', code: 'invited', label: { zh: '已安排邀请' } },
      { memberId: both, outcome: 'already', code: 'has_open_move' },
      { memberId: gone, outcome: 'refused', code: 'opted_out' },
      { memberId: 999, outcome: 'refused', code: 'no_such_member' },
    ]);
    expect(await act(app, 'invite', [amy, amy])).toMatchObject([{ outcome: 'already', code: 'has_open_move' }]);
    expect(await product.db.read.all(`SELECT who, what FROM audit WHERE what = 'invited_again'`)).toHaveLength(1);
    expect(await product.db.read.all('SELECT state FROM move WHERE member_id = $1 ORDER BY id', [amy])).toMatchObject([
      { state: 'expired' },
      { state: 'planned' },
    ]);
    await app.close();
  });

  it('reminds the owner once a day, and says in the move who holds it up', async () => {
    const { product, app } = await aCommunity();
    await product.later('2026-03-11T10:00');
    const both = await memberId(product, '丙');
    const reminders = () =>
      product.channel.ofKind('notify_staff').filter(({ staff }) => staff.includes('ZhouMing')).length;
    const before = reminders();
    expect(await act(app, 'remind_owner', [both])).toMatchObject([{ outcome: 'done', code: 'owner_reminded' }]);
    expect(await act(app, 'remind_owner', [both])).toMatchObject([{ outcome: 'already', code: 'reminded_today' }]);
    expect(reminders()).toBe(before + 1);
    const { body } = await app.asAdmin<{ items: { waits: { who: string; staff: string; action: string } }[] }>(
      'GET',
      `/api/v1/moves?member=${both}`,
    );
    expect(body.items[0]!.waits).toMatchObject({ who: 'owner', staff: 'ZhouMing', action: 'remind_owner' });
    await app.close();
  });

  it('reminds the colleague for whose tap invitations wait, once a day for all of them', async () => {
    const { product, app } = await aCommunity();
    await product.happens(orders('甲'));
    const [first, second, both] = [
      await memberId(product, '甲'),
      await memberId(product, '乙'),
      await memberId(product, '丙'),
    ];
    const reminders = () =>
      product.channel.ofKind('notify_staff').filter(({ text }) => text.includes('等你点「发送」'));
    await product.later('2026-03-03T09:30');
    expect(await causesOf(app)).toMatchObject({ 甲: 'waits_for_staff', 乙: 'waits_for_staff' });
    expect(await act(app, 'remind_staff', [first, second, both])).toMatchObject([
      { outcome: 'done', code: 'staff_reminded', label: { zh: '已提醒同事点发送' } },
      { outcome: 'already', code: 'reminded_today' },
      { outcome: 'refused', code: 'not_with_staff' },
    ]);
    expect(reminders()).toMatchObject([{ staff: ['LinXia'] }]);
    expect(reminders()[0]!.text).toContain('有 3 位客户的消息');
    await product.later('2026-03-04T09:30');
    expect(await act(app, 'remind_staff', [first])).toMatchObject([{ outcome: 'done' }]);
    expect(reminders()).toHaveLength(2);
    product.channel.tapAll();
    await product.later('2026-03-04T12:00');
    expect(await act(app, 'remind_staff', [second])).toMatchObject([{ outcome: 'refused', code: 'not_with_staff' }]);
    expect(await product.db.read.all(`SELECT who, detail FROM audit WHERE what = 'staff_reminded'`)).toEqual([
      { who: 'admin', detail: '{"name":"LinXia"}' },
      { who: 'admin', detail: '{"name":"LinXia"}' },
    ]);
    await app.close();
  });

  it('asks an owner for the next group when the groups are full, once', async () => {
    const product = await aProduct(await open());
    const crowd = Array.from({ length: 199 }, (_, index) => `p${index}`);
    await product.happens(...contact('乙'), ...groups({ '普通群①': ['乙'], '会员群①': crowd }, MONDAY));
    await product.happens(orders('乙'));
    const app = await aConsole(product);
    const amy = await memberId(product, '乙');
    expect((await membersOf(app, 'tier=member&cause=group_full')).items).toMatchObject([{ memberName: '乙' }]);
    // Planning asked when it found no place; a person who asks again is told so.
    expect(await act(app, 'ask_group', [amy])).toMatchObject([{ outcome: 'already', code: 'group_asked' }]);
    expect(await product.db.read.all(`SELECT 1 AS n FROM operator_task WHERE kind LIKE 'pool%'`)).toHaveLength(1);
    await app.close();
  });

  it('approves the moves of many at once', async () => {
    const product = await aProduct(await open(), { approve: 'all' });
    await product.happens(...['甲', '乙'].flatMap(contact));
    await product.happens(...groups({ '普通群①': ['甲', '乙'], '会员群①': [] }, MONDAY));
    await product.happens(orders('甲'), orders('乙'));
    const app = await aConsole(product);
    expect(await causesOf(app)).toEqual({ 甲: 'waits_for_approval', 乙: 'waits_for_approval' });
    const ids = [await memberId(product, '甲'), await memberId(product, '乙')];
    expect(await act(app, 'approve', ids)).toMatchObject([
      { outcome: 'done', code: 'approved' },
      { outcome: 'done', code: 'approved' },
    ]);
    expect(await causesOf(app)).toEqual({ 甲: 'waits_for_staff', 乙: 'waits_for_staff' });
    expect(await act(app, 'approve', ids)).toMatchObject([{ code: 'no_task' }, { code: 'no_task' }]);
    await app.close();
  });
});
