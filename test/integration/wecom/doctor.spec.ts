import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Check, Connection } from '../../../src/channels/connection.js';
import { WecomCallback } from '../../../src/channels/wecom/callback/callback.js';
import { WecomApi } from '../../../src/channels/wecom/client/wecom-api.js';
import { checkUp } from '../../../src/channels/wecom/doctor/check-up.js';
import { RateLimiter } from '../../../src/channels/wecom/rate-limits/rate-limiter.js';
import type { WecomSettings } from '../../../src/channels/wecom/settings.js';
import { systemClock } from '../../../src/platform/clock.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { aCorp, silent } from './a-corp.js';

const HOUR = 3_600_000;
let corp: Sandbox;
let door: Server;
let doorUrl: string;
/** Where nobody listens any more. */
let closedUrl: string;
/** What the callback address does with a request; by default it is the product's own door. */
let atTheDoor: (query: Record<string, string>) => { status: number; body: string } | undefined;

async function aPort(server: Server): Promise<string> {
  await new Promise<void>((opened) => server.listen(0, '127.0.0.1', opened));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const settings = (over: Partial<WecomSettings> = {}): WecomSettings =>
  aCorp({ apiBase: corp.url, callbackUrl: `${doorUrl}/wecom/callback`, ...over });

/** Runs a new doctor, as the command does. */
async function examined(
  over: Partial<WecomSettings> = {},
  more: { readonly wallNow?: () => number; readonly callbacks?: Connection['callbacks'] } = {},
): Promise<Record<string, Check>> {
  const clock = { now: () => corp.now() };
  const mine = settings(over);
  const checks = await checkUp({
    api: new WecomApi(mine, { clock, limiter: new RateLimiter(clock) }),
    settings: mine,
    wallClock: { now: more.wallNow ?? (() => systemClock.now()) },
    callbacks: () => more.callbacks ?? null,
  });
  const text = JSON.stringify(checks);
  for (const secret of [mine.secret, mine.callbackToken, mine.callbackAesKey]) expect(text).not.toContain(secret);
  // Every failed check has a remedy.
  expect(checks.filter((check) => check.ok === false && check.remedy === undefined)).toEqual([]);
  return Object.fromEntries(checks.map((check) => [check.id, check]));
}

const outcomes = (checks: Record<string, Check>): Record<string, boolean | null> =>
  Object.fromEntries(Object.values(checks).map(({ id, ok }) => [id, ok]));

beforeEach(async () => {
  const { agentId, ...app } = aCorp();
  corp = await startSandbox({
    ...app,
    agentId: String(agentId),
    startAt: Date.parse('2026-03-02T10:00:00+08:00'),
    people: 0,
  });
  const callback = new WecomCallback(aCorp(), () => undefined, systemClock, silent);
  atTheDoor = (query) => callback.verify(query);
  door = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://door');
    const answer = url.pathname === '/wecom/callback' ? atTheDoor(Object.fromEntries(url.searchParams)) : undefined;
    if (answer === undefined && url.pathname === '/wecom/callback') return;
    response.statusCode = answer?.status ?? 404;
    response.end(answer?.body);
  });
  doorUrl = await aPort(door);
  const closing = createServer();
  closedUrl = await aPort(closing);
  await new Promise((closed) => closing.close(closed));
});

afterEach(async () => {
  door.closeAllConnections();
  await new Promise((closed) => door.close(closed));
  await corp.close();
});

describe('the doctor', () => {
  it('passes every check with a correct corp, changes nothing and sends nothing', async () => {
    const before = corp.record();
    const checks = await examined();
    expect(Object.values(checks).filter((check) => check.ok !== true)).toEqual([]);
    expect(Object.keys(checks)).toEqual([
      'settings',
      'api_host',
      'clock',
      'token',
      'trusted_ip',
      'agent',
      'contact_api',
      'staff_scope',
      'customers',
      'groups',
      'tags',
      'contact_ways',
      'join_ways',
      'callback',
    ]);
    const after = corp.record();
    expect({ ...after, calls: {}, refusals: {} }).toEqual({ ...before, calls: {}, refusals: {} });
  });

  it('distinguishes an unreachable host from one that is not WeCom', async () => {
    const gone = await examined({ apiBase: closedUrl });
    expect(gone['api_host']).toMatchObject({ ok: false, found: { zh: '连接被拒绝（ECONNREFUSED）' } });
    expect(outcomes(gone)).toMatchObject({ clock: null, token: null, trusted_ip: null, groups: null, callback: true });
    const nowhere = await examined({ apiBase: 'http://no-such-host.invalid' });
    expect(nowhere['api_host']?.found.zh).toContain('域名解析失败');
    const elsewhere = await examined({ apiBase: doorUrl });
    expect(elsewhere['api_host']).toMatchObject({ ok: false, found: { zh: 'HTTP 状态不是 200（HTTP 404）' } });
  });

  it('detects a clock that is wrong by more than a minute', async () => {
    const off = await examined({}, { wallNow: () => systemClock.now() + 5 * 60_000 });
    expect(off['clock']?.ok).toBe(false);
    const seconds = Number(/^本机时间快了 (\d+) 秒/.exec(off['clock']?.found.zh ?? '')?.[1]);
    // WeCom's clock is the answer's Date header: whole seconds, and as old as the way of the answer is long.
    expect(seconds).toBeGreaterThan(290);
    expect(seconds).toBeLessThan(330);
    expect(off['token']?.ok).toBe(true);
  });

  it('distinguishes a wrong corp id, a wrong secret and a blocked address, and skips the other checks', async () => {
    const badCorp = await examined({ corpId: 'ww0000000000000009' });
    expect(badCorp['token']).toMatchObject({ ok: false, found: { en: expect.stringContaining('40013') as string } });
    const badSecret = await examined({ secret: 'another' });
    expect(badSecret['token']).toMatchObject({
      ok: false,
      remedy: { zh: expect.stringContaining('WECOM_SECRET') as string },
    });
    expect(outcomes(badSecret)).toMatchObject({
      api_host: true,
      clock: true,
      trusted_ip: null,
      agent: null,
      tags: null,
    });
    for (let n = 0; n < 10; n += 1) await examined({ secret: 'another' });
    const blocked = await examined();
    expect(blocked['token']).toMatchObject({ ok: false, remedy: { zh: expect.stringContaining('一小时') as string } });
    await corp.advance(corp.now() + HOUR);
    expect((await examined())['token']?.ok).toBe(true);
  });

  it('shows the IP address that WeCom does not trust', async () => {
    corp.trouble({ untrustedIp: true });
    const checks = await examined();
    expect(checks['trusted_ip']?.ok).toBe(false);
    expect(checks['trusted_ip']?.found.zh).toMatch(/^本机的出口 IP [0-9a-f.:]+ 不在/);
    expect(outcomes(checks)).toMatchObject({ token: true, agent: null, contact_api: null });
  });

  it('detects the agent id of another app', async () => {
    const checks = await examined({ agentId: 1_000_003 });
    expect(checks['agent']).toMatchObject({ ok: false, found: { en: expect.stringContaining('301002') as string } });
    expect(checks['groups']?.ok).toBe(true);
  });

  it('detects a missing right to customer contact or to one endpoint', async () => {
    corp.trouble({ withdraw: {} });
    const none = await examined();
    expect(none['contact_api']).toMatchObject({
      ok: false,
      remedy: { zh: expect.stringContaining('可调用接口的应用') as string },
    });
    expect(outcomes(none)).toMatchObject({ trusted_ip: true, agent: true, staff_scope: null, groups: null });
    corp.trouble({ withdraw: { off: true } });
    for (const [id, path] of [
      ['customers', 'externalcontact/list'],
      ['groups', 'externalcontact/groupchat/list'],
      ['tags', 'externalcontact/get_corp_tag_list'],
      ['contact_ways', 'externalcontact/list_contact_way'],
      ['join_ways', 'externalcontact/groupchat/get_join_way'],
    ] as const) {
      corp.trouble({ withdraw: { path: `/cgi-bin/${path}` } });
      const checks = await examined();
      expect(Object.values(checks).flatMap((check) => (check.ok === true ? [] : [check.id]))).toEqual([id]);
      corp.trouble({ withdraw: { path: `/cgi-bin/${path}`, off: true } });
    }
  });

  it('detects that no staff are in scope', async () => {
    corp.trouble({ scope: [] });
    const checks = await examined();
    expect(checks['staff_scope']).toMatchObject({
      ok: false,
      remedy: { zh: expect.stringContaining('可见范围') as string },
    });
    expect(outcomes(checks)).toMatchObject({ contact_api: true, customers: null, groups: null });
  });

  it('requires the exact echo of the callback address', async () => {
    const right = atTheDoor;
    const callbackOf = async () => (await examined())['callback'];
    atTheDoor = (query) => ({ status: 200, body: `${right(query)?.body ?? ''}\n` });
    expect(await callbackOf()).toMatchObject({
      ok: false,
      found: { zh: expect.stringContaining('一字不差') as string },
    });
    atTheDoor = () => ({ status: 200, body: '<html>' });
    expect(await callbackOf()).toMatchObject({ ok: false });
    atTheDoor = () => undefined;
    expect(await callbackOf()).toMatchObject({ ok: false, found: { zh: expect.stringContaining('一秒') as string } });
    atTheDoor = right;
    expect((await examined({ callbackToken: 'anotherToken' }))['callback']).toMatchObject({
      ok: false,
      remedy: { zh: expect.stringContaining('WECOM_CALLBACK_TOKEN') as string },
    });
    expect((await examined({ callbackUrl: `${closedUrl}/wecom/callback` }))['callback']?.ok).toBe(false);
    expect((await examined({ callbackUrl: `${doorUrl}/elsewhere` }))['callback']?.ok).toBe(false);
  });

  it('checks the local callback URL without a public one', async () => {
    const local = await examined({ callbackUrl: undefined, localCallbackUrl: `${doorUrl}/wecom/callback` });
    expect(local['callback']).toMatchObject({
      ok: true,
      found: { zh: expect.stringContaining('没有设置 WECOM_CALLBACK_URL') as string },
    });
    const closed = await examined({ callbackUrl: undefined, localCallbackUrl: `${closedUrl}/wecom/callback` });
    expect(closed['callback']?.ok).toBeNull();
  });

  it('reports the received callbacks in the product', async () => {
    const seen = async (callbacks: Connection['callbacks']) =>
      (await examined({}, { callbacks }))['callbacks_seen']?.ok;
    expect(await seen({ lastAt: 1_795_219_200_000, taken: 3, refused: 1, stale: 0, unknown: 0 })).toBe(true);
    expect(await seen({ lastAt: null, taken: 0, refused: 4, stale: 0, unknown: 0 })).toBe(false);
    expect(await seen({ lastAt: null, taken: 0, refused: 0, stale: 0, unknown: 0 })).toBeNull();
  });

  it('does not try a refused secret again at once', async () => {
    const clock = { now: () => corp.now() };
    const wrong = settings({ secret: 'another' });
    const api = new WecomApi(wrong, { clock, limiter: new RateLimiter(clock) });
    const ask = () => checkUp({ api, settings: wrong, wallClock: systemClock, callbacks: () => null });
    for (let n = 0; n < 5; n += 1) expect((await ask()).find((check) => check.id === 'token')?.ok).toBe(false);
    expect(corp.record().calls['/cgi-bin/gettoken']).toBe(1);
  });

  it('ends a halt as soon as it sees the fix', async () => {
    const clock = { now: () => corp.now() };
    const mine = settings();
    const api = new WecomApi(mine, { clock, limiter: new RateLimiter(clock) });
    corp.trouble({ untrustedIp: true });
    const ask = () => checkUp({ api, settings: mine, wallClock: systemClock, callbacks: () => null });
    await ask();
    expect(api.connectionState().halted).toMatchObject([{ errcode: 60020 }]);
    corp.trouble({ untrustedIp: false });
    await ask();
    expect(api.connectionState().halted).toEqual([]);
  });
});
