import { afterEach, expect, it } from 'vitest';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { tokenHash } from '../../../src/platform/tokens.js';
import { eachDatabase } from '../../support/databases.js';
import { aMemberPage, type MemberPageApp } from '../../support/member-page-app.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../../support/test-product.js';

const CUSTOMER = { openid: 'oCustomer', external_userid: 'wmXiaolu' };
const MINUTE = 60_000;
const DAY = 86_400_000;

eachDatabase('signing in to the member page', (open) => {
  let page: MemberPageApp | undefined;
  afterEach(async () => {
    await page?.close();
    page = undefined;
  });

  async function aPage(options: Parameters<typeof aMemberPage>[1] = {}) {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    page = await aMemberPage(product, options);
    return { product, ...page, visitor: page.visitor(), another: () => page!.visitor() };
  }

  it('asks WeChat who it is, and shows the level', async () => {
    const { visitor, wecom } = await aPage({ publicUrl: 'https://bot.example.com' });
    const opened = await visitor.get('/m');
    expect([opened.status, opened.location]).toEqual([302, '/m/sign-in?to=level']);
    const begun = await visitor.get(opened.location);
    const address = new URL(begun.location);
    expect(`${address.origin}${address.pathname}${address.hash}`).toBe(
      'https://open.weixin.qq.com/connect/oauth2/authorize#wechat_redirect',
    );
    const { state, ...query } = Object.fromEntries(address.searchParams);
    expect(query).toEqual({
      appid: 'wwTheCorp',
      agentid: '1000002',
      redirect_uri: 'https://bot.example.com/m/signed-in',
      response_type: 'code',
      scope: 'snsapi_base',
    });
    expect(state).toMatch(/^[a-zA-Z0-9]{32,128}$/);
    wecom.codes.set('the-code', CUSTOMER);
    const back = await visitor.get(`/m/signed-in?code=the-code&state=${state}`);
    expect([back.status, back.location]).toEqual([302, '/m']);
    const shown = await visitor.get('/m');
    expect([shown.status, shown.text]).toEqual([200, expect.stringContaining('你现在是')]);
    expect(shown.text).toContain('普通');
  });

  it('keeps its cookies for itself: under /m, for https only, out of reach of scripts', async () => {
    const { visitor, wecom } = await aPage({ publicUrl: 'https://bot.example.com' });
    wecom.codes.set('c', CUSTOMER);
    const cookies = String((await visitor.signIn('c')).headers['set-cookie']);
    expect(cookies).toMatch(
      /^__Secure-qunjie_member=[\w-]{43}; Path=\/m; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  it('leads to the page that was asked for, and to no other address', async () => {
    const { visitor, another, wecom } = await aPage();
    wecom.codes.set('one', CUSTOMER);
    expect((await visitor.signIn('one', 'messages')).location).toBe('/m/messages');
    wecom.codes.set('two', CUSTOMER);
    expect((await another().signIn('two', 'https://evil.example.com')).location).toBe('/m');
  });

  it.each([
    ['forged', () => 'a'.repeat(48)],
    ['absent', () => ''],
    ['of another form', () => "' OR 1=1 --"],
  ])('refuses a state that is %s, before the code is spent', async (_what, state) => {
    const { visitor, wecom } = await aPage();
    await visitor.get('/m/sign-in');
    wecom.codes.set('good', CUSTOMER);
    const answer = await visitor.get(
      `/m/signed-in?${new URLSearchParams({ code: 'good', state: state() }).toString()}`,
    );
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('登录没有完成')]);
    expect(answer.text).toContain('href="/m/sign-in"');
    expect(wecom.exchanged).toEqual([]);
    expect((await visitor.get('/m')).status).toBe(302);
  });

  it('accepts a state once', async () => {
    const { visitor, wecom } = await aPage();
    const state = new URL((await visitor.get('/m/sign-in')).location).searchParams.get('state') ?? '';
    wecom.codes.set('first', CUSTOMER);
    wecom.codes.set('second', CUSTOMER);
    expect((await visitor.get(`/m/signed-in?code=first&state=${state}`)).location).toBe('/m');
    expect((await visitor.get(`/m/signed-in?code=second&state=${state}`)).status).toBe(400);
    expect(wecom.exchanged).toEqual(['first']);
  });

  it('refuses a state that another browser began, so that nobody is signed in as somebody else', async () => {
    const { visitor, another, wecom } = await aPage();
    const state = new URL((await visitor.get('/m/sign-in')).location).searchParams.get('state') ?? '';
    wecom.codes.set('of-the-attacker', CUSTOMER);
    const victim = another();
    await victim.get('/m/sign-in');
    expect((await victim.get(`/m/signed-in?code=of-the-attacker&state=${state}`)).status).toBe(400);
    expect((await another().get(`/m/signed-in?code=of-the-attacker&state=${state}`)).status).toBe(400);
    expect(wecom.exchanged).toEqual([]);
  });

  it('refuses a state that is ten minutes old', async () => {
    const { visitor, wecom, wall } = await aPage();
    const state = new URL((await visitor.get('/m/sign-in')).location).searchParams.get('state') ?? '';
    wall.pushTo(wall.now() + 10 * MINUTE);
    wecom.codes.set('late', CUSTOMER);
    expect((await visitor.get(`/m/signed-in?code=late&state=${state}`)).status).toBe(400);
  });

  it.each([
    ['a code that was used (40029)', 40029, 400, '登录已经用过了'],
    ['a code that is too old (42003)', 42003, 400, '登录已经用过了'],
    ['a code of another app or a domain that is not trusted (50001)', 50001, 502, '企业的设置还差一步'],
    ['somebody whom the app does not cover (50002)', 50002, 502, '暂时打不开'],
    ['an app that is disabled (50003)', 50003, 502, '暂时打不开'],
    ['WeCom being busy', new RetryLater('wecom_busy'), 503, '微信现在很忙'],
    ['a refusal that nobody expects', new GiveUp('wecom_refused'), 503, '微信现在很忙'],
  ])('says what to do after %s', async (_what, given, status, words) => {
    const { visitor, wecom } = await aPage();
    wecom.codes.set('bad', given);
    const answer = await visitor.signIn('bad');
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)]);
    expect(answer.text).toContain('href="/m/sign-in"');
    expect((await visitor.get('/m')).status).toBe(302);
  });

  it('says that WeChat named nobody when there is no code', async () => {
    const { visitor } = await aPage();
    const answer = await visitor.signIn('');
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('微信没有告诉我们你是谁')]);
  });

  it('tells a colleague kindly that the page is for customers', async () => {
    const { visitor, wecom } = await aPage();
    wecom.codes.set('c', { userid: 'LinXia' });
    const answer = await visitor.signIn('c');
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('这一页是给客户看的')]);
    expect([...visitor.cookies.keys()]).toEqual(['qunjie_member_browser']);
  });

  it('tells a stranger how to add us, with a code when there is one', async () => {
    const { visitor, another, wecom, product } = await aPage();
    wecom.codes.set('one', { openid: 'oStranger' });
    expect((await visitor.signIn('one')).text).toContain('请联系邀请你的人');
    await product.db.write((tx) =>
      tx.insert('contact_way', [
        {
          key: 'expo',
          kind: 'channel',
          name: '展会',
          state: 'expo',
          staff: '["LinXia"]',
          tags: '[]',
          qr: 'https://wework.qpic.cn/expo',
          created_at: MONDAY,
          changed_at: MONDAY,
        },
      ]),
    );
    wecom.codes.set('two', { openid: 'oStranger' });
    expect((await another().signIn('two')).text).toContain('src="/m/pictures/add-us"');
  });

  it('makes a member of a customer whom no callback has reported', async () => {
    const { visitor, wecom, product } = await aPage();
    wecom.codes.set('c', { openid: 'oNew', external_userid: 'wmUnheardOf' });
    expect((await visitor.signIn('c')).location).toBe('/m');
    expect((await visitor.get('/m')).text).toContain('潜在');
    expect(await factsOf(product, 'visited')).toHaveLength(1);
  });

  it('keeps no token, only its hash, and ends a session after 30 days without a visit', async () => {
    const { visitor, wecom, wall, product } = await aPage();
    wecom.codes.set('c', CUSTOMER);
    await visitor.signIn('c');
    const token = visitor.cookies.get('qunjie_member') ?? '';
    const rows = await product.db.read.all<{ token_hash: string }>('SELECT token_hash FROM member_session');
    expect(rows).toEqual([{ token_hash: tokenHash(token) }]);
    wall.pushTo(wall.now() + 29 * DAY);
    expect((await visitor.get('/m')).status).toBe(200);
    wall.pushTo(wall.now() + 29 * DAY);
    expect((await visitor.get('/m')).status).toBe(200);
    wall.pushTo(wall.now() + 30 * DAY);
    expect((await visitor.get('/m')).status).toBe(302);
  });

  it('ends the session when the member signs out', async () => {
    const { visitor, another, wecom } = await aPage();
    wecom.codes.set('c', CUSTOMER);
    await visitor.signIn('c');
    const copy = another();
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
    expect((await copy.get('/m')).status).toBe(200);
    expect((await visitor.submit('/m/help', '/m/acts/sign-out')).text).toContain('已经退出');
    expect((await copy.get('/m')).status).toBe(302);
  });

  it('says outside WeChat that the page opens in WeChat', async () => {
    const { visitor } = await aPage();
    const answer = await visitor.get('/m', { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' });
    expect([answer.status, answer.text]).toEqual([401, expect.stringContaining('请在微信里打开')]);
  });

  it('says without WeCom that it is not connected yet', async () => {
    const { visitor } = await aPage({ hasWecom: false });
    for (const path of ['/m', '/m/sign-in', '/m/signed-in?code=c&state=s'])
      expect((await visitor.get(path)).text, path).toContain('还没有接上企业微信');
  });
});

const factsOf = (product: { db: { read: { all: (sql: string) => Promise<unknown[]> } } }, kind: string) =>
  product.db.read.all(`SELECT key FROM fact WHERE kind = '${kind}'`);
