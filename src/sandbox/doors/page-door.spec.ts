import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { kfMannersShape } from '../corp/kf/kf-manners.js';
import { aSandbox } from '../testing/a-sandbox.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aPage(options: Parameters<typeof aSandbox>[0] = {}) {
  const corp = await aSandbox({ chat: true, ...options });
  open.push(corp.sandbox);
  const groupNamed = (name: string) => corp.sandbox.record().groups.find((group) => group.name === name)!;
  return { ...corp, groupNamed };
}

interface Seen {
  readonly [field: string]: unknown;
  readonly now: number;
  readonly lines: readonly Record<string, unknown>[];
  readonly messages: readonly Record<string, unknown>[];
  readonly tasks: readonly Record<string, unknown>[];
  readonly chat: readonly Record<string, unknown>[];
  readonly calls: readonly { readonly n: number; readonly path: string; readonly errcode: number }[];
  readonly callbacks: readonly Record<string, unknown>[];
}

async function read(url: string, what: string, query: Record<string, string> = {}): Promise<Seen> {
  return (await fetch(`${url}/page/${what}?${new URLSearchParams(query).toString()}`)).json() as Promise<Seen>;
}

describe('the page shows', () => {
  it('who joined a group, what was said in it, and who was removed', async () => {
    const { sandbox, groupNamed } = await aPage();
    const group = '会员群①';
    await sandbox.act({ do: 'newcomer', name: '小鹿' });
    await sandbox.act({ do: 'invite', who: '小鹿', group, staff: 'ChenYu' });
    await sandbox.act({ do: 'speak', who: '小鹿', group, text: '大家好' });
    await sandbox.act({ do: 'remove', who: '小鹿', group, staff: 'ChenYu' });
    const { lines } = await read(sandbox.url, 'group', { id: groupNamed(group).chatId });
    expect(lines).toMatchObject([
      { kind: 'joined', who: '小鹿' },
      { kind: 'said', who: '小鹿', text: '大家好', side: 'customer' },
      { kind: 'left', who: '小鹿', text: '陈屿' },
    ]);
  });

  it('a mass-send that waits for its tap, and after the tap once in the group', async () => {
    const { sandbox, groupNamed, post } = await aPage();
    const { chatId, owner } = groupNamed('会员群①');
    const sent = { chat_type: 'group', sender: owner, chat_id_list: [chatId], text: { content: '会员日' } };
    const { msgid } = await post('externalcontact/add_msg_template', sent);
    expect((await read(sandbox.url, 'staff', { id: owner })).tasks).toMatchObject([{ msgid, state: 'waiting' }]);
    await sandbox.act({ do: 'confirm', msgid });
    expect((await read(sandbox.url, 'staff', { id: owner })).tasks).toMatchObject([{ msgid, state: 'sent' }]);
    expect((await read(sandbox.url, 'group', { id: chatId })).lines).toMatchObject([{ text: '会员日', sent: true }]);
  });

  it('the chat of a customer with the assistant, apart from what they received otherwise', async () => {
    const { sandbox, post } = await aPage();
    const { openKfid } = sandbox.record().kf.accounts[0]!;
    const { externalUserId: id } = await sandbox.act({ do: 'newcomer', name: '小鹿' });
    await sandbox.act({ do: 'write_to_assistant', who: '小鹿', text: '打错了' });
    await sandbox.act({ do: 'recall_message', who: '小鹿' });
    const list = [{ type: 'click', click: { id: 'tier_query', content: '我的等级' } }];
    const menu = { msgtype: 'msgmenu', msgmenu: { head_content: '请选择', list } };
    await post('kf/send_msg', { open_kfid: openKfid, touser: id, ...menu });
    await sandbox.act({ do: 'refuse_assistant', who: '小鹿' });
    await post('kf/send_msg', { open_kfid: openKfid, touser: id, msgtype: 'text', text: { content: '在吗' } });
    const seen = await read(sandbox.url, 'person', { id: id as string });
    expect(seen.messages).toEqual([]);
    expect(seen['assistant']).toMatchObject({
      name: '会员小助手',
      state: 1,
      left: 3,
      refuses: true,
      lines: [
        { by: 'customer', text: '打错了', isRecalled: true },
        { by: 'app', text: '', menu: { head: '请选择', items: [{ type: 'click', id: 'tier_query' }], tail: '' } },
        { by: 'app', text: '在吗', failed: 10 },
      ],
    });
  });

  it('a customer with relations, orders and the code they were sent', async () => {
    const { sandbox, get, post, json, upload } = await aPage();
    const id = String((await sandbox.act({ do: 'newcomer', name: '小鹿' }))['externalUserId']);
    const { welcomeCode } = await sandbox.act({ do: 'add_contact', who: '小鹿', staff: 'LinXia' });
    await sandbox.act({ do: 'tag', who: '小鹿', staff: 'LinXia', add: ['VIP'] });
    await sandbox.act({ do: 'buy', who: '小鹿', amountCents: 9_900 });
    const group = sandbox.record().groups[0]!;
    const made = await post('externalcontact/groupchat/add_join_way', { scene: 2, chat_id_list: [group.chatId] });
    const { join_way: way } = await post('externalcontact/groupchat/get_join_way', { config_id: made.config_id });
    const picture = Buffer.from(await (await fetch(way.qr_code)).arrayBuffer());
    const { media_id: mediaId } = await upload('media/upload?type=image', picture);
    const attachments = [{ msgtype: 'image', image: { media_id: mediaId } }];
    await post('externalcontact/send_welcome_msg', {
      welcome_code: welcomeCode,
      text: { content: '你好' },
      attachments,
    });
    const person = await read(sandbox.url, 'person', { id });
    expect(person).toMatchObject({
      name: '小鹿',
      orders: 1,
      relations: [{ userid: 'LinXia', bond: 'mutual', tags: [{ name: 'VIP', group: '客户等级' }] }],
      orderLines: [{ kind: 'order_paid' }],
      messages: [{ via: 'welcome', from: '林夏', text: '你好', attachments: [{ kind: 'image', way: made.config_id }] }],
    });
    const shown = await fetch(`${sandbox.url}/page/picture?id=${mediaId}`);
    expect([shown.headers.get('content-type'), Buffer.from(await shown.arrayBuffer()).equals(picture)]).toEqual([
      'image/png',
      true,
    ]);
    expect((await get('externalcontact/get?external_userid=' + id)).errcode).toBe(0);
    expect((await json('/page/people?q=小鹿'))['total']).toBe(1);
  });

  it('calls with their errcodes, but neither secret nor token', async () => {
    const { sandbox, get, token } = await aPage();
    const { access_token: secretToken } = await token();
    await get('externalcontact/get?external_userid=wmNobody');
    const { calls } = await read(sandbox.url, 'corp');
    expect(calls[0]).toMatchObject({ path: '/cgi-bin/externalcontact/get', errcode: 40096 });
    const whole = await Promise.all(calls.map(({ n }) => read(sandbox.url, 'call', { id: String(n) })));
    expect(JSON.stringify(whole)).toContain('external_userid=wmNobody');
    expect(JSON.stringify(whole)).not.toContain(secretToken);
    expect(JSON.stringify(whole)).not.toContain('the-secret');
  });

  it('the outcome of a callback, and the message that it is about', async () => {
    const { sandbox } = await aPage();
    await sandbox.act({ do: 'write_to_app', staff: 'LinXia', text: '日报' });
    expect((await read(sandbox.url, 'corp')).callbacks).toMatchObject([
      { fate: 'unsent', event: 'text', about: ['林夏', '日报'] },
    ]);
    expect((await read(sandbox.url, 'staff', { id: 'LinXia' })).chat).toMatchObject([{ text: '日报', mine: true }]);
  });
});

it('pushes time to the requested moment, also past people who wait for an answer', async () => {
  const { sandbox } = await aPage({ people: 20 });
  const before = sandbox.now();
  const week = 7 * 86_400_000;
  await fetch(`${sandbox.url}/page/time`, { method: 'POST', body: JSON.stringify({ pushMs: week }) });
  expect(sandbox.now()).toBe(before + week);
});

describe('other sites', () => {
  const speak = JSON.stringify({ do: 'newcomer', name: '陌生人' });

  /** fetch does not let us set Host and Origin. */
  const send = (url: string, path: string, headers: Record<string, string>, method = 'POST'): Promise<number> =>
    new Promise((resolve, reject) => {
      const call = request(url + path, { method, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      call.on('error', reject);
      call.end(method === 'POST' ? speak : undefined);
    });

  it.each(['/sandbox/act', '/sandbox/trouble', '/page/time', '/chat/say'])('cannot post to %s', async (path) => {
    const { sandbox } = await aPage();
    expect(await send(sandbox.url, path, { origin: 'https://elsewhere.example' })).toBe(403);
    expect(await send(sandbox.url, path, { origin: 'null' })).toBe(403);
    expect(sandbox.record().people).toEqual([]);
  });

  it('cannot reach the sandbox under a host name of their own (DNS rebinding), not even to read', async () => {
    const { sandbox } = await aPage();
    const rebound = { host: 'elsewhere.example', origin: 'http://elsewhere.example' };
    expect(await send(sandbox.url, '/sandbox/act', rebound)).toBe(403);
    expect(await send(sandbox.url, '/page/corp', { host: 'elsewhere.example' }, 'GET')).toBe(403);
  });

  it('are distinguished from the page itself and from programs', async () => {
    const { sandbox } = await aPage();
    expect(await send(sandbox.url, '/sandbox/act', { origin: sandbox.url })).toBe(200);
    expect(sandbox.record().people).toHaveLength(1);
    const again = await fetch(`${sandbox.url}/sandbox/act`, { method: 'POST', body: speak.replace('人', '客') });
    expect(again.status).toBe(200);
  });
});

describe('the page itself', () => {
  it('loads nothing from other sites and runs nothing inline', async () => {
    const { sandbox } = await aPage();
    const answer = await fetch(`${sandbox.url}/`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe|https?:/);
    expect((await fetch(`${sandbox.url}/page/..%2frecent-activity.js`)).status).toBe(404);
  });

  it('has a switch with its words for everything that customer service can do wrong', async () => {
    const { sandbox } = await aPage();
    const { service } = (await read(sandbox.url, 'corp')) as unknown as {
      readonly service: { readonly switches: object; readonly choices: Record<string, readonly string[]> };
    };
    expect(Object.keys(service.switches).sort()).toEqual(Object.keys(kfMannersShape.shape).sort());
    const wanted = [
      ...Object.keys(service.switches).map((name) => `service_${name}`),
      ...Object.entries(service.choices).flatMap(([name, choices]) => choices.map((one) => `${name}_${one}`)),
    ];
    const words = readFileSync(new URL('../page/assets/words-en.js', import.meta.url), 'utf8');
    expect(wanted.filter((name) => !words.includes(`  ${name}: '`))).toEqual([]);
    expect(service.choices).toMatchObject({ lateCode: [95002, 95018], badCursor: ['error', 'replay', 'empty'] });
  });

  it('has the same texts in both languages, and never inserts HTML', async () => {
    const folder = new URL('../page/assets/', import.meta.url);
    const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
    const names = (file: string): string[] => [...textOf(file).matchAll(/^ {2}(\w+):/gm)].map((match) => match[1]!);
    expect(names('words-en.js')).toEqual(names('words-zh.js'));
    for (const file of readdirSync(folder))
      expect(textOf(file)).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write/);
  });
});
