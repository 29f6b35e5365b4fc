import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { formIn } from '../phone/html-page.js';
import { aSandbox, keys, START } from '../testing/a-sandbox.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A product with a page that people sign in to, a short link to it, and a form. */
async function aProduct() {
  const seen: { url: string; agent: string; cookie: string; body: string; origin: string; from: string }[] = [];
  let answer: (path: string, url: URL, response: ServerResponse) => void = (_path, _url, response) => response.end();
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://product');
      const { cookie = '', origin = '' } = request.headers;
      const agent = request.headers['user-agent'] ?? '';
      const from = request.socket.remoteAddress ?? '';
      seen.push({ url: request.url ?? '', agent, cookie, origin, from, body: Buffer.concat(chunks).toString('utf8') });
      answer(`${request.method} ${url.pathname}`, url, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  open.push({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
  return { host, seen, answers: (next: typeof answer) => (answer = next) };
}

async function aPhone(options: Parameters<typeof aSandbox>[0] = {}) {
  const product = await aProduct();
  const corp = await aSandbox({ trustedDomain: product.host, ...options });
  open.push(corp.sandbox);
  const { sandbox } = corp;
  const authorize = `${sandbox.url}/connect/oauth2/authorize?${new URLSearchParams({
    appid: keys.receiveId,
    redirect_uri: `http://${product.host}/m/back`,
    response_type: 'code',
    scope: 'snsapi_base',
    state: 's1',
  }).toString()}`;
  product.answers((path, url, response) => {
    if (path === 'GET /l/abc') return response.writeHead(302, { location: '/m' }).end();
    if (path === 'GET /m/back')
      return response
        .writeHead(302, { location: '/m', 'set-cookie': `session=${url.searchParams.get('code')}; Path=/m; HttpOnly` })
        .end();
    if (path === 'POST /m/acts/check-in') return response.writeHead(302, { location: '/m?done=1' }).end();
    if (!/session=/.test(product.seen.at(-1)?.cookie ?? ''))
      return response.writeHead(302, { location: authorize }).end();
    return response.end(
      '<title>我的 &amp; 等级</title><form method="post" action="/m/acts/check-in"><input type="hidden" name="csrf" value="a&quot;b"></form>',
    );
  });
  const link = (path: string): string => `http://${product.host}${path}`;
  return { ...corp, product, link };
}

describe('a link opened on a phone', () => {
  it('leads through the sign-in to the page, as the customer, and is recorded', async () => {
    const { sandbox, product, meet, link, get } = await aPhone();
    const deer = await meet('小鹿');
    const opened = await sandbox.act({ do: 'open_link', who: '小鹿', url: link('/l/abc') });
    expect(opened).toMatchObject({ who: deer, status: 200, title: '我的 & 等级', url: link('/l/abc') });
    const paths = (opened['hops'] as { url: string }[]).map(({ url }) => new URL(url).pathname);
    expect(paths).toEqual(['/l/abc', '/m', '/connect/oauth2/authorize', '/m/back', '/m']);
    expect(product.seen[0]?.agent).toContain('MicroMessenger');
    expect(sandbox.record().opened).toEqual([opened]);
    const code = /session=(\S+)/.exec(product.seen.at(-1)?.cookie ?? '')?.[1] ?? '';
    expect(await get(`auth/getuserinfo?code=${code}`)).toMatchObject({ external_userid: deer });
  });

  it('keeps the cookies of each phone apart from those of the others', async () => {
    const { sandbox, product, meet, link } = await aPhone();
    await meet('小鹿');
    await meet('小羊');
    const hops = async (who: string) =>
      ((await sandbox.act({ do: 'open_link', who, url: link('/m') }))['hops'] as unknown[]).length;
    expect([await hops('小鹿'), await hops('小鹿'), await hops('小羊')]).toEqual([4, 1, 4]);
    // Where the system allows it, each phone has an address of its own.
    const phones = process.platform === 'linux' ? 2 : 1;
    expect(new Set(product.seen.map(({ from }) => from)).size).toBe(phones);
    await hops('LinXia');
    expect(product.seen.at(-1)?.agent).toContain('wxwork');
  });

  it('is not requested when it leads elsewhere, and ends when it leads on for ever or nobody answers', async () => {
    const { sandbox, product, link } = await aPhone();
    const problem = async (path: string) =>
      (await sandbox.act({ do: 'open_link', who: 'stranger', url: path }))['problem'];
    product.answers((_path, _url, response) => response.writeHead(302, { location: 'http://127.0.0.1:9/x' }).end());
    expect(await problem(link('/l/abc'))).toBe('elsewhere');
    expect(await problem('https://example.com/')).toBe('elsewhere');
    product.answers((_path, _url, response) => response.writeHead(302, { location: '/l/abc' }).end());
    expect(await problem(link('/l/abc'))).toBe('too_many_redirects');
    product.answers((_path, _url, response) => response.destroy());
    expect(await problem(link('/l/abc'))).toBe('unreachable');
    await expect(sandbox.act({ do: 'open_link', who: 'stranger', url: 'javascript:alert(1)' })).rejects.toThrow('url');
  });

  it('scans the code of a staff member or of a group, if it is the picture of one or leads to it', async () => {
    const { sandbox, post, product, link, chatId } = await aPhone();
    await sandbox.act({ do: 'newcomer', name: '小鹿' });
    const opens = async (url: string) => (await sandbox.act({ do: 'open_link', who: '小鹿', url }))['scanned'];
    const { config_id } = await post('externalcontact/add_contact_way', { type: 1, scene: 2, user: ['LinXia'] });
    const { contact_way } = (await post('externalcontact/get_contact_way', { config_id })) as unknown as {
      readonly contact_way: { readonly qr_code: string };
    };
    product.answers((_path, _url, response) => response.writeHead(302, { location: contact_way.qr_code }).end());
    expect(await opens(link('/l/abc'))).toMatchObject({ added: 'LinXia' });
    const chat_id_list = [chatId('会员群①')];
    const made = await post('externalcontact/groupchat/add_join_way', { scene: 2, chat_id_list });
    const { join_way: way } = await post('externalcontact/groupchat/get_join_way', { config_id: made.config_id });
    expect(await opens(way.qr_code)).toEqual({ joined: '会员群①' });
  });

  it('adds a staff member, if it is an acquisition link or leads to one', async () => {
    const { sandbox, post, product, link } = await aPhone();
    const made = await post('externalcontact/customer_acquisition/create_link', {
      link_name: '短信',
      range: { user_list: ['LinXia'] },
    });
    const { url } = made['link'] as unknown as { readonly url: string };
    await sandbox.act({ do: 'newcomer', name: '小鹿' });
    product.answers((_path, _url, response) =>
      response.writeHead(302, { location: `${url}?customer_channel=sms` }).end(),
    );
    const opened = await sandbox.act({ do: 'open_link', who: '小鹿', url: link('/l/abc') });
    expect(opened['scanned']).toMatchObject({ added: 'LinXia' });
    expect(sandbox.record().pairs).toMatchObject([{ userid: 'LinXia', state: 'sms' }]);
  });
});

describe('a form on a page', () => {
  it('is posted with its hidden fields and the given ones', async () => {
    const { sandbox, product, meet, link } = await aPhone();
    await meet('小鹿');
    const submit = (action: string) =>
      sandbox.act({ do: 'submit_form', who: '小鹿', url: link('/m'), action, fields: { text: '你好' } });
    const { status, hops } = await submit('/check-in');
    expect([status, (hops as { method: string; url: string }[]).at(-1)]).toMatchObject([
      200,
      { method: 'GET', url: link('/m?done=1') },
    ]);
    const posted = product.seen.find(({ url }) => url === '/m/acts/check-in');
    expect(posted).toMatchObject({
      origin: `http://${product.host}`,
      body: new URLSearchParams({ csrf: 'a"b', text: '你好' }).toString(),
    });
    expect(await submit('/no-such-form')).toMatchObject({ problem: 'no_form' });
  });

  it('has the fields that a browser would post', () => {
    const page =
      '<form action="/other"><input name=x></form><FORM method=post action=\'/a/pace\'>' +
      '<input type=radio name=pace value=all><input type=radio name=pace value=less checked>' +
      '<input type=checkbox name=yes checked><textarea name=words></textarea><button name=b>go</button></FORM>';
    expect(formIn(page, '/pace')).toEqual({ action: '/a/pace', fields: { pace: 'less', yes: 'on', words: '' } });
    expect(formIn(page, '/nothing')).toBeUndefined();
  });
});

describe('the page of an acquisition link', () => {
  it('adds whoever opens it, also a newcomer', async () => {
    const { sandbox, post } = await aPhone();
    const made = await post('externalcontact/customer_acquisition/create_link', {
      link_name: '<短信>',
      range: { user_list: ['LinXia'] },
    });
    const { url } = made['link'] as unknown as { readonly url: string };
    expect(await (await fetch(`${url}?customer_channel=web`)).text()).toContain('&lt;短信&gt;');
    const add = (who: string, headers: Record<string, string> = {}) =>
      fetch(`${url}?customer_channel=web`, { method: 'POST', body: new URLSearchParams({ who }), headers });
    expect(await (await add('小鹿')).text()).toContain('LinXia');
    expect(sandbox.record().pairs).toMatchObject([{ userid: 'LinXia', state: 'web' }]);
    expect(await (await add('小鹿')).text()).toContain('already_contact');
    expect([(await add('LinXia')).status, (await add('小羊', { origin: 'https://evil.com' })).status]).toEqual([
      400, 403,
    ]);
    expect(await (await add('林夏')).text()).toContain('不是客户');
    expect((await fetch(`${sandbox.url}/ca/none`)).status).toBe(404);
  });
});

it('people tap links to the product in what they receive, and no others', async () => {
  const { sandbox, product, link, post } = await aPhone({ people: 300 });
  for (let at = START; at < START + 86_400_000;) at = (await sandbox.advance(START + 86_400_000)).at;
  const { pairs } = sandbox.record();
  const external_userid = pairs.filter(({ userid }) => userid === 'LinXia').map((pair) => pair.externalUserId);
  const text = { content: `看看你的等级：${link('/l/abc')}，或者 https://example.com/` };
  const { msgid } = await post('externalcontact/add_msg_template', {
    chat_type: 'single',
    sender: 'LinXia',
    external_userid,
    text,
  });
  await sandbox.act({ do: 'confirm', msgid });
  const until = START + 8 * 86_400_000;
  for (let at = START; at < until;) at = (await sandbox.advance(until)).at;
  const { opened } = sandbox.record();
  expect(opened.length).toBeGreaterThan(0);
  expect(opened.length).toBeLessThan(external_userid.length);
  expect(new Set(opened.map(({ url }) => url))).toEqual(new Set([link('/l/abc')]));
  expect(product.seen.filter(({ url }) => url === '/l/abc')).toHaveLength(opened.length);
});
