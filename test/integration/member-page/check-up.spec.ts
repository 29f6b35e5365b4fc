import { afterEach, expect, it, vi } from 'vitest';
import { checkMemberPage } from '../../../src/member-page/check-up.js';

const publicUrl = 'https://bot.example.com';
const signIn = (appid: string, redirectUri: string): Response => {
  const query = new URLSearchParams({ appid, redirect_uri: redirectUri, state: 'x' });
  const location = `https://open.weixin.qq.com/connect/oauth2/authorize?${query.toString()}#wechat_redirect`;
  return new Response(null, { status: 302, headers: { location } });
};
const answers = (answer: Response | Error) =>
  vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation(() => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)));
afterEach(() => vi.restoreAllMocks());

it('finds a page that leads to the sign-in of this corp, and asks at the address that members open', async () => {
  const asked = answers(signIn('wwTheCorp', `${publicUrl}/m/signed-in`));
  expect(await checkMemberPage({ publicUrl, corpId: 'wwTheCorp' })).toMatchObject({ id: 'member_page', ok: true });
  expect(asked.mock.calls[0]?.[0]).toBe(`${publicUrl}/m/sign-in`);
});

it.each([
  ['a page of something else', new Response('<html>', { status: 200 })],
  ['another corp', signIn('wwAnother', `${publicUrl}/m/signed-in`)],
  ['another domain', signIn('wwTheCorp', 'https://old.example.com/m/signed-in')],
  ['a redirect that is no address', new Response(null, { status: 302, headers: { location: '/m' } })],
  ['nobody who answers', new TypeError('fetch failed')],
])('says what to do about %s', async (_what, answer) => {
  answers(answer);
  const check = await checkMemberPage({ publicUrl, corpId: 'wwTheCorp' });
  expect(check.ok).toBe(false);
  expect(check.remedy?.zh).toContain('反向代理');
});

it('asks for HTTPS, and checks nothing without PUBLIC_URL', async () => {
  const asked = answers(new Response());
  expect((await checkMemberPage({ publicUrl: 'http://bot.example.com', corpId: 'ww' })).ok).toBe(false);
  expect((await checkMemberPage({ publicUrl: undefined, corpId: 'ww' })).ok).toBeNull();
  expect(asked).not.toHaveBeenCalled();
});
