import { afterEach, describe, expect, test } from 'vitest';
import { aService, DAY, events, HOUR, type Pulled } from '../../testing/a-service.js';
import { keys } from '../../testing/a-sandbox.js';
import { pretendProduct } from '../../testing/pretend-product.js';

const MINUTE = 60_000;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp(options: Parameters<typeof aService>[0] = {}) {
  const service = await aService(options);
  open.push(service.sandbox);
  return service;
}

const texts = ({ msg_list }: Pulled) => msg_list.map(({ text, event }) => text?.content ?? event?.event_type);

describe('the callback', () => {
  test('says only which account has news, and gives a token for the pull', async () => {
    const product = await pretendProduct(keys);
    open.push(product);
    const { sandbox, write, open_kfid, tokens } = await aCorp({ callbackUrl: product.callbackUrl });
    await write();
    const { plaintext } = product.callbacks().at(-1)!;
    expect(plaintext).toBe(
      `<xml><ToUserName><![CDATA[${keys.receiveId}]]></ToUserName><CreateTime>${sandbox.now() / 1_000}</CreateTime>` +
        '<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event>' +
        `<Token><![CDATA[${tokens()[0]!}]]></Token><OpenKfId><![CDATA[${open_kfid}]]></OpenKfId></xml>`,
    );
  });

  test('comes for every account at the one address, and for accounts that the app does not know', async () => {
    const product = await pretendProduct(keys);
    open.push(product);
    const { act, sandbox, open_kfid, upload, kf } = await aCorp({ callbackUrl: product.callbackUrl });
    const { media_id } = await upload('media/upload?type=image', Buffer.from('a picture'));
    const second = (await kf('account/add', { name: '售后', media_id }))['open_kfid'] as string;
    await act({ do: 'write_to_assistant', who: '小鹿', text: '退货' });
    await act({ do: 'write_to_assistant', who: '小鹿', account: '售后', text: '退货' });
    await act({ do: 'kf_callback', openKfid: 'wkUnknown', times: 2 });
    const named = product.callbacks().map(({ plaintext }) => /OpenKfId><!\[CDATA\[(\w+)/.exec(plaintext)![1]);
    expect(named.sort()).toEqual([open_kfid, second, 'wkUnknown', 'wkUnknown'].sort());
    const [one, two] = sandbox.record().callbacks.slice(-2);
    expect(one!.plaintext).toBe(two!.plaintext);
  });

  test('can be lost, nameless or with a token of digits only', async () => {
    const { sandbox, write, tokens, pull } = await aCorp();
    sandbox.trouble({ kf: { loseCallbacks: true } });
    await write('没人听见');
    expect(sandbox.record().callbacks).toEqual([]);
    expect(texts(await pull())).toEqual(['没人听见']);
    sandbox.trouble({ kf: { loseCallbacks: false, numericTokens: true, namelessCallbacks: true } });
    await write();
    expect(tokens()[0]).toMatch(/^00\d{15,}$/);
    expect(sandbox.record().callbacks[0]!.plaintext).not.toContain('OpenKfId');
    expect(await pull({ token: tokens()[0] })).toMatchObject({ errcode: 0 });
  });

  test('may come two seconds before the item can be seen', async () => {
    const { sandbox, write, pull, tokens, wait } = await aCorp();
    sandbox.trouble({ kf: { visibleAfterMs: 2_000 } });
    await write('晚到');
    expect(await pull({ token: tokens()[0] })).toMatchObject({ has_more: 0, msg_list: [] });
    await wait(2_000);
    expect(texts(await pull({ token: tokens()[0] }))).toEqual(['晚到']);
  });
});

describe('a pull', () => {
  test('gives items after the cursor, and the same cursor again when nothing follows', async () => {
    const { write, pull, sandbox, deer, open_kfid } = await aCorp();
    await write('一');
    const first = await pull();
    expect(first.msg_list).toEqual([
      {
        msgid: expect.stringMatching(/^\S{26,44}$/),
        open_kfid,
        external_userid: deer,
        send_time: sandbox.now() / 1_000,
        origin: 3,
        msgtype: 'text',
        text: { content: '一' },
      },
    ]);
    expect(first.next_cursor.length).toBeLessThanOrEqual(64);
    await write('二');
    const second = await pull({ cursor: first.next_cursor });
    expect(texts(second)).toEqual(['二']);
    expect(await pull({ cursor: second.next_cursor })).toMatchObject({
      next_cursor: second.next_cursor,
      has_more: 0,
      msg_list: [],
    });
    sandbox.trouble({ kf: { lastCursor: 'blank' } });
    expect(await pull({ cursor: second.next_cursor })).toMatchObject({ next_cursor: '' });
    sandbox.trouble({ kf: { lastCursor: 'stuck' } });
    expect(await pull({ cursor: first.next_cursor })).toMatchObject({ next_cursor: first.next_cursor, has_more: 0 });
  });

  test('follows has_more through short and empty pages to every item', async () => {
    const { sandbox, write, pull, tokens } = await aCorp();
    for (let i = 0; i < 9; i += 1) await write(`${i}`);
    sandbox.trouble({ kf: { shortPages: true } });
    const [token] = tokens();
    const seen: unknown[] = [];
    const sizes: number[] = [];
    let page = await pull({ token, limit: 3 });
    for (; page.has_more === 1; page = await pull({ token, limit: 3, cursor: page.next_cursor })) {
      sizes.push(page.msg_list.length);
      seen.push(...texts(page));
    }
    expect([...seen, ...texts(page)]).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
    expect(sizes).toContain(0);
  });

  test('takes 1 to 1000 as limit', async () => {
    const { pull } = await aCorp();
    const answers = [await pull({ limit: 1_000 }), await pull({ limit: 1_001 }), await pull({ limit: 0 })];
    expect(answers.map(({ errcode }) => errcode)).toEqual([0, 40058, 40058]);
  });

  test('must name its account, unless the texts of before 2023 are in force', async () => {
    const { sandbox, write, post, pull } = await aCorp();
    await write();
    const pullOf = async (open_kfid?: string) => (await post('kf/sync_msg', { open_kfid })).errcode;
    expect(await pullOf()).toBe(60251);
    expect(await pullOf('kf-1')).toBe(60252);
    expect(await pullOf('wkUnknown')).toBe(95004);
    sandbox.trouble({ kf: { pullWithoutAccount: 'all' } });
    expect(texts(await pull({ open_kfid: '' }))).toEqual(['你好']);
  });

  test('brings the last three days and nothing older', async () => {
    const { write, pull, wait } = await aCorp();
    await write('旧的');
    await wait(2 * DAY);
    await write('新的');
    await wait(DAY + MINUTE);
    expect(texts(await pull())).toEqual(['新的']);
  });

  test('with a cursor that is garbage or older than three days gets an error, everything again, or nothing', async () => {
    const { sandbox, write, pull, wait } = await aCorp();
    await write('一');
    const { next_cursor } = await pull();
    await write('二');
    await wait(4 * DAY);
    await write('三');
    for (const cursor of ['nonsense', next_cursor]) {
      sandbox.trouble({ kf: { badCursor: 'error' } });
      expect(await pull({ cursor })).toMatchObject({ errcode: 50100, msg_list: [] });
      sandbox.trouble({ kf: { badCursor: 'replay' } });
      const replayed = await pull({ cursor });
      expect(texts(replayed)).toEqual(['三']);
      // After a replay the cursor is valid, also where the last page would leave the caller's unchanged.
      sandbox.trouble({ kf: { lastCursor: 'stuck' } });
      expect((await pull({ cursor })).next_cursor).toBe(replayed.next_cursor);
      sandbox.trouble({ kf: { badCursor: 'error', lastCursor: 'same' } });
      expect(await pull({ cursor: replayed.next_cursor })).toMatchObject({ errcode: 0, msg_list: [] });
      sandbox.trouble({ kf: { badCursor: 'empty' } });
      expect(await pull({ cursor })).toMatchObject({ errcode: 0, has_more: 0, msg_list: [] });
    }
  });

  test('without a cursor gives one that is good for the next pull, also when all items are older than three days', async () => {
    const { write, pull, wait } = await aCorp();
    await write('旧的');
    await wait(4 * DAY);
    const { next_cursor: cursor, msg_list } = await pull();
    expect(msg_list).toEqual([]);
    await write('新的');
    expect(texts(await pull({ cursor }))).toEqual(['新的']);
  });

  test('with a cursor that has lost nothing is answered, however much another account has had since', async () => {
    const { act, write, pull, wait, kf, upload } = await aCorp();
    await write('一');
    const { next_cursor: cursor } = await pull();
    const { media_id } = await upload('media/upload?type=image', Buffer.from('a picture'));
    await kf('account/add', { name: '售后', media_id });
    await act({ do: 'write_to_assistant', who: '小鹿', account: '售后', text: '退货' });
    await wait(4 * DAY);
    await write('二');
    expect(texts(await pull({ cursor }))).toEqual(['二']);
  });

  test('may bring an item again on a later page, items in the wrong order, and events after their messages', async () => {
    const { sandbox, write, pull, wait, act } = await aCorp();
    await write('一');
    const { next_cursor: cursor } = await pull();
    await write('二');
    sandbox.trouble({ kf: { repeatItems: true } });
    expect(texts(await pull({ cursor }))).toEqual(['一', '二']);
    sandbox.trouble({ kf: { repeatItems: false, unordered: true } });
    expect(texts(await pull())).toEqual(['二', '一']);
    sandbox.trouble({ kf: { unordered: false, eventsLate: true } });
    await act({ do: 'open_assistant', who: '小鹿' });
    await write('三');
    await wait(2_000);
    const late = await pull({ cursor });
    expect(texts(late)).toEqual(['二', '三', 'enter_session']);
    expect(new Set(late.msg_list.map(({ send_time }) => send_time)).size).toBe(1);
  });
});

describe('pulls without a valid token', () => {
  test('are answered ten times a minute, then refused for a minute', async () => {
    const { pull, wait, write } = await aCorp();
    await write();
    const codes: number[] = [];
    for (let i = 0; i < 12; i += 1) codes.push((await pull()).errcode);
    expect(codes).toEqual([...Array<number>(10).fill(0), 45009, 45009]);
    await wait(59_000);
    expect(await pull()).toMatchObject({ errcode: 45009, msg_list: [], next_cursor: '', has_more: 0 });
    await wait(1_000);
    expect(await pull()).toMatchObject({ errcode: 0 });
  });

  test('do not count those with a token, which is good for ten minutes and its own account', async () => {
    const { pull, write, tokens, wait, kf, upload } = await aCorp();
    await write();
    const [token] = tokens();
    for (let i = 0; i < 12; i += 1) expect(await pull({ token })).toMatchObject({ errcode: 0 });
    const { media_id } = await upload('media/upload?type=image', Buffer.from('a picture'));
    const other = (await kf('account/add', { name: '售后', media_id }))['open_kfid'];
    expect(await pull({ token, open_kfid: other })).toMatchObject({ errcode: 95007, msg_list: [] });
    await wait(10 * MINUTE);
    expect(await pull({ token })).toMatchObject({ errcode: 0 });
    await wait(1_000);
    expect(await pull({ token })).toMatchObject({ errcode: 95007, msg_list: [] });
  });

  test('are as many as the tester sets, for the corp or for each account', async () => {
    const { pull, sandbox, kf, upload } = await aCorp();
    const { media_id } = await upload('media/upload?type=image', Buffer.from('a picture'));
    const other = (await kf('account/add', { name: '售后', media_id }))['open_kfid'];
    sandbox.trouble({ kf: { freePulls: 1, freePullsPer: 'account' } });
    const codes = [await pull(), await pull({ open_kfid: other }), await pull()].map(({ errcode }) => errcode);
    expect(codes).toEqual([0, 0, 45009]);
    sandbox.trouble({ kf: { freePullsPer: 'corp' } });
    expect([(await pull()).errcode, (await pull({ open_kfid: other })).errcode]).toEqual([0, 45009]);
  });

  test('at the same time are refused with 45033', async () => {
    const { pull, sandbox } = await aCorp();
    sandbox.trouble({ latencyMs: 400 });
    const codes = (await Promise.all(Array.from({ length: 7 }, () => pull()))).map(({ errcode }) => errcode);
    expect(codes.filter((code) => code === 45033)).toHaveLength(2);
  });
});

describe('what customers send', () => {
  test('comes with media that can be fetched, a recording in the format asked for', async () => {
    const { act, pull, withToken, sandbox } = await aCorp();
    await act({ do: 'send_to_assistant', who: '小鹿', media: 'voice' });
    const heads: string[] = [];
    for (const voice_format of [0, 1]) {
      const [item] = (await pull({ voice_format })).msg_list;
      const { media_id } = item!['voice'] as { media_id: string };
      const answer = await fetch(sandbox.url + (await withToken(`media/get?media_id=${media_id}`)));
      heads.push((await answer.text()).slice(0, 6));
    }
    expect(heads).toEqual(['#!AMR\n', '#!SILK']);
  });

  test('is a text that says so when the picture is too large', async () => {
    const { act, pull } = await aCorp();
    await act({ do: 'send_to_assistant', who: '小鹿', media: 'image', bytes: 2 * 1024 * 1024 + 1 });
    expect((await pull()).msg_list[0]).toMatchObject({
      msgtype: 'text',
      text: { content: expect.stringContaining('超过') },
    });
  });

  test('may be of an unknown type, an empty note, or a product in another spelling', async () => {
    const { act, pull, sandbox } = await aCorp();
    const share = (msgtype: string, body: Record<string, unknown> = {}) =>
      act({ do: 'share_with_assistant', who: '小鹿', msgtype, body });
    await share('hologram', { depth: 3 });
    await share('note');
    await share('channels_shop_product', { product_id: '1', head_image: 'h', shop_head_image: 's', sales_price: 990 });
    const all = async () => (await pull()).msg_list.map((item) => item[item.msgtype]);
    expect(await all()).toEqual([
      { depth: 3 },
      {},
      { product_id: '1', head_image: 'h', shop_head_image: 's', sales_price: 990 },
    ]);
    sandbox.trouble({ kf: { pricesAsText: true, shortImageNames: true } });
    expect((await all())[2]).toEqual({ product_id: '1', head_img: 'h', shop_head_img: 's', sales_price: '990' });
  });

  test('carries the menu id of a tapped item, also twice in a second and of a menu long gone', async () => {
    const { act, write, say, pull, wait } = await aCorp();
    await write();
    const list = [{ type: 'click', click: { id: 'tier_query', content: '查询我的等级' } }];
    await say('', { msgtype: 'msgmenu', msgmenu: { head_content: '请选择', list } });
    await wait(30 * DAY);
    const tap = { do: 'tap_menu', who: '小鹿', id: 'tier_query' } as const;
    await act(tap);
    await act(tap);
    await act({ do: 'tap_menu', who: '小鹿', id: 'removed_item', text: '旧选项' });
    expect((await pull()).msg_list.map(({ text }) => text)).toEqual([
      { content: '查询我的等级', menu_id: 'tier_query' },
      { content: '查询我的等级', menu_id: 'tier_query' },
      { content: '旧选项', menu_id: 'removed_item' },
    ]);
    expect(await say()).toMatchObject({ errcode: 0 });
  });

  test('gives five messages again when it is the tap on a menu, or does not', async () => {
    const { act, write, say, sandbox } = await aCorp();
    await write();
    const left = () => sandbox.record().kf.sessions[0]!.left;
    const tap = async () => {
      await say();
      await act({ do: 'tap_menu', who: '小鹿', id: 'tier_query', text: '查询我的等级' });
      return left();
    };
    expect(await tap()).toBe(5);
    sandbox.trouble({ kf: { clicksRenew: false } });
    expect(await tap()).toBe(4);
  });

  test('can be recalled, more than once and although the app never saw it', async () => {
    const { act, write, pull, sandbox } = await aCorp();
    const msgid = await write('打错了');
    await act({ do: 'recall_message', who: '小鹿', times: 2 });
    await act({ do: 'recall_message', who: '小鹿', msgid: 'never-seen' });
    const recalled = events(await pull()).map(({ event_type, recall_msgid }) => [event_type, recall_msgid]);
    expect(recalled).toEqual([
      ['user_recall_msg', msgid],
      ['user_recall_msg', msgid],
      ['user_recall_msg', 'never-seen'],
    ]);
    expect(sandbox.record().kf.talk[0]).toMatchObject({ text: '打错了', recalledAt: sandbox.now() });
  });

  test('stops coming while a servicer rejects the customer', async () => {
    const { act, write, pull, sandbox } = await aCorp();
    await act({ do: 'reject_customer', who: '小鹿', staff: 'ZhaoMin' });
    await write('听得到吗');
    await act({ do: 'reject_customer', who: '小鹿', staff: 'ZhaoMin', rejects: false });
    await write('现在呢');
    const switches = events(await pull()).map(({ reject_switch }) => reject_switch);
    expect([switches, texts(await pull()).filter((text) => text !== 'reject_customer_msg_switch_change')]).toEqual([
      [1, 0],
      ['现在呢'],
    ]);
    expect(sandbox.record().kf.talk[0]).toMatchObject({ text: '听得到吗', failed: 'rejected' });
  });
});

test('nothing the app does comes back: no sends, no changes of state, no recommendations', async () => {
  const { write, say, trans, kf, deer, pull } = await aCorp();
  await write();
  await say();
  await trans(3, 'LinXia');
  await kf('customer/upgrade_service', { external_userid: deer, type: 1, member: { userid: 'LinXia', wording: '' } });
  await trans(4);
  expect(texts(await pull())).toEqual(['你好']);
});

test('a session that the clock ends leaves no event', async () => {
  const { write, state, pull, wait } = await aCorp();
  await write();
  await wait(48 * HOUR);
  expect(await state()).toBe(0);
  await wait(1_000);
  expect(await state()).toBe(4);
  expect(events(await pull())).toEqual([]);
});
