import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { DESK, openBrowser, PHONE, sidewaysScroll, visit, type Visit } from '../support/browser.js';
import { CORP } from '../support/product.js';
import { run } from './program.js';

const START = Date.UTC(2026, 10, 21, 1, 0);
const GROUP = '会员群①';
/** A nickname that a malicious customer may choose. */
const NAME = '<img src=x onerror=alert(1)>小鹿';

let sandbox: Sandbox;
let browser: Browser;

beforeAll(async () => {
  sandbox = await startSandbox({ ...CORP, agentId: String(CORP.agentId), people: 0, chat: true, startAt: START });
  browser = await openBrowser();
  await sandbox.act({ do: 'newcomer', name: NAME });
  await sandbox.act({ do: 'invite', who: NAME, group: GROUP, staff: 'ChenYu' });
});
afterAll(async () => {
  await browser.close();
  await sandbox.close();
});

const ask = async (path: string, body?: unknown): Promise<Record<string, unknown>> =>
  (
    await fetch(`${sandbox.url}/cgi-bin/${path}`, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  ).json() as Promise<Record<string, unknown>>;

const withToken = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
  const { access_token: token } = await ask(`gettoken?corpid=${CORP.corpId}&corpsecret=${CORP.secret}`);
  return ask(`${path}${path.includes('?') ? '&' : '?'}access_token=${String(token)}`, body);
};
const idOf = (name: string): string => sandbox.record().people.find((one) => one.name === name)!.externalUserId;
const whoHas = async (code: string) => (await withToken(`auth/getuserinfo?code=${code}`))['external_userid'];

async function createLink(): Promise<string> {
  const link = { link_name: '短信', range: { user_list: ['LinXia'] } };
  const made = await withToken('externalcontact/customer_acquisition/create_link', link);
  return (made['link'] as { readonly url: string }).url;
}

async function sendTo(name: string, sender: string, content: object): Promise<string> {
  const send = { chat_type: 'single', sender, external_userid: [idOf(name)], ...content };
  return String((await withToken('externalcontact/add_msg_template', send))['msgid']);
}

/** Sends everybody who has no code to the sandbox's sign-in and back. */
async function aProduct() {
  const server = createServer((request, response) => {
    const back = new URL(request.url ?? '/', `http://${request.headers.host ?? ''}`);
    if (back.searchParams.has('code')) return response.end('signed in');
    const query = { appid: CORP.corpId, redirect_uri: back.href, response_type: 'code', scope: 'snsapi_base' };
    const location = `${sandbox.url}/connect/oauth2/authorize?${new URLSearchParams(query).toString()}`;
    return response.writeHead(302, { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) };
}

async function createMassSend(): Promise<string> {
  const { access_token: token } = await ask(`gettoken?corpid=${CORP.corpId}&corpsecret=${CORP.secret}`);
  const group = sandbox.record().groups.find(({ name }) => name === GROUP)!;
  const send = { chat_type: 'group', sender: 'ChenYu', chat_id_list: [group.chatId], text: { content: '会员日到了' } };
  return String((await ask(`externalcontact/add_msg_template?access_token=${String(token)}`, send))['msgid']);
}

describe('the page of the sandbox corp', () => {
  it('lets a tester speak as a member, tap as staff and push the clock', async () => {
    const { context, page, complaints }: Visit = await visit(browser, sandbox.url, DESK);
    await page.goto('/');
    await page.getByRole('button', { name: GROUP }).click();
    await page.locator('.lines').getByText(`${NAME} 进群了`).waitFor();
    await page.getByPlaceholder('在群里说点什么').fill('我来啦');
    await page.getByRole('button', { name: '发送' }).click();
    await page.locator('.bubble', { hasText: '我来啦' }).waitFor();
    expect(sandbox.record().people).toMatchObject([{ name: NAME, messages: 1 }]);

    const msgid = await createMassSend();
    await page.getByRole('button', { name: '员工' }).first().click();
    await page.getByRole('button', { name: '陈屿' }).click();
    await page.getByRole('button', { name: '确认发送' }).click();
    await page.locator('.task.sent', { hasText: '会员日到了' }).waitFor();
    expect(sandbox.record().posts).toMatchObject([{ ref: msgid, group: GROUP }]);
    await page.locator('#side code', { hasText: 'add_msg_template' }).waitFor();

    await page.getByRole('button', { name: '+1 小时' }).click();
    await page.locator('.clock', { hasText: '10:00:00' }).waitFor();
    expect(sandbox.now()).toBe(START + 3_600_000);
    expect([await page.locator('img[onerror]').count(), complaints]).toEqual([0, []]);
    await context.close();
  });

  it('lets a tester be a customer: open the member page and links as them, and use an acquisition link', async () => {
    const product = await aProduct();
    sandbox.setDoors({ trustedDomain: product.host, memberPage: `http://${product.host}/m` });
    const { added } = await sandbox.act({ do: 'scan_acquisition_link', who: NAME, url: await createLink() });
    const mail = { text: { content: `看这里：http://${product.host}/l/a，别点 https://example.com/` } };
    await sandbox.act({ do: 'confirm', msgid: await sendTo(NAME, String(added), mail) });
    const { context, page, complaints } = await visit(browser, sandbox.url, DESK);
    await page.goto(`/#tab=people&person=${idOf(NAME)}`);
    for (const [name, path] of [
      ['以 TA 打开会员页', '/m'],
      [`http://${product.host}/l/a`, '/l/a'],
    ] as const) {
      const [opened] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name }).click()]);
      await opened.waitForURL((url) => url.pathname === path && url.searchParams.get('code') !== null);
      expect(await whoHas(new URL(opened.url()).searchParams.get('code') ?? '')).toBe(idOf(NAME));
    }
    expect(await page.getByRole('link', { name: 'https://example.com/' }).count()).toBe(0);
    await page.getByRole('button', { name: '给员工发消息' }).click();
    await expect.poll(() => sandbox.record().acquisitionLinks[0]?.customers[0]?.hasSpoken).toBe(true);
    const landing = await context.newPage();
    await landing.goto(`${await createLink()}?customer_channel=web`);
    await landing.getByRole('textbox').fill('小羊');
    await landing.getByRole('button').click();
    await landing.getByText('已添加 LinXia').waitFor();
    expect(sandbox.record().pairs.find(({ externalUserId }) => externalUserId === idOf('小羊'))?.state).toBe('web');
    expect(complaints).toEqual([]);
    await context.close();
    await product.close();
  });

  it('lets a tester be a customer in the chat with the assistant', async () => {
    const { context, page, complaints } = await visit(browser, sandbox.url, DESK);
    const { access_token: token } = await ask(`gettoken?corpid=${CORP.corpId}&corpsecret=${CORP.secret}`);
    const [account] = sandbox.record().kf.accounts;
    const kf = (path: string, body: object) =>
      ask(`kf/${path}?access_token=${String(token)}`, { open_kfid: account!.openKfid, ...body });
    const pulled = async () => (await kf('sync_msg', {}))['msg_list'] as Record<string, Record<string, unknown>>[];
    const customer = String((await sandbox.act({ do: 'newcomer', name: '阿禾' }))['externalUserId']);

    await page.goto(`/#tab=people&person=${customer}`);
    await page.getByRole('button', { name: account!.name }).click();
    await page.getByRole('button', { name: '打开对话' }).click();
    await expect.poll(async () => (await pulled()).length).toBe(1);
    const code = (await pulled())[0]!['event']!['welcome_code'];
    const list = [
      { type: 'click', click: { id: 'tier_query', content: '我的等级' } },
      { type: 'view', view: { url: 'https://club.example.invalid/rules', content: '等级规则' } },
    ];
    const msgmenu = { head_content: '欢迎，想做点什么？', list, tail_content: '回复「人工」找同事' };
    await kf('send_msg_on_event', { code, msgtype: 'msgmenu', msgmenu });
    await page.getByRole('button', { name: '我的等级' }).click();
    await page.locator('.line.mine .bubble', { hasText: '我的等级' }).waitFor();
    expect((await pulled()).at(-1)!['text']).toEqual({ content: '我的等级', menu_id: 'tier_query' });

    await kf('send_msg', { touser: customer, msgtype: 'text', text: { content: '您现在是银卡会员。' } });
    await page.locator('.line.app .bubble', { hasText: '银卡会员' }).waitFor();
    await page.getByPlaceholder('替 TA 给').fill('人工');
    await page.getByRole('button', { name: '发送', exact: true }).click();
    await page.locator('.line.mine .bubble', { hasText: '人工' }).waitFor();
    await kf('service_state/trans', { external_userid: customer, service_state: 2 });
    await page.getByRole('button', { name: '赵敏 接入' }).click();
    await page.getByPlaceholder('以 赵敏 的身份').fill('我是赵敏，请说');
    await page.getByRole('button', { name: '回复', exact: true }).click();
    await page.locator('.line.staff .bubble', { hasText: '我是赵敏' }).waitFor();
    await page.getByRole('button', { name: '拒收消息' }).click();
    await page.getByRole('button', { name: '恢复接收' }).waitFor();
    expect(complaints).toEqual([]);
    await page.setViewportSize(PHONE);
    await page.getByRole('button', { name: '阿禾' }).click();
    await page.getByPlaceholder('替 TA 给').waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await context.close();
  });

  it('shows the current state of a trouble switch', async () => {
    const { context, page, complaints } = await visit(browser, sandbox.url, DESK);
    await page.goto('/#log=trouble');
    const box = page.getByLabel('IP 不可信（60020）');
    // Not `check()`: it verifies the box once, and the polling page may just have rendered the old state.
    await box.click();
    await expect.poll(() => createMassSend()).toBe('');
    await expect.poll(() => box.isChecked()).toBe(true);
    sandbox.trouble({ untrustedIp: false });
    await expect.poll(() => box.isChecked()).toBe(false);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('fits a phone', async () => {
    const { context, page, complaints } = await visit(browser, sandbox.url, PHONE);
    await page.goto('/');
    for (const section of ['群', '客户', '员工', '接口', '回调', '捣乱']) {
      await page.locator('#rail').getByRole('button', { name: section }).click();
      await expect.poll(() => sidewaysScroll(page)).toBe(0);
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('npm run sandbox', () => {
  it('starts, prints what other software needs, issues a token, and stops at a signal', async () => {
    const program = run('dist/sandbox/serve.js', { SANDBOX_PORT: '0', SANDBOX_PEOPLE: '20', SANDBOX_PAST_DAYS: '3' });
    const url = await program.url;
    const printed = (name: string): string => new RegExp(`^${name}=(.+)$`, 'm').exec(program.output())![1]!;
    const credentials = { corpid: printed('WECOM_CORP_ID'), corpsecret: printed('WECOM_SECRET') };
    const answer = await fetch(`${url}/cgi-bin/gettoken?${new URLSearchParams(credentials).toString()}`);
    expect(await answer.json()).toMatchObject({ errcode: 0, access_token: expect.any(String) });
    expect(await program.stop('SIGINT')).toBe(0);
  });

  it('reports every wrong setting at once', async () => {
    const program = run('dist/sandbox/serve.js', { SANDBOX_PORT: 'http', SANDBOX_LOSE: '2' });
    expect(await program.ended).toBe(1);
    expect(program.output()).toMatch(/SANDBOX_PORT: .*\n.*SANDBOX_LOSE: /);
  });
});
