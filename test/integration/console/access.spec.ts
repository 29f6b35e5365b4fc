import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/domain/day.js';
import { tokenHash } from '../../../src/platform/tokens.js';
import { aConsole, API_TOKEN, cookieOf, PASSWORD, type AppOptions } from '../../support/console-app.js';
import { eachDatabase, type OpenDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../../support/test-product.js';

const login = { username: 'admin', password: PASSWORD };

async function anApp(open: OpenDatabase, options?: AppOptions) {
  const product = await aProduct(await open());
  return { product, app: await aConsole(product, options) };
}

const guarded = [
  ['GET', '/api/v1/members'],
  ['GET', '/api/v1/members/1'],
  ['GET', '/api/v1/members/1/why'],
  ['POST', '/api/v1/members/1/tier-lock'],
  ['GET', '/api/v1/moves'],
  ['GET', '/api/v1/deliveries'],
  ['GET', '/api/v1/groups'],
  ['POST', '/api/v1/facts'],
  ['POST', '/api/v1/rules/check'],
  ['POST', '/api/v1/dry-runs'],
  ['POST', '/api/v1/reviews'],
  ['GET', '/api/%761/members'],
  ['GET', '/console/api/session'],
  ['POST', '/console/api/logout'],
  ['GET', '/console/api/home'],
  ['POST', '/console/api/pause'],
  ['GET', '/console/api/tasks'],
  ['GET', '/console/api/metrics'],
  ['GET', '/console/api/channels'],
  ['GET', '/console/api/contact-ways'],
  ['POST', '/console/api/contact-ways'],
  ['POST', '/console/api/contact-ways/1/retire'],
  ['POST', '/console/api/members/1/contact-way'],
  ['GET', '/console/api/group-stats'],
  ['GET', '/console/api/templates'],
  ['GET', '/console/api/templates/welcome'],
  ['GET', '/console/api/templates/welcome/versions/1'],
  ['POST', '/console/api/templates/check'],
  ['POST', '/console/api/templates/preview'],
  ['PUT', '/console/api/templates/welcome'],
  ['POST', '/console/api/templates/welcome/enabled'],
  ['POST', '/console/api/templates/welcome/before-saving'],
  ['GET', '/console/api/template-variables'],
  ['GET', '/console/api/results'],
  ['GET', '/console/api/results/silent-30'],
  ['POST', '/console/api/results/silent-30/plan'],
  ['POST', '/console/api/results/silent-30/stop-variant'],
] as const;

eachDatabase('access to the console', (open) => {
  it('is refused without credentials, on every route', async () => {
    const { app } = await anApp(open);
    const headers = { authorization: 'Bearer no-such-token', cookie: 'qunjie_session=nonsense' };
    for (const [method, url] of guarded) {
      const bare = await app.ask(method, url);
      expect([method, url, bare.status, bare.body]).toEqual([
        method,
        url,
        401,
        { code: 'unauthorized', message: 'log in, or send a valid token' },
      ]);
      expect([method, url, (await app.ask(method, url, { headers })).status]).toEqual([method, url, 401]);
    }
    await app.close();
  });

  it('is given to an admin with name and password, by an HttpOnly cookie and a CSRF token for changes', async () => {
    const { app } = await anApp(open);
    const entered = await app.ask<{ csrf: string }>('POST', '/console/api/login', { body: login });
    expect(entered).toMatchObject({ status: 200, body: { user: { name: 'admin' } } });
    expect([entered.headers['set-cookie']].flat()[0]).toMatch(
      /^qunjie_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const cookie = cookieOf(entered.headers);

    const session = await app.ask('GET', '/console/api/session', { headers: { cookie } });
    expect(session.body).toMatchObject({
      user: { name: 'admin' },
      csrf: entered.body.csrf,
      corp: { mode: 'sandbox', timeZone: 'Asia/Shanghai', now: MONDAY },
    });
    expect((session.body['tiers'] as { key: string }[]).map(({ key }) => key)).toEqual([
      'potential',
      'regular',
      'member',
      'loyal',
    ]);
    expect(session.body['stages']).toHaveLength(7);
    expect(session.headers['cache-control']).toBe('no-store');

    const pausing = (headers: Record<string, string>) =>
      app.ask('POST', '/console/api/pause', { body: { paused: true }, headers: { cookie, ...headers } });
    expect(await pausing({})).toMatchObject({ status: 403, body: { code: 'bad_csrf' } });
    expect(await pausing({ 'x-csrf-token': 'guessed' })).toMatchObject({ status: 403 });
    expect(await pausing({ 'x-csrf-token': entered.body.csrf })).toMatchObject({ status: 200, body: { paused: true } });
    expect((await app.ask('POST', '/api/v1/reviews', { headers: { cookie } })).status).toBe(403);

    const left = await app.ask('POST', '/console/api/logout', {
      headers: { cookie, 'x-csrf-token': entered.body.csrf },
    });
    expect(left.status).toBe(204);
    expect((await app.ask('GET', '/console/api/session', { headers: { cookie } })).status).toBe(401);
    await app.close();
  });

  it('stores neither the password nor the session token in plain text', async () => {
    const { app, product } = await anApp(open);
    const token = cookieOf((await app.ask('POST', '/console/api/login', { body: login })).headers).split('=')[1]!;
    const stored = JSON.stringify([
      await product.db.read.all('SELECT * FROM admin_user'),
      await product.db.read.all('SELECT * FROM admin_session'),
    ]);
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain(token);
    expect(stored).toContain(tokenHash(token));
    await app.close();
  });

  it('marks the cookie as secure if the request used https', async () => {
    const { app } = await anApp(open);
    const entered = await app.ask('POST', '/console/api/login', {
      body: login,
      headers: { 'x-forwarded-proto': 'https' },
    });
    for (const cookie of [entered.headers['set-cookie']].flat()) expect(cookie).toContain('; Secure');
    await app.close();
  });

  it('ends a session after 12 hours without use, and after 7 days in any case', async () => {
    const { app } = await anApp(open);
    const enter = async () => cookieOf((await app.ask('POST', '/console/api/login', { body: login })).headers);
    const statusWith = async (cookie: string) =>
      (await app.ask('GET', '/console/api/session', { headers: { cookie } })).status;
    const idle = await enter();
    app.wall.pushTo(app.wall.now() + 12 * HOUR_MS - 1);
    expect(await statusWith(idle)).toBe(200);
    app.wall.pushTo(app.wall.now() + 12 * HOUR_MS);
    expect(await statusWith(idle)).toBe(401);

    const busy = await enter();
    const endsAt = app.wall.now() + 7 * DAY_MS;
    while (app.wall.now() + 11 * HOUR_MS < endsAt) {
      app.wall.pushTo(app.wall.now() + 11 * HOUR_MS);
      expect(await statusWith(busy)).toBe(200);
    }
    app.wall.pushTo(endsAt - 1);
    expect(await statusWith(busy)).toBe(200);
    app.wall.pushTo(endsAt);
    expect(await statusWith(busy)).toBe(401);
    await app.close();
  });

  it('limits the number of sessions, and ends the least recently used one', async () => {
    const { app, product } = await anApp(open);
    const enter = async () => cookieOf((await app.ask('POST', '/console/api/login', { body: login })).headers);
    const statusWith = async (cookie: string) =>
      (await app.ask('GET', '/console/api/session', { headers: { cookie } })).status;
    const cookies: string[] = [];
    for (let times = 0; times < 21; times += 1) {
      cookies.push(await enter());
      app.wall.pushTo(app.wall.now() + HOUR_MS / 4);
      if (times === 19) await statusWith(cookies[0]!);
    }
    expect(await product.db.read.one('SELECT COUNT(*) AS n FROM admin_session')).toEqual({ n: 20 });
    expect([await statusWith(cookies[0]!), await statusWith(cookies[1]!), await statusWith(cookies[20]!)]).toEqual([
      200, 401, 200,
    ]);
    await app.close();
  });

  it('throttles guessing by name and address, and lets others log in meanwhile', async () => {
    const { app } = await anApp(open);
    const guess = (password: string, ip: string) =>
      app.ask('POST', '/console/api/login', { body: { username: 'admin', password }, ip });
    for (let tries = 0; tries < 5; tries += 1)
      expect(await guess('wrong guess', '10.0.0.1')).toMatchObject({ status: 401, body: { code: 'bad_credentials' } });
    const stopped = await guess(PASSWORD, '10.0.0.1');
    expect([stopped.status, stopped.body['code'], stopped.headers['retry-after']]).toEqual([
      429,
      'too_many_tries',
      '900',
    ]);
    expect((await guess(PASSWORD, '10.0.0.2')).status).toBe(200);
    app.wall.pushTo(app.wall.now() + 15 * 60_000);
    expect((await guess(PASSWORD, '10.0.0.1')).status).toBe(200);
    await app.close();
  });

  it('is given to programs with a bearer token from the settings or the table, for /api/v1 only', async () => {
    const { app, product } = await anApp(open);
    await product.db.write((tx) =>
      tx.insert('api_token', [{ token_hash: tokenHash('token-of-the-shop'), name: 'shop', created_at: 0 }]),
    );
    for (const token of [API_TOKEN, 'token-of-the-shop']) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await app.ask('GET', '/api/v1/members', { headers })).status).toBe(200);
      expect((await app.ask('POST', '/api/v1/reviews', { headers })).status).toBe(200);
      expect((await app.ask('GET', '/console/api/home', { headers })).status).toBe(401);
    }
    expect((await app.ask('GET', '/api/v1/members', { headers: { authorization: `Basic ${API_TOKEN}` } })).status).toBe(
      401,
    );
    await app.close();
  });

  it('lets a program post facts, which are stored before the answer', async () => {
    const { app, product } = await anApp(open);
    const posted = await app.asProgram('POST', '/api/v1/facts', {
      facts: [
        {
          key: 'shop-1',
          kind: 'order_paid',
          at: '2026-03-02T08:30:00+08:00',
          member: xiaolu,
          data: { orderId: 'o-1', amountCents: 12_800 },
        },
        { key: 'x' },
      ],
    });
    expect(posted).toMatchObject({ status: 200, body: { accepted: 1, duplicates: 0, rejected: [{ index: 1 }] } });
    await product.happens(aFact('visited', MONDAY, xiaolu));
    expect((await app.asProgram<{ items: unknown[] }>('GET', '/api/v1/members')).body.items).toMatchObject([
      { ordersTotal: 1 },
    ]);
    await app.close();
  });
});

eachDatabase('the first admin', (open) => {
  it('gets a generated password exactly once', async () => {
    const { app } = await anApp(open, { adminPassword: undefined });
    const { password } = await app.accounts.ensureFirst();
    expect(password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    expect(await app.accounts.ensureFirst()).toEqual({ password: null });
    expect(await app.accounts.isAdmin('admin', password!)).toBe(true);
    expect(await app.accounts.isAdmin('nobody', password!)).toBe(false);
    await app.close();
  });

  it('gets the password of the settings, also if it is set later, which ends all sessions', async () => {
    const { app, product } = await anApp(open, { adminPassword: undefined });
    const { password } = await app.accounts.ensureFirst();
    const body = { username: 'admin', password };
    const cookie = cookieOf((await app.ask('POST', '/console/api/login', { body })).headers);
    const second = await aConsole(product, { adminPassword: PASSWORD });
    expect((await second.ask('GET', '/console/api/session', { headers: { cookie } })).status).toBe(401);
    expect((await second.ask('POST', '/console/api/login', { body })).status).toBe(401);
    expect((await second.ask('POST', '/console/api/login', { body: login })).status).toBe(200);
    await second.close();
    await app.close();
  });
});
