import { expect, it } from 'vitest';
import { asMemberId } from '../../../src/domain/ids.js';
import { evaluateMembers } from '../../../src/engine/evaluate-members.js';
import {
  openChannelWay,
  openMemberWay,
  retireWay,
  seedContactWays,
} from '../../../src/features/contact-ways/contact-way-requests.js';
import { listContactWays } from '../../../src/insights/contact-ways.js';
import { memberStore } from '../../../src/features/members/member.store.js';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';

const HOUR = 3_600_000;
const ahua = { externalUserId: 'wmAhua' };
const expo = { key: 'expo', name: '展会', staff: ['LinXia', 'ZhaoMin'], tags: ['展会'], skipVerify: true };

const read = (member: typeof ahua, at: number, state: string | undefined, staff = 'LinXia') =>
  aFact('contact_read', at, member, {
    name: '阿花',
    gender: 0,
    readAt: at,
    follows: [{ staff, createdAt: MONDAY, tagIds: [], ...(state ? { state } : {}) }],
  });

const openExpo = async (product: TestProduct, over: Partial<typeof expo> = {}) => {
  const context = await product.engine.context();
  await product.db.write((tx) => openChannelWay({ tx, context, now: product.clock.now() }, { ...expo, ...over }));
  await product.workLoop.drain();
};
const openVip = async (product: TestProduct, member: number) => {
  const context = await product.engine.context();
  const way = await product.db.write((tx) =>
    openMemberWay({ tx, context, now: product.clock.now() }, asMemberId(member)),
  );
  await product.workLoop.drain();
  return way;
};
const idOf = async (product: TestProduct, externalUserId: string) =>
  (await product.db.read.one<{ id: number }>('SELECT id FROM member WHERE external_userid = $1', [externalUserId]))!.id;
const waysOf = async (product: TestProduct) => (await listContactWays(product.db.read, { limit: 50 })).items;
const invitesOf = async (product: TestProduct, member: number) =>
  (
    await product.db.read.one<{ n: number }>('SELECT invites_total AS n FROM member_metrics WHERE member_id = $1', [
      member,
    ])
  )?.n;

eachDatabase("a channel's code", (open) => {
  it('is made once with its staff, and its picture is stored', async () => {
    const product = await aProduct(await open());
    await openExpo(product);
    const restarted = await product.rebuilt();
    await restarted.workLoop.drain();
    expect(product.channel.ofKind('ensure_contact_way')).toMatchObject([
      { state: 'expo', remark: '展会', staff: ['LinXia', 'ZhaoMin'], skipVerify: true },
    ]);
    expect(await waysOf(product)).toMatchObject([
      { key: 'expo', name: '展会', qr: 'http://qr.test/expo', problem: null, contacts: 0 },
    ]);
  });

  it('marks whoever came by it with the channel’s tag, remark and source', async () => {
    const product = await aProduct(await open());
    await openExpo(product);
    await product.happens(aFact('contact_added', MONDAY, ahua, { staff: 'LinXia', state: 'expo' }));
    await product.happens(read(ahua, MONDAY + HOUR, 'expo'));
    await product.later(1);
    expect(product.channel.ofKind('mark_tags').flatMap((action) => action.add)).toContain('et-渠道-展会');
    expect(product.channel.ofKind('set_remark')).toMatchObject([{ remark: '阿花-展会-260302' }]);
    const member = await idOf(product, 'wmAhua');
    expect(await product.db.read.one('SELECT source FROM member_metrics WHERE member_id = $1', [member])).toEqual({
      source: 'expo',
    });
    expect(await waysOf(product)).toMatchObject([{ contacts: 1 }]);
  });

  it('does not put its tag back when staff removed it', async () => {
    const product = await aProduct(await open());
    await openExpo(product);
    await product.happens(aFact('contact_added', MONDAY, ahua, { staff: 'LinXia', state: 'expo' }));
    await product.later(1);
    await product.happens(read(ahua, product.clock.now() + HOUR, 'expo'));
    await product.later('2026-03-04T09:00');
    expect(await product.db.read.one(`SELECT want, origin FROM member_tag WHERE name = '展会'`)).toEqual({
      want: 0,
      origin: 'staff',
    });
  });

  it('removes its tag from everybody when the channel no longer has it', async () => {
    const product = await aProduct(await open());
    await openExpo(product);
    await product.happens(aFact('contact_added', MONDAY, ahua, { staff: 'LinXia', state: 'expo' }));
    await product.db.write((tx) => tx.run(`UPDATE contact_way SET tags = '[]'`));
    await product.later('2026-03-03T09:00');
    expect(product.channel.ofKind('mark_tags').at(-1)).toMatchObject({ remove: ['et-渠道-展会'] });
  });

  it('leads only to staff who are still in the corp, and has a problem when nobody is left', async () => {
    const product = await aProduct(await open());
    await openExpo(product);
    await product.happens(aFact('staff_changed', MONDAY, {}, { staff: 'ZhaoMin', change: 'left' }));
    expect(product.channel.ofKind('ensure_contact_way').at(-1)).toMatchObject({
      staff: ['LinXia'],
      configId: 'cfg-expo',
    });
    await product.happens(aFact('staff_changed', MONDAY + 1, {}, { staff: 'LinXia', change: 'left' }));
    expect(await waysOf(product)).toMatchObject([{ problem: 'no_staff' }]);
  });

  it('stores why WeCom refused it, and is tried again the next day', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, ahua));
    product.channel.failNext('ensure_contact_way', new GiveUp('join_way_quota_full'));
    await openExpo(product);
    expect(await waysOf(product)).toMatchObject([{ qr: null, problem: 'join_way_quota_full' }]);
    await product.later(3);
    expect(await waysOf(product)).toMatchObject([{ qr: null }]);
    await product.later('2026-03-03T09:00');
    expect(await waysOf(product)).toMatchObject([{ qr: 'http://qr.test/expo', problem: null }]);
  });

  it('is made once when its picture cannot be read at first, and the retry names its config id', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, ahua));
    product.channel.codeless = 1;
    await openExpo(product);
    expect(await waysOf(product)).toMatchObject([{ qr: null, problem: null }]);
    const restarted = await product.rebuilt();
    await restarted.later(0.1);
    expect(await waysOf(restarted)).toMatchObject([{ qr: 'http://qr.test/expo', problem: null }]);
    const asked = restarted.channel.ofKind('ensure_contact_way').map(({ configId }) => configId);
    expect(asked).toEqual([undefined, 'cfg-expo']);
  });

  it('keeps its config id when its picture cannot be read at all, and has a problem', async () => {
    const product = await aProduct(await open());
    product.channel.codeless = 2;
    await openExpo(product);
    await product.later(0.1);
    expect(await waysOf(product)).toMatchObject([{ qr: null, problem: 'contact_way_without_code' }]);
    await product.later('2026-03-03T09:00');
    expect(await waysOf(product)).toMatchObject([{ qr: 'http://qr.test/expo', problem: null }]);
    const asked = product.channel.ofKind('ensure_contact_way').map(({ configId }) => configId);
    expect(asked).toEqual([undefined, 'cfg-expo', 'cfg-expo']);
  });

  it('is checked every day, because an admin may have deleted it in WeCom', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, ahua));
    await openExpo(product);
    await product.later('2026-03-03T09:00');
    expect(product.channel.ofKind('ensure_contact_way')).toHaveLength(2);
  });

  it('is made once when its request changed while WeCom could not be reached', async () => {
    const product = await aProduct(await open());
    const outage = () =>
      product.channel.failNext(
        'ensure_contact_way',
        new RetryLater('wecom_halted', HOUR, { countsAsAttempt: false, throttlesKind: true }),
      );
    outage();
    await openExpo(product);
    outage();
    await product.happens(aFact('staff_changed', MONDAY, {}, { staff: 'ZhaoMin', change: 'renamed', to: 'ZhaoMin2' }));
    await product.later(30);
    await product.later(1);
    const made = product.channel.ofKind('ensure_contact_way').filter(({ configId }) => configId === undefined);
    expect(made.map(({ staff }) => staff)).toEqual([['LinXia', 'ZhaoMin2']]);
    expect(await waysOf(product)).toMatchObject([{ qr: 'http://qr.test/expo', problem: null }]);
  });

  it('gets a key that nobody has chosen before', async () => {
    const product = await aProduct(await open());
    await openExpo(product, { key: 'way-2' });
    const context = await product.engine.context();
    await product.db.write((tx) =>
      openChannelWay({ tx, context, now: product.clock.now() }, { ...expo, key: undefined }),
    );
    expect((await waysOf(product)).map(({ key }) => key)).toEqual(['way-3', 'way-2']);
  });

  it('is deleted at WeCom once when it is retired', async () => {
    const product = await aProduct(await open());
    await openExpo(product);
    const context = await product.engine.context();
    const [way] = await waysOf(product);
    const retire = () => product.db.write((tx) => retireWay({ tx, context, now: MONDAY }, way!.id));
    expect([await retire(), await retire()]).toEqual([true, false]);
    await product.later('2026-03-03T09:00');
    expect(product.channel.ofKind('retire_contact_way')).toEqual([
      { kind: 'retire_contact_way', way: way!.id, configId: 'cfg-expo' },
    ]);
    expect(await waysOf(product)).toEqual([]);
  });

  it('follows the file: it is made at the first start and changed when the file changes', async () => {
    const product = await aProduct(await open());
    const context = await product.engine.context();
    const channel = { key: 'door', name: '门店', staff: ['LinXia'], skipVerify: true, tags: [], welcome: null };
    const start = async (over: Partial<typeof channel>) => {
      const ways = { ...context.ways, channels: [{ ...channel, ...over }] };
      product.clock.pushTo(product.clock.now() + 1_000);
      await product.db.write((tx) => seedContactWays({ tx, context: { ...context, ways }, now: product.clock.now() }));
      await product.workLoop.drain();
    };
    await start({});
    await start({});
    await start({ staff: ['ZhaoMin'] });
    expect(product.channel.ofKind('ensure_contact_way').map(({ staff }) => staff)).toEqual([['LinXia'], ['ZhaoMin']]);
  });
});

eachDatabase("a member's own code", (open) => {
  const aVip = async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY - HOUR, xiaolu, { staff: 'ZhaoMin' }));
    const vip = await idOf(product, 'wmXiaolu');
    await openVip(product, vip);
    return { product, vip, state: `vip-${vip}` };
  };

  it('leads to the member of staff who has the member as a contact, and is made once', async () => {
    const { product, vip, state } = await aVip();
    await openVip(product, vip);
    expect(product.channel.ofKind('ensure_contact_way')).toMatchObject([{ state, staff: ['ZhaoMin'] }]);
  });

  it('credits the member with a newcomer once, however often the newcomer is reported', async () => {
    const { product, vip, state } = await aVip();
    await product.happens(aFact('contact_added', MONDAY, ahua, { staff: 'ZhaoMin', state }));
    await product.happens(aFact('contact_added', MONDAY + HOUR, ahua, { staff: 'LinXia', state }));
    await product.happens(read(ahua, MONDAY + 2 * HOUR, state, 'ZhaoMin'));
    expect(await invitesOf(product, vip)).toBe(1);
    expect(await product.db.read.all(`SELECT key FROM fact WHERE kind = 'invited'`)).toEqual([
      { key: 'invited:wmAhua' },
    ]);
  });

  it('credits nobody for a contact who comes back, nor for the member themself', async () => {
    const { product, vip, state } = await aVip();
    await product.happens(aFact('contact_added', MONDAY - 9 * HOUR, ahua, { staff: 'LinXia' }));
    await product.happens(aFact('contact_lost', MONDAY - 8 * HOUR, ahua, { staff: 'LinXia', by: 'member' }));
    await product.happens(aFact('contact_added', MONDAY, ahua, { staff: 'ZhaoMin', state }));
    await product.happens(aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia', state }));
    expect(await invitesOf(product, vip)).toBe(0);
  });
});

eachDatabase("members' codes", (open) => {
  const vipState = (member: number) => `vip-${member}`;

  it('still credit the member after two records of them are merged', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('sent_message', MONDAY - 9 * HOUR, { chatContactId: 'chat-1' }));
    await product.happens(aFact('contact_added', MONDAY - HOUR, xiaolu, { staff: 'ZhaoMin' }));
    const vip = await idOf(product, 'wmXiaolu');
    await openVip(product, vip);
    await product.happens(aFact('profile_updated', MONDAY, { ...xiaolu, chatContactId: 'chat-1' }));
    const kept = await idOf(product, 'wmXiaolu');
    expect(kept).not.toBe(vip);
    await product.happens(aFact('contact_added', MONDAY + HOUR, ahua, { staff: 'ZhaoMin', state: vipState(vip) }));
    expect(await invitesOf(product, kept)).toBe(1);
    await openVip(product, kept);
    expect(await waysOf(product)).toMatchObject([{ state: vipState(vip), memberId: kept }]);
  });

  it('credit nobody for a contact who came back without a callback, as a read shows', async () => {
    const product = await aProduct(await open());
    const days = (n: number) => MONDAY - n * 24 * HOUR;
    await product.happens(aFact('contact_added', days(9), xiaolu, { staff: 'ZhaoMin' }));
    const vip = await idOf(product, 'wmXiaolu');
    await openVip(product, vip);
    await product.happens(aFact('contact_added', days(8), ahua, { staff: 'LinXia' }));
    await product.happens(aFact('contact_lost', days(7), ahua, { staff: 'LinXia', by: 'member' }));
    await product.happens(read(ahua, MONDAY + HOUR, vipState(vip)));
    expect(await invitesOf(product, vip)).toBe(0);
  });

  it('are made once with a tier that gives them, and stay when the tier is lost', async () => {
    const product = await aProduct(await open());
    const context = await product.engine.context();
    const ways = { ...context.ways, vip: { ...context.ways.vip, tiers: ['member'] } };
    await product.happens(
      aFact('contact_added', MONDAY, xiaolu, { staff: 'ZhaoMin' }),
      aFact('contact_added', MONDAY, ahua),
    );
    await product.happens(aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 9_900 }));
    const [vip, other] = [await idOf(product, 'wmXiaolu'), await idOf(product, 'wmAhua')];
    const evaluateAll = () =>
      product.db.write(async (tx) => {
        const members = await memberStore.load(tx, [asMemberId(vip), asMemberId(other)]);
        await evaluateMembers({ tx, context: { ...context, ways }, now: product.clock.now() }, members, []);
      });
    await evaluateAll();
    await evaluateAll();
    await product.happens(aFact('sent_message', MONDAY, xiaolu));
    expect(product.channel.ofKind('ensure_contact_way')).toMatchObject([{ state: vipState(vip), staff: ['ZhaoMin'] }]);
    expect(await waysOf(product)).toMatchObject([{ kind: 'vip', memberId: vip }]);
  });

  it('that WeCom refused are reported to whoever waits, and are tried at once when asked for again', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu, { staff: 'ZhaoMin' }));
    const ask = async () => {
      await product.inbox.receive([
        {
          kind: 'command',
          command: {
            key: `ask-${product.clock.now()}`,
            at: product.clock.now(),
            from: { kind: 'staff', staff: 'LinXia' },
            replyTo: { kind: 'app' },
            text: '专属码 wmXiaolu',
          },
        },
      ]);
      await product.workLoop.drain();
      return product.channel.ofKind('notify_staff').map(({ text, picture = '' }) => `${text} ${picture}`);
    };
    product.channel.failNext('ensure_contact_way', new GiveUp('join_way_quota_full'));
    expect((await ask()).join()).toContain('没做成');
    await product.later(0.1);
    expect((await ask()).at(-1)).toContain('http://qr.test/vip-');
    expect(product.channel.ofKind('ensure_contact_way')).toHaveLength(1);
  });
});

eachDatabase('a one-sided contact', (open) => {
  it('is greeted once and gets its remark once, however it becomes a mutual one', async () => {
    const product = await aProduct(await open());
    const added = (at: number, mutual: boolean, welcomeCode?: string) =>
      aFact('contact_added', at, ahua, { staff: 'LinXia', mutual, ...(welcomeCode ? { welcomeCode } : {}) });
    await product.happens(added(MONDAY, false, 'code-one-sided'));
    expect(product.channel.ofKind('send_welcome')).toMatchObject([{ welcomeCode: 'code-one-sided' }]);
    // WeCom gives no second welcome code to a contact who was greeted; some clients still sent one (contract §3.1).
    await product.happens(added(MONDAY + HOUR, true), added(MONDAY + HOUR + 1, true, 'code-mutual'));
    for (const hours of [2, 3, 4]) await product.happens(read(ahua, MONDAY + hours * HOUR, undefined));
    for (let turn = 0; turn < 12; turn++) await product.later(3);
    const greetings = [...product.channel.ofKind('send_welcome'), ...product.channel.ofKind('mass_send')];
    expect(greetings.filter(({ message }) => message.text.includes('很高兴认识你'))).toHaveLength(1);
    expect(product.channel.ofKind('set_remark')).toHaveLength(1);
  });
});

eachDatabase('the remark of a contact', (open) => {
  it('is written only once a one-sided contact is mutual', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, ahua, { staff: 'LinXia', mutual: false }));
    expect(product.channel.ofKind('set_remark')).toEqual([]);
    await product.happens(aFact('contact_added', MONDAY + HOUR, ahua, { staff: 'LinXia', mutual: true }));
    expect(product.channel.ofKind('read_contact')).toHaveLength(2);
    await product.happens(read(ahua, MONDAY + 2 * HOUR, undefined));
    await product.later(1);
    expect(product.channel.ofKind('set_remark')).toMatchObject([{ staff: 'LinXia', remark: '阿花-260302' }]);
    expect(product.channel.ofKind('mark_tags').length).toBeGreaterThan(0);
  });
});
