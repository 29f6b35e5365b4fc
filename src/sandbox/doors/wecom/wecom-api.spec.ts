import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { aSandbox, keys, START } from '../../testing/a-sandbox.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp(options: Parameters<typeof aSandbox>[0] = {}) {
  const corp = await aSandbox(options);
  open.push(corp.sandbox);
  const meet = async (name: string, staff = 'LinXia'): Promise<string> => {
    const { externalUserId } = await corp.sandbox.act({ do: 'newcomer', name });
    await corp.sandbox.act({ do: 'add_contact', who: name, staff, state: 'expo' });
    return externalUserId as string;
  };
  return { ...corp, meet };
}

describe('tokens', () => {
  test('the same token is given until it expires, then another', async () => {
    const { token, sandbox } = await aCorp();
    const first = await token();
    expect(first).toMatchObject({ errcode: 0, errmsg: 'ok', expires_in: 7200 });
    expect((await token()).access_token).toBe(first.access_token);
    await sandbox.advance(START + 7_200_000);
    expect((await token()).access_token).not.toBe(first.access_token);
    const { json } = clientWith(sandbox.url);
    expect(
      await json(`/cgi-bin/externalcontact/get_follow_user_list?access_token=${first.access_token}`),
    ).toMatchObject({ errcode: 42001, follow_user: [] });
  });

  test('missing parameters are 41004, a wrong corp 40013, a wrong secret 40001', async () => {
    const { json, token } = await aCorp();
    expect(await json('/cgi-bin/gettoken')).toMatchObject({ errcode: 41004 });
    expect(await json('/cgi-bin/gettoken?corpid=ww1')).toMatchObject({ errcode: 41004 });
    expect(await json('/cgi-bin/gettoken?corpid=ww1&corpsecret=x')).toMatchObject({ errcode: 40013 });
    expect(await token('wrong')).toMatchObject({ errcode: 40001 });
  });

  test('too many wrong secrets block the address for an hour, the right secret too', async () => {
    const { token, sandbox } = await aCorp({ wrongSecretLimit: 3 });
    for (let i = 0; i < 3; i += 1) await token('wrong');
    expect(await token()).toMatchObject({ errcode: 45009 });
    await sandbox.advance(START + 3_600_000);
    expect(await token()).toMatchObject({ errcode: 0 });
  });

  test('a token revoked early is 40014 and a new one is given', async () => {
    const { token, sandbox, get } = await aCorp();
    const { access_token } = await token();
    sandbox.trouble({ killToken: true });
    const { json } = clientWith(sandbox.url);
    expect(await json(`/cgi-bin/getcallbackip?access_token=${access_token}`)).toMatchObject({
      errcode: 40014,
      ip_list: [],
    });
    expect(await get('getcallbackip')).toMatchObject({ errcode: 0 });
  });

  test('a token counts only in the query, and is checked before everything else', async () => {
    const { json, token } = await aCorp();
    const { access_token } = await token();
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}` },
      body: JSON.stringify({ access_token }),
    };
    expect(await json('/cgi-bin/externalcontact/mark_tag', init)).toMatchObject({ errcode: 41001 });
    expect(
      await json('/cgi-bin/externalcontact/mark_tag?access_token=nonsense', { method: 'POST', body: '{' }),
    ).toMatchObject({ errcode: 40014 });
  });
});

describe('errors', () => {
  test('are HTTP 200 with the empty fields of the endpoint, and say where to read more', async () => {
    const { withToken, sandbox } = await aCorp();
    const answer = await fetch(sandbox.url + (await withToken('externalcontact/get?external_userid=wm-nobody')));
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ errcode: 40096, follow_user: [] });
    expect(body['errmsg']).toMatch(
      /hint: \[\w+\], from ip: .+, more info at https:\/\/open\.work\.weixin\.qq\.com\/devtool\/query\?e=40096$/,
    );
  });

  test.each(['groupchat/add_member', 'groupchat/del_member', 'groupchat/create', 'groupchat/send', 'groupchat/rename'])(
    'there is no %s: 404 and an empty body, as in the real API',
    async (path) => {
      const { withToken, sandbox } = await aCorp();
      const answer = await fetch(sandbox.url + (await withToken(`externalcontact/${path}`)), {
        method: 'POST',
        body: '{}',
      });
      expect([answer.status, await answer.text()]).toEqual([404, '']);
    },
  );

  test('a body that is no JSON gets a warning, and a GET where a POST is required is refused', async () => {
    const { post, get } = await aCorp();
    expect((await post('externalcontact/get_corp_tag_list', '{"tag_id":')).errmsg).toContain(
      'Warning: wrong json format.',
    );
    expect(await get('externalcontact/get_corp_tag_list')).toMatchObject({ errcode: 40058, tag_group: [] });
  });

  test('over the minute limit every call is 45009 until the minute is over', async () => {
    const { get, sandbox } = await aCorp();
    sandbox.trouble({ limit: { path: '/cgi-bin/getcallbackip', perMinute: 2 } });
    const codes = [];
    for (let i = 0; i < 4; i += 1) codes.push((await get('getcallbackip')).errcode);
    await sandbox.advance(START + 60_000);
    codes.push((await get('getcallbackip')).errcode);
    expect(codes).toEqual([0, 0, 45009, 45009, 0]);
  });

  test('too many calls at once are 45033', async () => {
    const { get, sandbox, token } = await aCorp({ latencyMs: 150 });
    await token();
    sandbox.trouble({ limit: { parallel: 1 } });
    const answers = await Promise.all([get('getcallbackip'), get('getcallbackip')]);
    expect(answers.map((answer) => answer.errcode).sort()).toEqual([0, 45033]);
  });

  test('are also those that a tester ordered: an errcode, a lost call, or an answer lost after the work was done', async () => {
    const { post, sandbox, meet, chatId } = await aCorp();
    await meet('小鹿');
    const path = '/cgi-bin/externalcontact/groupchat/add_join_way';
    const way = { scene: 2, chat_id_list: [chatId('会员群①')], state: 'm1' };
    sandbox.trouble({ fault: { path, kind: 'error', errcode: -1 } });
    expect(await post('externalcontact/groupchat/add_join_way', way)).toMatchObject({ errcode: -1, config_id: '' });
    const own = () => sandbox.record().joinWays.filter((one) => one.byApp).length;
    sandbox.trouble({ fault: { path, kind: 'lose_call' } });
    await expect(post('externalcontact/groupchat/add_join_way', way)).rejects.toThrow('fetch failed');
    expect(own()).toBe(0);
    sandbox.trouble({ fault: { path, kind: 'lose_answer' } });
    await expect(post('externalcontact/groupchat/add_join_way', way)).rejects.toThrow('fetch failed');
    expect(own()).toBe(1);
  });
});

describe('contacts', () => {
  test('are listed, read and read in pages as documented', async () => {
    const { get, post, meet } = await aCorp();
    const [deer, cloud] = [await meet('小鹿'), await meet('云朵')];
    expect(await get('externalcontact/get_follow_user_list')).toMatchObject({
      follow_user: ['LinXia', 'ZhaoMin', 'ChenYu', 'XuNuo', 'TangGuo'],
    });
    expect(await get('externalcontact/list?userid=LinXia')).toMatchObject({ external_userid: [deer, cloud] });
    expect(await get(`externalcontact/get?external_userid=${deer}`)).toMatchObject({
      errcode: 0,
      external_contact: { external_userid: deer, name: '小鹿', type: 1 },
      follow_user: [{ userid: 'LinXia', state: 'expo', add_way: 1, tags: [], createtime: START / 1000 }],
    });
    const first = await post('externalcontact/batch/get_by_user', { userid_list: ['LinXia'], limit: 1 });
    const second = await post('externalcontact/batch/get_by_user', {
      userid_list: ['LinXia'],
      limit: 1,
      cursor: first.next_cursor,
    });
    expect([first, second].map((page) => page.external_contact_list[0]!.external_contact.external_userid)).toEqual([
      deer,
      cloud,
    ]);
    expect(first.external_contact_list[0]!.follow_info).toMatchObject({ userid: 'LinXia', tag_id: [] });
    expect(second.next_cursor).toBe('');
    expect(
      await post('externalcontact/batch/get_by_user', { userid_list: ['ZhaoMin'], cursor: first.next_cursor }),
    ).toMatchObject({ errcode: 50100, external_contact_list: [] });
  });

  test('of a staff member without customers are 84061, without a userid 60111, and of an unknown userid 40003', async () => {
    const { get } = await aCorp();
    const codes = await Promise.all(
      ['ZhaoMin', '', 'Nobody'].map(async (userid) => (await get(`externalcontact/list?userid=${userid}`)).errcode),
    );
    expect(codes).toEqual([84061, 60111, 40003]);
  });

  test('a pair that staff ended or that is half is 84061; one that only the customer deleted still works', async () => {
    const { sandbox, post, meet } = await aCorp();
    const [deer, cloud] = [await meet('小鹿'), await meet('云朵')];
    const { externalUserId: half } = await sandbox.act({ do: 'newcomer', name: '星河' });
    await sandbox.act({ do: 'add_contact', who: '星河', staff: 'LinXia', half: true, welcome: false });
    await sandbox.act({ do: 'delete_staff', who: '小鹿', staff: 'LinXia' });
    await sandbox.act({ do: 'delete_customer', who: '云朵', staff: 'LinXia' });
    const remark = (id: unknown) =>
      post('externalcontact/remark', { userid: 'LinXia', external_userid: id, remark: '备注' });
    expect([await remark(deer), await remark(cloud), await remark(half)].map((answer) => answer.errcode)).toEqual([
      0, 84061, 84061,
    ]);
    expect(
      sandbox.record().callbacks.map((callback) => /<ChangeType><!\[CDATA\[(\w+)/.exec(callback.plaintext)![1]),
    ).toEqual([
      'add_external_contact',
      'add_external_contact',
      'add_half_external_contact',
      'del_follow_user',
      'del_external_contact',
    ]);
  });
});

describe('tags', () => {
  test('are added to an existing group once, and refused when they exist', async () => {
    const { post } = await aCorp();
    const added = await post('externalcontact/add_corp_tag', {
      group_name: '层级',
      tag: [{ name: '铁杆' }, { name: '铁杆' }, { name: '会员' }],
    });
    expect(added.tag_group.tag.map((tag) => tag.name)).toEqual(['铁杆', '会员']);
    expect(await post('externalcontact/add_corp_tag', { group_name: '层级', tag: [{ name: '铁杆' }] })).toMatchObject({
      errcode: 40071,
      tag_group: {},
    });
    const more = await post('externalcontact/add_corp_tag', { group_name: '层级', tag: [{ name: '普通' }] });
    expect(more.tag_group.group_id).toBe(added.tag_group.group_id);
  });

  test('an unknown tag is 40068, no tag at all 41017, and a tag of an administrator cannot be changed', async () => {
    const { post } = await aCorp();
    const listed = await post('externalcontact/get_corp_tag_list', {});
    const theirs = listed.tag_group[0]!.tag[0]!.id;
    expect(await post('externalcontact/get_corp_tag_list', { tag_id: ['et-none'] })).toMatchObject({
      errcode: 40068,
      tag_group: [],
    });
    expect(await post('externalcontact/del_corp_tag', {})).toMatchObject({ errcode: 41017 });
    expect(await post('externalcontact/edit_corp_tag', { id: theirs, name: '新' })).toMatchObject({ errcode: 60011 });
  });

  test('a group is deleted with its last tag, and a query by id shows it as deleted', async () => {
    const { post } = await aCorp();
    const { tag_group } = await post('externalcontact/add_corp_tag', { group_name: '层级', tag: [{ name: '铁杆' }] });
    await post('externalcontact/del_corp_tag', { tag_id: [tag_group.tag[0]!.id] });
    const all = await post('externalcontact/get_corp_tag_list', {});
    expect(all.tag_group.map((group) => group.group_name)).not.toContain('层级');
    expect(await post('externalcontact/get_corp_tag_list', { group_id: [tag_group.group_id] })).toMatchObject({
      tag_group: [{ deleted: true, tag: [{ deleted: true }] }],
    });
  });

  test('marks belong to the pair and send no callback, and two calls at once on one pair are 45035', async () => {
    const { post, meet, sandbox, token } = await aCorp({ latencyMs: 150 });
    const deer = await meet('小鹿');
    await token();
    const { tag_group } = await post('externalcontact/add_corp_tag', {
      group_name: '层级',
      tag: [{ name: '铁杆' }, { name: '会员' }],
    });
    const [iron, member] = tag_group.tag.map((tag) => tag.id) as [string, string];
    const callbacksBefore = sandbox.record().callbacks.length;
    const mark = (change: object) =>
      post('externalcontact/mark_tag', { userid: 'LinXia', external_userid: deer, ...change });
    const answers = await Promise.all([mark({ add_tag: [iron] }), mark({ add_tag: [iron] })]);
    expect(answers.map((answer) => answer.errcode).sort()).toEqual([0, 45035]);
    await mark({ add_tag: [member], remove_tag: [iron] });
    expect(sandbox.record().pairs).toMatchObject([{ userid: 'LinXia', tags: [{ name: '会员', group: '层级' }] }]);
    expect(sandbox.record().callbacks).toHaveLength(callbacksBefore);
    expect(await mark({})).toMatchObject({ errcode: 41017 });
    expect(await mark({ add_tag: ['et-none'] })).toMatchObject({ errcode: 40068 });
    expect(await mark({ add_tag: iron })).toMatchObject({ errcode: 41017 });
  });

  test('tags set by hand send an edit of the contact', async () => {
    const { sandbox, meet } = await aCorp();
    await meet('小鹿');
    await sandbox.act({ do: 'tag', who: '小鹿', staff: 'LinXia', add: ['VIP'] });
    expect(sandbox.record().callbacks.at(-1)!.plaintext).toContain('<ChangeType><![CDATA[edit_external_contact]]>');
    expect(sandbox.record().pairs[0]!.tags).toMatchObject([{ name: 'VIP', group: '客户等级' }]);
  });
});

describe('welcome', () => {
  test('works once within 20 s, and the customer receives it', async () => {
    const { sandbox, post } = await aCorp();
    await sandbox.act({ do: 'newcomer', name: '小鹿' });
    const { welcomeCode } = await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
    await sandbox.advance(START + 20_000);
    const send = () =>
      post('externalcontact/send_welcome_msg', { welcome_code: welcomeCode, text: { content: '你好' } });
    expect(await send()).toMatchObject({ errcode: 0 });
    expect(await send()).toMatchObject({ errcode: 41050 });
    expect(sandbox.record().received).toMatchObject([
      { name: '小鹿', via: 'welcome', text: '你好', at: START + 20_000 },
    ]);
  });

  test('is refused after 20 s, and when it is empty', async () => {
    const { sandbox, post } = await aCorp();
    await sandbox.act({ do: 'newcomer', name: '小鹿' });
    const { welcomeCode } = await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
    expect(await post('externalcontact/send_welcome_msg', { welcome_code: welcomeCode })).toMatchObject({
      errcode: 40063,
    });
    await sandbox.advance(START + 20_001);
    expect(
      await post('externalcontact/send_welcome_msg', { welcome_code: welcomeCode, text: { content: '你好' } }),
    ).toMatchObject({ errcode: 41050 });
    expect(sandbox.record().received).toEqual([]);
  });
});

describe('app messages', () => {
  test('list invalid receivers in lower case; 81013 if all are invalid, 301002 for another agent', async () => {
    const { post, sandbox } = await aCorp();
    const send = (change: object) =>
      post('message/send', {
        touser: 'LinXia|WangQiang',
        msgtype: 'text',
        agentid: 1000002,
        text: { content: '今天 3 人升级' },
        ...change,
      });
    expect(await send({})).toMatchObject({ errcode: 0, invaliduser: 'wangqiang', invalidparty: '' });
    expect(await send({ touser: 'WangQiang' })).toMatchObject({ errcode: 81013, invaliduser: 'wangqiang' });
    expect(await send({ agentid: 7 })).toMatchObject({ errcode: 301002 });
    expect(sandbox.record().inbox).toMatchObject([{ userid: 'LinXia', text: '今天 3 人升级' }]);
  });

  test('sent twice with the duplicate check arrive once', async () => {
    const { post, sandbox } = await aCorp();
    const send = () =>
      post('message/send', {
        touser: 'LinXia',
        msgtype: 'text',
        agentid: 1000002,
        text: { content: '日报' },
        enable_duplicate_check: 1,
        duplicate_check_interval: 600,
      });
    await send();
    await send();
    expect(sandbox.record().inbox).toHaveLength(1);
    await sandbox.advance(START + 600_000);
    await send();
    expect(sandbox.record().inbox).toHaveLength(2);
  });
});

const clientWith = (url: string) => ({
  json: async (path: string) => (await fetch(url + path)).json() as Promise<Record<string, unknown>>,
});

test('our answers have the same fields as the documented ones', async () => {
  const { get, post, meet, chatId } = await aCorp();
  const deer = await meet('小鹿');
  const documented = (file: string): object =>
    JSON.parse(readFileSync(new URL(`../../fixtures/${file}.json`, import.meta.url), 'utf8')) as object;
  const ours = {
    get_follow_user_list: await get('externalcontact/get_follow_user_list'),
    groupchat_list: await post('externalcontact/groupchat/list', { limit: 10 }),
    add_msg_template: await post('externalcontact/add_msg_template', {
      sender: 'LinXia',
      external_userid: [deer],
      text: { content: '福利' },
    }),
    add_join_way: await post('externalcontact/groupchat/add_join_way', { scene: 2, chat_id_list: [chatId('会员群①')] }),
  };
  for (const [name, answer] of Object.entries(ours))
    expect(Object.keys(answer).sort()).toEqual(Object.keys(documented(`api-${name.replaceAll('_', '-')}`)).sort());
  expect(keys.receiveId).toMatch(/^ww/);
});
