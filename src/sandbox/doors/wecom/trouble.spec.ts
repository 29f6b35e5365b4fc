import { readFileSync } from 'node:fs';
import { get as getOverTls } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { aSandbox, START, type ApiAnswer } from '../../testing/a-sandbox.js';

const HOUR = 3_600_000;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp(options: Parameters<typeof aSandbox>[0] = {}) {
  const corp = await aSandbox(options);
  open.push(corp.sandbox);
  return corp;
}

const codes = (answers: readonly ApiAnswer[]): number[] => answers.map((answer) => answer.errcode);

describe('the app', () => {
  test('whose token expired early gets 42001, and one whose secret was changed 40001', async () => {
    const { sandbox, token, json } = await aCorp();
    const { access_token } = await token();
    sandbox.trouble({ expireToken: true });
    expect(await json(`/cgi-bin/getcallbackip?access_token=${access_token}`)).toMatchObject({ errcode: 42001 });
    sandbox.trouble({ newSecret: 'another' });
    expect(await token()).toMatchObject({ errcode: 40001 });
    expect(await token('another')).toMatchObject({ errcode: 0 });
  });

  test('that was switched off gets 50003 with its token, and no new token', async () => {
    const { sandbox, token, json } = await aCorp();
    const { access_token } = await token();
    sandbox.trouble({ disabled: true });
    expect(await json(`/cgi-bin/getcallbackip?access_token=${access_token}`)).toMatchObject({
      errcode: 50003,
      ip_list: [],
    });
    expect(await token()).toMatchObject({ errcode: 40001 });
    sandbox.trouble({ disabled: false });
    expect(await token()).toMatchObject({ errcode: 0 });
  });

  test('that is no longer listed gets 48002 for one endpoint or for all that read customers, until it is listed again', async () => {
    const { sandbox, get, post } = await aCorp();
    const list = () => get('externalcontact/get_follow_user_list');
    sandbox.trouble({ withdraw: { path: '/cgi-bin/externalcontact/get_corp_tag_list' } });
    expect(codes([await list(), await post('externalcontact/get_corp_tag_list', {})])).toEqual([0, 48002]);
    sandbox.trouble({ withdraw: {} });
    expect(codes([await list(), await get('getcallbackip')])).toEqual([48002, 0]);
    sandbox.trouble({ withdraw: { off: true } });
    expect(codes([await list(), await post('externalcontact/get_corp_tag_list', {})])).toEqual([0, 0]);
  });

  test('gets 60020 from an address that is not on its list', async () => {
    const { sandbox, get } = await aCorp();
    sandbox.trouble({ untrustedIp: true });
    expect(await get('getcallbackip')).toMatchObject({ errcode: 60020 });
    sandbox.trouble({ untrustedIp: false });
    expect(await get('getcallbackip')).toMatchObject({ errcode: 0 });
  });
});

describe('limits', () => {
  test('a block lasts as long as the window whose limit was exceeded, and refused calls do not extend it', async () => {
    const { sandbox, get } = await aCorp();
    sandbox.trouble({ limit: { path: '/cgi-bin/getcallbackip', perMinute: 1 } });
    const at = async (ms: number) => {
      await sandbox.advance(START + ms);
      return (await get('getcallbackip')).errcode;
    };
    expect([await at(30_000), await at(50_000), await at(100_000), await at(109_999), await at(110_000)]).toEqual([
      0, 45009, 45009, 45009, 0,
    ]);
  });

  test("the hour's block lasts an hour, and other endpoints still answer", async () => {
    const { sandbox, get } = await aCorp();
    sandbox.trouble({ limit: { path: '/cgi-bin/getcallbackip', perHour: 1 } });
    expect(codes([await get('getcallbackip'), await get('getcallbackip')])).toEqual([0, 45009]);
    await sandbox.advance(START + HOUR - 1);
    expect(codes([await get('getcallbackip'), await get('get_api_domain_ip')])).toEqual([45009, 0]);
    await sandbox.advance(START + HOUR);
    expect(await get('getcallbackip')).toMatchObject({ errcode: 0 });
  });

  test('refusals are counted by code and path', async () => {
    const { sandbox, get } = await aCorp();
    sandbox.trouble({ limit: { path: '/cgi-bin/getcallbackip', perMinute: 1 } });
    for (let i = 0; i < 3; i += 1) await get('getcallbackip');
    await get('externalcontact/get?external_userid=wm-nobody');
    expect(sandbox.record().refusals).toEqual({
      45009: { '/cgi-bin/getcallbackip': 2 },
      40096: { '/cgi-bin/externalcontact/get': 1 },
    });
  });
});

describe('the visible scope', () => {
  test('leaves out staff, their customers and their groups, each with its own code', async () => {
    const { sandbox, get, post, meet, chatId } = await aCorp();
    const [deer, cloud] = [await meet('小鹿', 'LinXia'), await meet('云朵', 'ZhaoMin')];
    await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'ZhaoMin', welcome: false });
    sandbox.trouble({ scope: ['LinXia', 'ChenYu'] });
    expect(await get('externalcontact/get_follow_user_list')).toMatchObject({ follow_user: ['LinXia', 'ChenYu'] });
    expect(await get('externalcontact/list?userid=ZhaoMin')).toMatchObject({ errcode: 60111, external_userid: [] });
    expect(await get(`externalcontact/get?external_userid=${deer}`)).toMatchObject({
      follow_user: [{ userid: 'LinXia' }],
    });
    expect(await get(`externalcontact/get?external_userid=${cloud}`)).toMatchObject({ errcode: 40096 });
    expect(
      await post('externalcontact/remark', { userid: 'ZhaoMin', external_userid: deer, remark: '备' }),
    ).toMatchObject({ errcode: 60111 });
    expect(await post('externalcontact/groupchat/get', { chat_id: chatId('铁杆群①') })).toMatchObject({
      errcode: 60011,
    });
    const listed = await post('externalcontact/groupchat/list', { limit: 100 });
    expect((listed['group_chat_list'] as { chat_id: string }[]).map((one) => one.chat_id)).toEqual(
      ['潜在交流群①', '会员群①', '会员群②'].map(chatId),
    );
    expect(
      await post('message/send', {
        touser: 'LinXia|ZhaoMin',
        msgtype: 'text',
        agentid: 1000002,
        text: { content: '日报' },
      }),
    ).toMatchObject({ invaliduser: 'zhaomin' });
    sandbox.trouble({ scope: null });
    expect(await get('externalcontact/list?userid=ZhaoMin')).toMatchObject({ errcode: 0 });
  });

  test('staff who lost the right to have customers count as staff without any', async () => {
    const { sandbox, get, post, meet } = await aCorp();
    const deer = await meet('小鹿');
    await sandbox.act({ do: 'customer_right', staff: 'LinXia', has: false });
    expect((await get('externalcontact/get_follow_user_list'))['follow_user']).not.toContain('LinXia');
    expect(
      codes([
        await get('externalcontact/list?userid=LinXia'),
        await get(`externalcontact/get?external_userid=${deer}`),
        await post('externalcontact/mark_tag', { userid: 'LinXia', external_userid: deer, add_tag: ['et'] }),
      ]),
    ).toEqual([84061, 84061, 84061]);
    expect(await post('externalcontact/batch/get_by_user', { userid_list: ['LinXia'] })).toMatchObject({
      errcode: 0,
      external_contact_list: [],
    });
  });

  test('of more than a thousand people lists groups only by owner', async () => {
    const { post } = await aCorp({ moreStaff: 1_000 });
    expect(await post('externalcontact/groupchat/list', { limit: 10 })).toMatchObject({
      errcode: 81017,
      group_chat_list: [],
    });
    const mine = await post('externalcontact/groupchat/list', { limit: 10, owner_filter: { userid_list: ['LinXia'] } });
    expect(mine['group_chat_list']).toHaveLength(2);
  });
});

describe('reads', () => {
  test('of a contact show changes by people late, but changes by the API at once', async () => {
    const { sandbox, get, post, meet } = await aCorp();
    sandbox.trouble({ lateContactReadMs: 2_000 });
    const deer = await meet('小鹿');
    const read = () => get(`externalcontact/get?external_userid=${deer}`);
    expect(
      codes([
        await read(),
        await get('externalcontact/list?userid=LinXia'),
        await post('externalcontact/remark', { userid: 'LinXia', external_userid: deer, remark: '新人' }),
      ]),
    ).toEqual([84061, 84061, 0]);
    await sandbox.advance(START + 2_000);
    expect(await read()).toMatchObject({ follow_user: [{ remark: '新人' }] });
    await post('externalcontact/remark', { userid: 'LinXia', external_userid: deer, remark: '老友' });
    expect(await read()).toMatchObject({ follow_user: [{ remark: '老友' }] });
    await sandbox.act({ do: 'edit_contact', who: '小鹿', staff: 'LinXia', remark: '小鹿姐' });
    expect(await read()).toMatchObject({ follow_user: [{ remark: '老友' }] });
    const page = await post('externalcontact/batch/get_by_user', { userid_list: ['LinXia'] });
    expect(page.external_contact_list[0]!.follow_info).toMatchObject({ remark: '老友' });
    await sandbox.advance(START + 4_000);
    expect(await read()).toMatchObject({ follow_user: [{ remark: '小鹿姐' }] });
  });

  test('of a group show its old name, owner and members for a while', async () => {
    const { sandbox, post, chatId } = await aCorp();
    sandbox.trouble({ lateGroupReadMs: 2_000 });
    const chat_id = chatId('会员群①');
    await sandbox.act({ do: 'rename_group', group: '会员群①', name: '会员一群' });
    const read = () => post('externalcontact/groupchat/get', { chat_id });
    expect(await read()).toMatchObject({ group_chat: { name: '会员群①' } });
    await sandbox.advance(START + 2_000);
    expect(await read()).toMatchObject({ group_chat: { name: '会员一群' } });
  });

  test('come in pages shorter than requested, some empty, and the last one may have no cursor', async () => {
    const { sandbox, post, meet } = await aCorp();
    for (const name of ['甲', '乙', '丙', '丁', '戊']) await meet(name);
    sandbox.trouble({ shortPages: true, endOfList: 'absent' });
    const sizes: number[] = [];
    const seen = new Set<string>();
    let answer: ApiAnswer | undefined;
    do {
      answer = await post('externalcontact/batch/get_by_user', {
        userid_list: ['LinXia'],
        limit: 2,
        ...(answer ? { cursor: answer.next_cursor } : {}),
      });
      sizes.push(answer.external_contact_list.length);
      for (const one of answer.external_contact_list) seen.add(one.external_contact.external_userid);
    } while (answer.next_cursor);
    expect(sizes).toEqual([1, 0, 2, 1, 0, 1]);
    expect(seen.size).toBe(5);
    expect(answer).not.toHaveProperty('next_cursor');
  });
});

test('a truncated body is processed as far as it could be read, and both answer and refusal carry a warning', async () => {
  const { post, sandbox, meet } = await aCorp();
  const deer = await meet('小鹿');
  const broken = `{"userid":"LinXia","external_userid":"${deer}","remark":"新人","description":"爱喝`;
  expect(await post('externalcontact/remark', broken)).toMatchObject({
    errcode: 0,
    errmsg: 'ok. Warning: wrong json format.',
  });
  expect(sandbox.record().pairs[0]).toMatchObject({ remark: '新人' });
  const refused = await post('externalcontact/mark_tag', { userid: 'LinXia', external_userid: deer, add_tag: 'et1' });
  expect(refused.errcode).toBe(41017);
  expect(refused.errmsg).toContain('Warning: wrong json format.');
});

describe('the host', () => {
  test('that is down resets every call of the API and nothing else', async () => {
    const { sandbox, get, json } = await aCorp();
    sandbox.trouble({ down: true });
    await expect(get('getcallbackip')).rejects.toThrow('fetch failed');
    expect(await json('/sandbox/trouble', { method: 'POST', body: JSON.stringify({ down: false }) })).toEqual({});
    expect(await get('getcallbackip')).toMatchObject({ errcode: 0 });
  });

  test('takes the configured latency', async () => {
    const { sandbox, get } = await aCorp();
    sandbox.trouble({ latencyMs: 80 });
    const from = performance.now();
    await get('getcallbackip');
    expect(performance.now() - from).toBeGreaterThan(75);
  });

  test('whose certificate has expired is refused by a client that checks it', async () => {
    const pem = (name: string) =>
      readFileSync(new URL(`../../../../test/fixtures/tls/expired-${name}.pem`, import.meta.url), 'utf8');
    const { sandbox } = await aCorp({ tls: { key: pem('key'), cert: pem('cert') } });
    const ask = (check: boolean) =>
      new Promise<number>((resolve, reject) => {
        getOverTls(`${sandbox.tlsUrl}/cgi-bin/gettoken`, { ca: pem('cert'), rejectUnauthorized: check }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        }).on('error', reject);
      });
    await expect(ask(true)).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
    expect(await ask(false)).toBe(200);
  });
});

describe('another app of the corp', () => {
  test('that is sending a welcome makes ours 41096, and ours can be tried again within its 20 s', async () => {
    const { sandbox, post } = await aCorp();
    await sandbox.act({ do: 'newcomer', name: '小鹿' });
    const { welcomeCode } = await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
    const welcome = () =>
      post('externalcontact/send_welcome_msg', { welcome_code: welcomeCode, text: { content: '你好' } });
    sandbox.trouble({ otherApp: 'is_sending' });
    expect(await welcome()).toMatchObject({ errcode: 41096 });
    sandbox.trouble({ otherApp: 'silent' });
    expect(codes([await welcome(), await welcome()])).toEqual([0, 41050]);
    expect(sandbox.record().received).toHaveLength(1);
  });

  test('that was first makes ours 41051 for good', async () => {
    const { sandbox, post } = await aCorp();
    await sandbox.act({ do: 'newcomer', name: '小鹿' });
    const { welcomeCode } = await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
    const welcome = () =>
      post('externalcontact/send_welcome_msg', { welcome_code: welcomeCode, text: { content: '你好' } });
    sandbox.trouble({ otherApp: 'welcomes_first' });
    expect(await welcome()).toMatchObject({ errcode: 41051 });
    sandbox.trouble({ otherApp: 'silent' });
    expect(await welcome()).toMatchObject({ errcode: 41051 });
    expect(sandbox.record().received).toEqual([]);
  });
});
