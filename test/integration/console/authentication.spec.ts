import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { tokenHash } from '../../../src/platform/tokens.js';
import {
  aConsole,
  API_TOKEN,
  cookieOf,
  PASSWORD,
  type AppOptions,
  type ConsoleApp,
} from '../../support/console-app.js';
import { eachDatabase, type OpenDatabase } from '../../support/databases.js';
import { aProduct } from '../../support/test-product.js';

const MINUTE_MS = 60_000;

async function anApp(open: OpenDatabase, options?: AppOptions) {
  const product = await aProduct(await open());
  return { product, app: await aConsole(product, options) };
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

const loginAs = (app: ConsoleApp, body: Credentials, ip: string, headers?: Record<string, string>) =>
  app.ask('POST', '/console/api/login', { body, ip, ...(headers ? { headers } : {}) });

async function tries(app: ConsoleApp, times: number, username: string, ip: (n: number) => string): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1)
    statuses.push((await loginAs(app, { username, password: 'wrong guess' }, ip(n))).status);
  return statuses;
}

/** The server's answer to headers whose body never comes. */
function answerToHead(port: number, head: readonly string[]): Promise<string> {
  return new Promise((settle, fail) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${head.join('\r\n')}\r\n\r\n`));
    let received = '';
    socket.on('data', (data) => {
      received += data.toString('utf8');
      if (!/\r\n\r\n[^]*\}/.test(received)) return;
      socket.destroy();
      settle(received);
    });
    socket.on('error', fail);
    socket.on('end', () => settle(received));
  });
}

const auditOf = async (app: ConsoleApp) =>
  (
    await app.asAdmin<{ items: { who: string; what: string; note: string; title: { zh: string } }[] }>(
      'GET',
      '/console/api/audit?about=access',
    )
  ).body.items;

eachDatabase('authentication', (open) => {
  it('refuses a request without credentials before its body is read, on every route', async () => {
    const { app } = await anApp(open);
    const port = await app.listen();
    const routes = [
      ['POST', '/api/v1/facts'],
      ['POST', '/api/v1/dry-runs'],
      ['POST', '/api/v1/rules/check'],
      ['PUT', '/console/api/templates/welcome'],
      ['POST', '/console/api/templates/preview'],
    ];
    for (const [method, path] of routes)
      for (const more of [[], ['Authorization: Bearer wrong'], [`Cookie: qunjie_session=${'a'.repeat(43)}`]]) {
        const answer = await answerToHead(port, [
          ...[`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Content-Type: application/json'],
          ...['Content-Length: 1000000', ...more],
        ]);
        expect([path, answer.slice(0, 12)]).toEqual([path, 'HTTP/1.1 401']);
      }
    const nowhere = ['POST /nowhere HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    expect(await answerToHead(port, [...nowhere, 'Content-Length: 1000000'])).toContain('HTTP/1.1 404');
    const login = ['POST /console/api/login HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    expect(await answerToHead(port, [...login, 'Content-Length: 20000'])).toContain('HTTP/1.1 413');
    await app.close();
  });

  it('throttles wrong tokens by address, and never a valid token', async () => {
    const { app, product } = await anApp(open);
    const ask = (token: string, ip: string) =>
      app.ask('GET', '/api/v1/groups', { headers: { authorization: `Bearer ${token}` }, ip });
    const statuses: number[] = [];
    for (let n = 0; n < 70; n += 1) statuses.push((await ask(`guess-${n}`, '2001:db8:1:2::aaaa')).status);
    expect([statuses.filter((status) => status === 401).length, statuses.at(-1)]).toEqual([60, 429]);
    const slowed = await ask('guess', '2001:db8:1:2::bbbb');
    expect([slowed.status, slowed.body['code'], slowed.headers['retry-after']]).toEqual([429, 'too_many_tries', '900']);
    expect((await ask(API_TOKEN, '2001:db8:1:2::aaaa')).status).toBe(200);
    expect((await ask('guess', '2001:db8:1:3::aaaa')).status).toBe(401);
    app.wall.pushTo(app.wall.now() + 15 * MINUTE_MS);
    expect((await ask('guess', '2001:db8:1:2::aaaa')).status).toBe(401);

    const rows = await product.db.read.all<{ detail: string }>("SELECT detail FROM audit WHERE what = 'wrong_token'");
    expect(rows.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual([
      { address: '2001:db8:1:2::aaaa', times: 64 },
      { address: '2001:db8:1:3::aaaa', times: 1 },
      { address: '2001:db8:1:2::aaaa', times: 1 },
    ]);
    await app.close();
  });

  it('writes a limited number of audit rows, however many addresses guess', async () => {
    const { app, product } = await anApp(open);
    for (let n = 0; n < 260; n += 1)
      await app.ask('GET', '/api/v1/groups', {
        headers: { authorization: 'Bearer guess' },
        ip: `10.1.${n % 250}.${n}`,
      });
    const rows = await product.db.read.all<{ detail: string }>("SELECT detail FROM audit WHERE what = 'wrong_token'");
    expect(rows).toHaveLength(201);
    expect(JSON.parse(rows.at(-1)!.detail)).toEqual({ times: 60 });
    await app.close();
  });

  it('lets the admin log in from a known place while others guess from elsewhere', async () => {
    const { app } = await anApp(open, { trustProxy: 1 });
    const by = (address: string) => ({ 'x-forwarded-for': address });
    const enter = (password: string, address: string) =>
      loginAs(app, { username: 'admin', password }, '127.0.0.1', by(address));
    expect((await enter(PASSWORD, '203.0.113.7')).status).toBe(200);
    for (let n = 0; n < 120; n += 1) await enter('wrong guess', `198.51.100.${n}`);
    expect((await enter('wrong guess', '192.0.2.1')).status).toBe(401);
    expect((await enter('wrong guess', '192.0.2.1')).status).toBe(429);
    // An unknown place has one try; the admin's known place has all tries.
    expect((await enter(PASSWORD, '192.0.2.2')).status).toBe(200);
    for (let n = 0; n < 4; n += 1) expect((await enter('mistyped', '203.0.113.7')).status).toBe(401);
    expect((await enter(PASSWORD, '203.0.113.7')).status).toBe(200);
    await app.close();
  });

  it('lets the admin log in with a known browser while others guess from the same address', async () => {
    const { app, product } = await anApp(open);
    const fromPage = { origin: 'http://localhost:3000', host: 'localhost:3000' };
    const cookies = (answer: { headers: Readonly<Record<string, unknown>> }) => [answer.headers['set-cookie']].flat();
    const browserOf = (answer: { headers: Readonly<Record<string, unknown>> }) =>
      String(cookies(answer).find((one) => String(one).startsWith('qunjie_browser='))).split(';')[0]!;
    const enter = (password: string, cookie?: string) =>
      loginAs(app, { username: 'admin', password }, '10.0.0.1', {
        ...fromPage,
        ...(cookie === undefined ? {} : { cookie }),
      });
    const planted = `qunjie_browser=${'p'.repeat(43)}`;
    const first = await enter(PASSWORD, planted);
    const own = browserOf(first);
    expect(cookies(first)).toHaveLength(2);
    expect(own).toMatch(/^qunjie_browser=[\w-]{43}$/);
    expect(own).not.toBe(planted);

    await tries(app, 6, 'admin', () => '10.0.0.1');
    for (const cookie of [undefined, planted, `qunjie_browser=${'x'.repeat(43)}`, 'qunjie_browser=', `${own}x`])
      expect((await enter(PASSWORD, cookie)).status, cookie).toBe(429);
    const again = await enter(PASSWORD, own);
    expect([again.status, browserOf(again)]).toEqual([200, own]);

    // The token does not allow endless guessing, does not work for another account, and expires ninety days after its last use.
    for (let n = 0; n < 5; n += 1) expect((await enter('mistyped', own)).status).toBe(401);
    expect((await enter(PASSWORD, own)).status).toBe(429);
    app.wall.pushTo(app.wall.now() + 91 * 24 * 60 * MINUTE_MS);
    await tries(app, 6, 'admin', () => '10.0.0.1');
    expect((await enter(PASSWORD, own)).status).toBe(429);
    const kept = await product.db.read.all('SELECT network FROM login_place');
    expect(JSON.stringify(kept)).not.toContain(own.split('=')[1]!);
    const audit = await product.db.read.all('SELECT detail FROM audit');
    expect(JSON.stringify(audit)).not.toMatch(/browser/);
    await app.close();
  });

  it('remembers places for ninety days, however often the admin logs in elsewhere', async () => {
    const { app, product } = await anApp(open);
    const fromPage = { origin: 'http://localhost:3000', host: 'localhost:3000' };
    const enter = (address: string, headers = {}) =>
      loginAs(app, { username: 'admin', password: PASSWORD }, address, headers);
    const office = await enter('203.0.113.7', fromPage);
    const own = String([office.headers['set-cookie']].flat()[1]).split(';')[0]!;
    // Logins by a script, then in private windows, from another address.
    for (let n = 0; n < 60; n += 1) expect((await enter('198.51.100.1', n < 30 ? {} : fromPage)).status).toBe(200);
    const places = await product.db.read.all<{ network: string }>('SELECT network FROM login_place');
    const browsers = places.filter(({ network }) => network.startsWith('browser:'));
    // Beside these two networks there is the first one of this test's console.
    expect([places.length - browsers.length, browsers.length]).toEqual([2, 21]);
    for (let n = 0; n < 120; n += 1) await loginAs(app, { username: 'admin', password: 'wrong guess' }, `192.0.2.${n}`);
    await tries(app, 6, 'admin', () => '192.0.2.250');
    // From the network of the guesses with the cookie, and from the office without it.
    expect((await enter('192.0.2.250', { ...fromPage, cookie: own })).status).toBe(200);
    for (let n = 0; n < 4; n += 1)
      expect((await loginAs(app, { username: 'admin', password: 'mistyped' }, '203.0.113.7')).status).toBe(401);
    expect((await enter('203.0.113.7')).status).toBe(200);
    await app.close();
  });

  it('logs once that the proxy in front is not trusted', async () => {
    const lines: string[] = [];
    const logged = (line: string): void => void lines.push(line);
    const passedOn = { 'x-forwarded-for': '203.0.113.5' };
    const warned = () => lines.filter((line) => line.includes('TRUST_PROXY'));
    const { app, product } = await anApp(open, { logged });
    await loginAs(app, { username: 'admin', password: 'wrong guess' }, '10.0.0.1');
    // A client on a public address can forge the header, so it causes no warning.
    await loginAs(app, { username: 'admin', password: 'wrong guess' }, '198.51.100.1', passedOn);
    expect(warned()).toEqual([]);
    for (let n = 0; n < 3; n += 1)
      await loginAs(app, { username: 'admin', password: 'wrong guess' }, '10.0.0.1', passedOn);
    expect(warned()).toHaveLength(1);
    await app.close();

    lines.length = 0;
    const trusting = await aConsole(product, { logged, trustProxy: 1 });
    await loginAs(trusting, { username: 'admin', password: 'wrong guess' }, '10.0.0.1', passedOn);
    expect(warned()).toEqual([]);
    await trusting.close();
  });

  it('counts wrong passwords of an account at an address in any spelling, and over a restart', async () => {
    const { app, product } = await anApp(open);
    expect(await tries(app, 6, 'Admin', () => '10.0.0.1')).toEqual([401, 401, 401, 401, 401, 429]);
    await app.close();
    const again = await aConsole(product);
    again.wall.pushTo(app.wall.now());
    const stopped = await loginAs(again, { username: 'admin', password: PASSWORD }, '::ffff:10.0.0.1');
    expect([stopped.status, stopped.headers['retry-after']]).toEqual([429, '900']);
    await again.close();
  });

  it('counts a whole IPv6 network as one address', async () => {
    const { app } = await anApp(open);
    const statuses = await tries(app, 6, 'admin', (n) => `2001:db8::${n + 1}`);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await loginAs(app, { username: 'admin', password: PASSWORD }, '2001:db8:0:1::1')).status).toBe(200);
    await app.close();
  });

  it('counts one address under many names, and removes the oldest counts when the table is full', async () => {
    const { app, product } = await anApp(open);
    const statuses: number[] = [];
    for (let n = 0; n < 31; n += 1)
      statuses.push((await loginAs(app, { username: `name-${n}`, password: 'x' }, '10.0.0.1')).status);
    expect([statuses.slice(0, 30).every((status) => status === 401), statuses[30]]).toEqual([true, 429]);
    const now = app.wall.now();
    await product.db.write((tx) =>
      tx.insert(
        'door_count',
        Array.from({ length: 5_001 }, (_, n) => ({
          ...{ door: 'login', key: `x 10.2.${n}`, opened_at: now - 1 - n, times: 1, audit_id: null },
        })),
      ),
    );
    expect((await loginAs(app, { username: 'admin', password: PASSWORD }, '10.0.0.2')).status).toBe(200);
    const kept = await product.db.read.one<{ n: number }>("SELECT COUNT(*) AS n FROM door_count WHERE door = 'login'");
    expect(kept!.n).toBeLessThanOrEqual(5_001 - 500 + 31);
    await app.close();
  });

  it('trusts X-Forwarded-For of a trusted proxy only', async () => {
    const { app } = await anApp(open, { trustProxy: ['10.9.0.0/16'] });
    const guess = (peer: string, forwarded: string) =>
      loginAs(app, { username: 'admin', password: 'wrong' }, peer, { 'x-forwarded-for': forwarded });
    for (let n = 0; n < 5; n += 1) expect((await guess('192.0.2.9', `203.0.113.${n}`)).status).toBe(401);
    expect((await guess('192.0.2.9', '203.0.113.99')).status).toBe(429);
    expect((await guess('10.9.0.1', '203.0.113.99')).status).toBe(401);
    // The address that the client forges comes before the one that the proxy adds.
    for (let n = 0; n < 4; n += 1) await guess('10.9.0.1', `198.51.100.${n}, 203.0.113.99`);
    expect((await guess('10.9.0.1', '198.51.100.77, 203.0.113.99')).status).toBe(429);
    await app.close();
  });

  it('writes logins, failures with their address, throttling and logouts to the audit', async () => {
    const { app } = await anApp(open);
    await tries(app, 7, '<b>ad min</b>', () => '203.0.113.9');
    const entered = await loginAs(app, { username: 'admin', password: PASSWORD }, '203.0.113.5');
    const headers = { cookie: cookieOf(entered.headers), 'x-csrf-token': String(entered.body['csrf']) };
    await app.ask('POST', '/console/api/logout', { headers, ip: '203.0.113.5' });
    const rows = await auditOf(app);
    expect(rows.map(({ who, what, note, title }) => [who, what, note, title.zh])).toEqual([
      ['admin', 'logged_in', '127.0.0.1', '登录了控制台'],
      ['admin', 'logged_out', '203.0.113.5', '退出了控制台'],
      ['admin', 'logged_in', '203.0.113.5', '登录了控制台'],
      ['door', 'login_locked', '203.0.113.9', '试错太多，暂时不再受理登录，用户名「<b>ad min</b>」'],
      ['door', 'login_failed', '203.0.113.9', '登录失败，共 5 次，用户名「<b>ad min</b>」'],
    ]);
    await app.close();
  });

  it('writes to the audit which token posted facts, in one row a day', async () => {
    const { app, product } = await anApp(open);
    await product.db.write((tx) =>
      tx.insert('api_token', [{ token_hash: tokenHash('token-of-the-shop'), name: 'shop', created_at: 0 }]),
    );
    const headers = { authorization: 'Bearer token-of-the-shop' };
    for (let n = 0; n < 5; n += 1) await app.ask('POST', '/api/v1/facts', { body: { facts: [{}] }, headers });
    await app.asProgram('GET', '/api/v1/members');
    const rows = (await auditOf(app)).filter(({ what }) => what === 'facts_posted');
    expect(rows.map(({ who, note }) => [who, note])).toEqual([['api:shop', '127.0.0.1']]);
    await app.close();
  });

  it('writes a password change by the settings to the audit', async () => {
    const { app, product } = await anApp(open);
    await app.close();
    const second = await aConsole(product, { adminPassword: 'another good password' });
    const rows = await product.db.read.all("SELECT who, what FROM audit WHERE what = 'password_changed'");
    expect(rows).toEqual([{ who: 'settings', what: 'password_changed' }]);
    await second.close();
  });

  it('refuses logins from another site and by a form', async () => {
    const { app } = await anApp(open, { publicUrl: 'https://bot.example.com' });
    const enter = async (headers: Record<string, string>) =>
      (await loginAs(app, { username: 'admin', password: PASSWORD }, '10.0.0.1', headers)).status;
    expect(await enter({ origin: 'https://evil.example' })).toBe(403);
    expect(await enter({ origin: 'null' })).toBe(403);
    expect(await enter({ origin: 'http://localhost.evil.example', host: 'localhost' })).toBe(403);
    expect(await enter({ origin: 'https://bot.example.com', 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await enter({ origin: 'https://shop.example.com', 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await enter({ origin: 'https://bot.example.com', host: '127.0.0.1:3000' })).toBe(200);
    expect(await enter({ origin: 'http://localhost:3000', host: 'localhost:3000' })).toBe(200);
    expect(await enter({ 'sec-fetch-site': 'same-origin', origin: 'https://x.example', host: '10.0.0.5:3000' })).toBe(
      200,
    );
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])
      expect(await enter({ 'content-type': type })).toBe(415);
    await app.close();
  });

  it('sets a __Host- cookie and Strict-Transport-Security behind https', async () => {
    const { app } = await anApp(open, { trustProxy: 1 });
    const https = { 'x-forwarded-proto': 'https' };
    const entered = await loginAs(app, { username: 'admin', password: PASSWORD }, '127.0.0.1', https);
    expect([entered.headers['set-cookie']].flat()[0]).toMatch(
      /^__Host-qunjie_session=[\w-]{43}; .*Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(entered.headers['strict-transport-security']).toBe('max-age=31536000');
    const cookie = cookieOf(entered.headers);
    const statusWith = async (headers: Record<string, string>) =>
      (await app.ask('GET', '/console/api/session', { headers })).status;
    expect(await statusWith({ cookie, ...https })).toBe(200);
    // A cookie without the prefix is ignored: another host of the domain may have set it.
    expect(await statusWith({ cookie: cookie.replace('__Host-', ''), ...https })).toBe(401);
    await app.close();
  });

  it('sets nosniff on every answer, and no Strict-Transport-Security without https', async () => {
    const { app } = await anApp(open);
    for (const url of [
      '/healthz',
      '/readyz',
      '/metrics',
      '/api/openapi.json',
      '/api/docs',
      '/',
      '/nowhere',
      '/%E0%A4%A',
      '/api/v1/members',
    ]) {
      const { headers } = await app.ask('GET', url, { headers: { 'x-forwarded-proto': 'https' } });
      expect([
        url,
        headers['x-content-type-options'],
        'permissions-policy' in headers,
        headers['strict-transport-security'],
      ]).toEqual([url, 'nosniff', true, undefined]);
    }
    await app.close();
  });

  it('accepts the longest allowed password', async () => {
    const adminPassword = `${'😀字'.repeat(63)} z`;
    const { app } = await anApp(open, { adminPassword });
    expect((await loginAs(app, { username: 'admin', password: adminPassword }, '10.0.0.1')).status).toBe(200);
    await app.close();
  });
});
