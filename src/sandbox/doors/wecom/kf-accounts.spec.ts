import { afterEach, describe, expect, test } from 'vitest';
import { aService, HOUR } from '../../testing/a-service.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp() {
  const service = await aService();
  open.push(service.sandbox);
  const media_id = (await service.upload('media/upload?type=image', Buffer.from('a picture'))).media_id;
  return { ...service, media_id };
}

describe('accounts', () => {
  test('there is one when the corp begins; more are added, changed and deleted, but not the last', async () => {
    const { kf, open_kfid, media_id } = await aCorp();
    const list = async (body = {}) => (await kf('account/list', body))['account_list'];
    expect(await list()).toEqual([
      { open_kfid, name: '会员小助手', avatar: expect.stringContaining('http'), manage_privilege: true },
    ]);
    expect(await kf('account/del')).toMatchObject({ errcode: 95005 });
    const second = (await kf('account/add', { name: '售后', media_id }))['open_kfid'] as string;
    expect(second).toMatch(/^wk\S{30}$/);
    await kf('account/update', { open_kfid: second, name: '售后服务' });
    expect(await list({ offset: 1, limit: 1 })).toMatchObject([{ open_kfid: second, name: '售后服务' }]);
    expect(await kf('account/del', { open_kfid: second })).toMatchObject({ errcode: 0 });
    expect(await kf('account/update', { open_kfid: second, name: '售后' })).toMatchObject({ errcode: 95004 });
    expect(await list()).toHaveLength(1);
  });

  test('need a name of up to 16 characters and a picture', async () => {
    const { kf, media_id } = await aCorp();
    const codes: number[] = [];
    for (const body of [{ name: '', media_id }, { name: '名'.repeat(17), media_id }, { name: '售后' }])
      codes.push((await kf('account/add', body)).errcode);
    expect(codes).toEqual([95006, 95006, 40007]);
    expect(await kf('account/list', { limit: 101 })).toMatchObject({ errcode: 40058, account_list: [] });
  });

  test('that the app may not manage are listed as such and refused with 48007', async () => {
    const { kf, act } = await aCorp();
    await act({ do: 'grant_account', granted: false });
    expect((await kf('account/list'))['account_list']).toMatchObject([{ manage_privilege: false }]);
    expect(await kf('sync_msg')).toMatchObject({ errcode: 48007, msg_list: [] });
  });
});

test('servicers are added and removed one by one, each with its own result', async () => {
  const { kf, get, open_kfid, sandbox } = await aCorp();
  sandbox.trouble({ scope: ['LinXia', 'ZhaoMin', 'XuNuo'] });
  const asked = { userid_list: ['XuNuo', 'ZhaoMin', 'Nobody', 'ChenYu'], department_id_list: [1, 2] };
  expect((await kf('servicer/add', asked))['result_list']).toEqual([
    { userid: 'XuNuo', errcode: 0, errmsg: 'success' },
    { userid: 'ZhaoMin', errcode: 0, errmsg: 'ignored' },
    { userid: 'Nobody', errcode: 60111, errmsg: 'userid not found' },
    { userid: 'ChenYu', errcode: 60030, errmsg: 'user not in the scope of the app' },
    { department_id: 1, errcode: 0, errmsg: 'success' },
    { department_id: 2, errcode: 60123, errmsg: 'invalid department id' },
  ]);
  const list = async () => (await get(`kf/servicer/list?open_kfid=${open_kfid}`))['servicer_list'];
  expect(await list()).toEqual([
    { userid: 'LinXia', status: 0 },
    { userid: 'ZhaoMin', status: 0 },
    { userid: 'XuNuo', status: 0 },
    { department_id: 1 },
  ]);
  expect(
    (await kf('servicer/del', { userid_list: ['XuNuo', 'ChenYu'], department_id_list: [1] }))['result_list'],
  ).toEqual([
    { userid: 'XuNuo', errcode: 0, errmsg: 'success' },
    { userid: 'ChenYu', errcode: 0, errmsg: 'ignored' },
    { department_id: 1, errcode: 0, errmsg: 'success' },
  ]);
  expect(await list()).toHaveLength(2);
  const tooMany = Array.from({ length: 21 }, (_, i) => i + 1);
  expect(await kf('servicer/add', { department_id_list: tooMany })).toMatchObject({ errcode: 40058 });
  expect(await kf('servicer/add', {})).toMatchObject({ errcode: 40063, result_list: [] });
});

describe('customers', () => {
  const context = { need_enter_session_context: 1 };

  test('are named with unionid and where they came from; unknown ids stand apart', async () => {
    const { kf, act, deer, wait } = await aCorp();
    const channels = { shop_nickname: '样例小店', scene: 4 };
    await act({ do: 'open_assistant', who: '小鹿', scene: 'poster_a', sceneParam: 't=1', channels });
    const get = () => kf('customer/batchget', { external_userid_list: [deer, 'wmNobody'], ...context });
    expect(await get()).toMatchObject({
      errcode: 0,
      customer_list: [
        {
          external_userid: deer,
          nickname: '小鹿',
          unionid: expect.stringMatching(/^o/),
          enter_session_context: { scene: 'poster_a', scene_param: 't=1', wechat_channels: channels },
        },
      ],
      invalid_external_userid: ['wmNobody'],
    });
    await wait(48 * HOUR + 1_000);
    expect((await get())['customer_list']).toEqual([expect.not.objectContaining({ enter_session_context: {} })]);
    const ids = Array.from({ length: 101 }, (_, i) => `wm${i}`);
    expect(await kf('customer/batchget', { external_userid_list: ids })).toMatchObject({ errcode: 40058 });
  });

  test('may come without unionid, without context, or not at all when silent for 48 hours', async () => {
    const { kf, act, deer, sandbox, write } = await aCorp();
    await act({ do: 'open_assistant', who: '小鹿', scene: 'poster_a' });
    sandbox.trouble({ kf: { noUnionid: true, noContext: true, forgetSilent: true } });
    const get = () => kf('customer/batchget', { external_userid_list: [deer], ...context });
    expect(await get()).toMatchObject({ errcode: 0, customer_list: [], invalid_external_userid: [deer] });
    await write();
    expect(Object.keys(((await get())['customer_list'] as object[])[0]!)).toEqual([
      'external_userid',
      'nickname',
      'avatar',
      'gender',
    ]);
  });

  test('may have an id of their own here, by which everything works', async () => {
    const { kf, deer, sandbox, write, pull, say, arrived } = await aCorp();
    sandbox.trouble({ kf: { ids: 'own' } });
    await write();
    const own = (await pull()).msg_list[0]!['external_userid'] as string;
    expect(own).not.toBe(deer);
    expect(await say('好', { touser: deer })).toMatchObject({ errcode: 40096 });
    expect(await say('好', { touser: own })).toMatchObject({ errcode: 0 });
    expect(arrived()).toEqual(['好']);
    expect(await kf('customer/batchget', { external_userid_list: [own] })).toMatchObject({
      customer_list: [{ external_userid: own, nickname: '小鹿' }],
    });
  });
});
