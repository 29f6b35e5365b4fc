import { afterEach, describe, expect, it, test } from 'vitest';
import { aSandbox, keys } from '../testing/a-sandbox.js';

const MINUTE = 60_000;
const DOMAIN = 'shop.example.com:8443';
const PAGE = `https://${DOMAIN}/m`;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aSignIn(options: Parameters<typeof aSandbox>[0] | 'no domain' = {}) {
  const corp = await aSandbox(options === 'no domain' ? {} : { trustedDomain: DOMAIN, ...options });
  open.push(corp.sandbox);
  const { sandbox, get } = corp;
  const address = (change: Readonly<Record<string, string | undefined>> = {}): string => {
    const query = {
      appid: keys.receiveId,
      redirect_uri: PAGE,
      response_type: 'code',
      scope: 'snsapi_base',
      state: 'abc123',
      agentid: '1000002',
      ...change,
    };
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return `${sandbox.url}/connect/oauth2/authorize?${new URLSearchParams(given).toString()}`;
  };
  const visit = (change: Parameters<typeof address>[0], headers: Record<string, string> = {}) =>
    fetch(address(change), { redirect: 'manual', headers });
  /** Where the sign-in sends somebody. */
  const sent = async (who: string, change: Parameters<typeof address>[0] = {}): Promise<URL> =>
    new URL((await visit({ ...change, sandbox_as: who })).headers.get('location') ?? 'none:');
  const codeOf = async (who: string, change: Parameters<typeof address>[0] = {}): Promise<string> =>
    (await sent(who, change)).searchParams.get('code') ?? '';
  const exchange = (code: string) => get(`auth/getuserinfo?code=${encodeURIComponent(code)}`);
  const whoIs = async (who: string, change: Parameters<typeof address>[0] = {}) => exchange(await codeOf(who, change));
  return { ...corp, address, visit, sent, codeOf, exchange, whoIs };
}

describe('the authorize page', () => {
  it('sends back to the page with a code and the state, and leaves the rest of the address as it was', async () => {
    const { sent, meet } = await aSignIn();
    await meet('小鹿');
    const back = await sent('小鹿', { redirect_uri: `${PAGE}?a=%E4%BD%A0+b#top` });
    expect(back.href).toMatch(/^https:\/\/shop\.example\.com:8443\/m\?a=%E4%BD%A0\+b&code=\S{40,}&state=abc123#top$/);
  });

  test.each([
    ['another domain', { redirect_uri: 'https://shop.example.com:8443.evil.com/m' }, 50001],
    ['a sub-domain', { redirect_uri: `https://www.${DOMAIN}/m` }, 50001],
    ['the domain with another port', { redirect_uri: 'https://shop.example.com/m' }, 50001],
    ['the domain as a user name', { redirect_uri: `https://${DOMAIN}@evil.com/m` }, 50001],
    ['a script', { redirect_uri: `javascript://${DOMAIN}/%0aalert(1)` }, 50001],
    ['no address', { redirect_uri: undefined }, 50001],
    ['another corp', { appid: 'ww0000' }, 40013],
    ['a state that is not letters and digits', { state: 'a.b' }, 40058],
    ['a state of more than 128 characters', { state: 'a'.repeat(129) }, 40058],
    ['another scope', { scope: 'snsapi_userinfo' }, 40058],
    ['another type of answer', { response_type: 'token' }, 40058],
    ['private data without an app', { scope: 'snsapi_privateinfo', agentid: undefined }, 40056],
  ])('shows the error for %s, and sends nobody anywhere', async (_what, change, errcode) => {
    const { visit } = await aSignIn();
    const answer = await visit({ ...change, sandbox_as: 'LinXia' });
    expect(answer.headers.get('location')).toBeNull();
    expect(await answer.text()).toContain(`<strong>${errcode}</strong>`);
  });

  it('trusts no domain before an administrator gave one', async () => {
    const { sandbox, visit, codeOf } = await aSignIn('no domain');
    expect(await (await visit({ sandbox_as: 'LinXia' })).text()).toContain('<strong>50001</strong>');
    await fetch(`${sandbox.url}/sandbox/doors`, { method: 'POST', body: JSON.stringify({ trustedDomain: DOMAIN }) });
    expect(await codeOf('LinXia')).not.toBe('');
  });

  it('asks a browser who it is, and remembers the choice', async () => {
    const { sandbox, visit, address, exchange, meet } = await aSignIn();
    const deer = await meet('<小鹿>');
    const page = await (await visit({})).text();
    expect(page).toContain('&lt;小鹿&gt;');
    const link = /href="(\/connect\/as\?[^"]*)">&lt;小鹿&gt;/.exec(page)?.[1] ?? '';
    const chosen = await fetch(sandbox.url + link.replaceAll('&amp;', '&'), { redirect: 'manual' });
    expect(chosen.headers.get('location')).toBe(address());
    const cookie = (chosen.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const back = new URL((await visit({}, { cookie })).headers.get('location') ?? '');
    expect(await exchange(back.searchParams.get('code') ?? '')).toMatchObject({ external_userid: deer });
  });

  it('makes a browser somebody only on the way to a page of the app', async () => {
    const { sandbox } = await aSignIn();
    const choose = (to: string) =>
      fetch(`${sandbox.url}/connect/as?${new URLSearchParams({ who: 'LinXia', to }).toString()}`, {
        redirect: 'manual',
      });
    expect((await choose(PAGE)).headers.get('location')).toBe(PAGE);
    for (const to of ['https://evil.com/', `javascript://${DOMAIN}/`, '//evil.com', ''])
      expect([await choose(to)].map((one) => [one.status, one.headers.get('location')])).toEqual([[400, null]]);
  });
});

describe('the exchange says that the code belongs to', () => {
  it('a customer, by openid and external_userid, the same at each visit', async () => {
    const { whoIs, meet, post } = await aSignIn();
    const deer = await meet('小鹿');
    const first = await whoIs('小鹿');
    expect(first).toMatchObject({ errcode: 0, external_userid: deer });
    const { openid } = await post('externalcontact/convert_to_openid', { external_userid: deer });
    expect(first['openid']).toBe(openid);
    expect(await whoIs(deer)).toEqual(first);
  });

  it('a colleague, in the scope of the app or not, by userid', async () => {
    const { sandbox, whoIs } = await aSignIn();
    sandbox.trouble({ scope: ['LinXia'] });
    expect(await whoIs('LinXia')).toEqual({ errcode: 0, errmsg: 'ok', userid: 'LinXia' });
    expect(await whoIs('赵敏')).toEqual({ errcode: 0, errmsg: 'ok', userid: 'ZhaoMin' });
    sandbox.trouble({ signIn: { outOfScope: 'refused' } });
    expect(await whoIs('LinXia')).toMatchObject({ userid: 'LinXia' });
    expect(await whoIs('ZhaoMin')).toMatchObject({ errcode: 50002 });
  });

  it('a stranger, by openid alone', async () => {
    const { sandbox, whoIs } = await aSignIn();
    const [one, same, other] = [await whoIs('stranger'), await whoIs('stranger'), await whoIs('someone else')];
    expect(Object.keys(one).sort()).toEqual(['errcode', 'errmsg', 'openid']);
    expect(same).toEqual(one);
    expect(other['openid']).not.toBe(one['openid']);
    await sandbox.act({ do: 'staff_leaves', staff: 'TangGuo' });
    expect(await whoIs('TangGuo')).not.toHaveProperty('userid');
  });

  it('nobody by name who is in a group only, or whose staff member the app may not see', async () => {
    const { sandbox, whoIs, meet } = await aSignIn();
    await sandbox.act({ do: 'newcomer', name: '小羊' });
    await sandbox.act({ do: 'invite', who: '小羊', group: '会员群①', staff: 'ChenYu' });
    const deer = await meet('小鹿');
    expect(await whoIs('小羊')).not.toHaveProperty('external_userid');
    sandbox.trouble({ scope: ['ZhaoMin'] });
    expect(await whoIs('小鹿')).not.toHaveProperty('external_userid');
    sandbox.trouble({ signIn: { externalUserId: 'everybody' } });
    expect(await whoIs('小鹿')).toMatchObject({ external_userid: deer });
    sandbox.trouble({ scope: null, signIn: { externalUserId: 'nobody' } });
    expect(await whoIs('小鹿')).not.toHaveProperty('external_userid');
  });

  it('a colleague with a ticket, if private data was asked for', async () => {
    const { whoIs } = await aSignIn();
    expect(await whoIs('LinXia', { scope: 'snsapi_privateinfo' })).toMatchObject({
      userid: 'LinXia',
      user_ticket: expect.stringMatching(/^\S{40,}$/) as string,
    });
    expect(await whoIs('stranger', { scope: 'snsapi_privateinfo' })).not.toHaveProperty('user_ticket');
  });
});

describe('a code', () => {
  it('works once', async () => {
    const { codeOf, exchange } = await aSignIn();
    const code = await codeOf('LinXia');
    expect(await exchange(code)).toMatchObject({ errcode: 0 });
    expect(await exchange(code)).toMatchObject({ errcode: 40029 });
  });

  it('works for five minutes', async () => {
    const { sandbox, codeOf, exchange } = await aSignIn();
    const [early, late] = [await codeOf('LinXia'), await codeOf('LinXia')];
    const start = sandbox.now();
    await sandbox.advance(start + 5 * MINUTE);
    expect(await exchange(early)).toMatchObject({ errcode: 0 });
    await sandbox.advance(start + 5 * MINUTE + 1);
    expect(await exchange(late)).toMatchObject({ errcode: 42003 });
  });

  it('works longer while the time of the corp runs faster than a browser', async () => {
    const { sandbox, codeOf, exchange } = await aSignIn({ msPerSecond: 10 * MINUTE });
    const stop = sandbox.pace.drive(1_000_000, async () => undefined);
    const code = await codeOf('LinXia');
    await sandbox.advance(sandbox.now() + 60 * MINUTE);
    expect(await exchange(code)).toMatchObject({ errcode: 0 });
    await stop();
  });

  test.each([
    ['never made', 'aaaa', 40029],
    ['empty', '', 40029],
    ['longer than 512 bytes', 'a'.repeat(513), 40029],
  ])('that was %s is refused', async (_what, code, errcode) => {
    const { exchange } = await aSignIn();
    expect(await exchange(code)).toMatchObject({ errcode });
  });

  it('for another app is refused', async () => {
    const { whoIs } = await aSignIn();
    expect(await whoIs('LinXia', { agentid: '1000009' })).toMatchObject({ errcode: 50001 });
    expect(await whoIs('LinXia', { agentid: undefined })).toMatchObject({ errcode: 0 });
  });

  it('needs a token, as every call', async () => {
    const { json, codeOf } = await aSignIn();
    expect(await json(`/cgi-bin/auth/getuserinfo?code=${await codeOf('LinXia')}`)).toMatchObject({ errcode: 41001 });
  });

  test.each([
    ['used', 40029],
    ['expired', 42003],
    ['made_up', 40029],
    ['other_app', 50001],
  ] as const)('can be made to come back %s', async (code, errcode) => {
    const { sandbox, whoIs } = await aSignIn();
    sandbox.trouble({ signIn: { code } });
    expect(await whoIs('LinXia')).toMatchObject({ errcode });
    sandbox.trouble({ signIn: { code: 'good' } });
    expect(await whoIs('LinXia')).toMatchObject({ errcode: 0 });
  });

  it('can be left out, and the state changed or dropped', async () => {
    const { sandbox, sent } = await aSignIn();
    sandbox.trouble({ signIn: { code: 'none', state: 'changed' } });
    expect((await sent('LinXia')).search).toBe('?state=abc123x');
    sandbox.trouble({ signIn: { state: 'dropped' } });
    expect((await sent('LinXia')).href).toBe(PAGE);
  });
});
