import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { getFollowUserList, setRemark } from '../../../src/channels/wecom/client/contacts.js';
import { getGroup } from '../../../src/channels/wecom/client/groups.js';
import { verdicts } from '../../../src/channels/wecom/client/errcodes.js';
import { WecomApi } from '../../../src/channels/wecom/client/wecom-api.js';
import { RateLimiter } from '../../../src/channels/wecom/rate-limits/rate-limiter.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { aCorp, silent } from './a-corp.js';
import { FakeWecom, inTurn, recorded, refused } from './fake-wecom.js';

const wecom = new FakeWecom();
const follow = 'externalcontact/get_follow_user_list';
const remark = 'externalcontact/remark';
const token = String(recorded('api_gettoken')['access_token']);
const staff = recorded('api_get_follow_user_list');
let clock: PushedClock;
let api: WecomApi;

const ask = () => getFollowUserList(api);
const failing = (promise: Promise<unknown>): Promise<Error & { code: string; retryAfterMs?: number }> =>
  promise.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => error as Error & { code: string },
  );

describe('WecomApi', () => {
  beforeAll(() => wecom.open());
  afterAll(() => wecom.close());
  beforeEach(() => {
    clock = new PushedClock(1_795_219_200_000);
    api = new WecomApi(aCorp({ apiBase: wecom.url }), { clock, limiter: new RateLimiter(clock), timeoutMs: 300 });
  });

  it('requests one token for concurrent calls, and sends it only in the query', async () => {
    wecom.says({ [follow]: staff });
    await Promise.all(Array.from({ length: 20 }, ask));
    expect(wecom.endpoints().filter((endpoint) => endpoint === 'gettoken')).toHaveLength(1);
    expect(
      wecom.asked.filter((one) => one.endpoint === follow).every((one) => one.query.get('access_token') === token),
    ).toBe(true);
  });

  it('keeps a token for its lifetime and fetches the next before it expires', async () => {
    wecom.says({ [follow]: staff });
    await ask();
    clock.pushTo(clock.now() + 6_800_000);
    await ask();
    clock.pushTo(clock.now() + 200_000);
    await ask();
    expect(wecom.endpoints().filter((endpoint) => endpoint === 'gettoken')).toHaveLength(2);
  });

  it.each([40014, 41001, 42001])('gets a new token once when WeCom says %i', async (errcode) => {
    wecom.says({ [follow]: inTurn(refused(errcode), staff) });
    await expect(ask()).resolves.toEqual(['LinXia', 'ZhaoMin']);
    expect(wecom.endpoints()).toEqual(['gettoken', follow, 'gettoken', follow]);
  });

  it('does not loop when the new token is refused as well', async () => {
    wecom.says({ [follow]: refused(40014) });
    expect(await failing(ask())).toMatchObject({ name: 'RetryLater', code: 'token_refused' });
    expect(wecom.endpoints()).toHaveLength(4);
  });

  it('recognises success by the errcode, not by the shape', async () => {
    wecom.says({ [follow]: { errcode: 60011, errmsg: 'no', follow_user: [] } });
    expect(await failing(ask())).toMatchObject({ name: 'GiveUp', code: 'no_permission' });
    wecom.says({ [follow]: { follow_user: ['LinXia'] } });
    await expect(ask()).resolves.toEqual(['LinXia']);
  });

  it.each(
    [...verdicts.values()]
      .filter((verdict) => verdict.act !== 'refresh')
      .map((verdict) => [verdict.errcode, verdict.act, verdict.code] as const),
  )('acts on %i as the table says: %s, %s', async (errcode, act, code) => {
    wecom.says({ [follow]: refused(errcode) });
    const error = await failing(ask());
    expect(error.name).toBe(act === 'give_up' ? 'GiveUp' : 'RetryLater');
    expect(error.code).toBe(act.startsWith('halt') ? 'wecom_halted' : code);
    const { countsAsAttempt, blames } = verdicts.get(errcode)!;
    const throttlesKind = act === 'window' || act.startsWith('halt');
    expect(error).toMatchObject(
      act === 'give_up'
        ? { blames: blames ?? [] }
        : { throttlesKind, countsAsAttempt: throttlesKind ? false : (countsAsAttempt ?? true) },
    );
    expect(error.message).toContain(String(errcode));
    expect(api.problemText().includes(String(errcode))).toBe(act.startsWith('halt'));
  });

  it('gives up on an unlisted errcode', async () => {
    wecom.says({ [follow]: refused(99999) });
    expect(await failing(ask())).toMatchObject({ name: 'GiveUp', code: 'wecom_refused' });
  });

  it('halts after a wrong corp id or secret, reports it, probes with growing intervals, and continues after the fix', async () => {
    wecom.says({ gettoken: recorded('api_error_40013'), [follow]: staff });
    for (let n = 0; n < 5; n += 1)
      expect(await failing(ask())).toMatchObject({ name: 'RetryLater', code: 'wecom_halted', retryAfterMs: 300_000 });
    expect(wecom.endpoints()).toEqual(['gettoken']);
    expect(api.problemText()).toContain('企业 ID 不正确');
    clock.pushTo(clock.now() + 300_000);
    await Promise.all([failing(ask()), failing(ask())]);
    expect(wecom.endpoints()).toEqual(['gettoken', 'gettoken']);
    clock.pushTo(clock.now() + 600_000);
    wecom.says({ [follow]: staff });
    await ask();
    expect(api.problemText()).toBe('');
  });

  it('probes a wrong secret so rarely that WeCom never blocks the IP address', async () => {
    wecom.says({ gettoken: refused(40001), [follow]: staff });
    const perHour: number[] = [];
    for (let hour = 0; hour < 6; hour += 1) {
      const before = wecom.asked.length;
      for (let minute = 0; minute < 60; minute += 1) {
        await failing(ask());
        clock.pushTo(clock.now() + 60_000);
      }
      perHour.push(wecom.asked.length - before);
    }
    expect(perHour[0]).toBe(4);
    expect(Math.max(...perHour.slice(1))).toBe(1);
    expect(api.connectionState().halted).toMatchObject([
      { endpoint: 'gettoken', errcode: 40001, since: 1_795_219_200_000 },
    ]);
  });

  it('waits for an hour when gettoken is blocked, and reports it', async () => {
    wecom.says({ gettoken: inTurn(recorded('api_error_45009'), recorded('api_gettoken')), [follow]: staff });
    await failing(ask());
    clock.pushTo(clock.now() + 3_540_000);
    expect(await failing(ask())).toMatchObject({ code: 'wecom_quota_full' });
    expect(wecom.endpoints()).toEqual(['gettoken']);
    expect(api.problemText()).toContain('45009');
    expect(api.connectionState().waiting).toMatchObject([{ endpoint: 'gettoken', why: 'blocked' }]);
    clock.pushTo(clock.now() + 60_000);
    await expect(ask()).resolves.toHaveLength(2);
    expect(api.problemText()).toBe('');
  });

  it('retries a conflict on the same pair, and throws when it continues', async () => {
    const change = () => setRemark(api, { staff: 'LinXia', externalUserId: 'wm1', remark: 'r' });
    wecom.says({ [remark]: inTurn(refused(45035), { errcode: 0 }) });
    await change();
    expect(wecom.bodiesOf(remark)).toHaveLength(2);
    wecom.says({ [remark]: refused(45035) });
    expect(await failing(change())).toMatchObject({ name: 'RetryLater', code: 'conflicting_call' });
    expect(wecom.bodiesOf(remark)).toHaveLength(3);
  });

  it('logs the number of failures in a partial success, without ids', async () => {
    const logged: object[] = [];
    const logging = new WecomApi(aCorp({ apiBase: wecom.url }), {
      clock,
      limiter: new RateLimiter(clock),
      timeoutMs: 300,
      logger: {
        ...silent,
        warn: (fields) => logged.push(fields),
      },
    });
    const part = { errcode: 0, errmsg: 'ok. Warning: wrong json format.', invaliduser: 'a|b', fail_list: ['wm1'] };
    wecom.says({ [follow]: { ...staff, ...part, fail_info: { unlicensed_userid_list: ['c'] } } });
    await getFollowUserList(logging);
    expect(logged).toEqual([
      {
        endpoint: follow,
        failed: { invaliduser: 2, fail_list: 1, unlicensed_userid_list: 1, wrong_json_format: 1 },
      },
    ]);
  });

  it('counts its calls by answer', async () => {
    wecom.says({ [follow]: inTurn(staff, refused(60011), '<html>') });
    await ask();
    await failing(ask());
    await failing(ask());
    expect(api.connectionState().usage).toMatchObject([
      { endpoint: 'gettoken', total: 1, refused: 0, answers: { 0: 1 } },
      {
        endpoint: follow,
        total: 3,
        refused: 1,
        lastMinute: 3,
        perMinute: 10_000,
        perHour: 150_000,
        answers: { 0: 1, 60011: 1, none: 1 },
      },
    ]);
  });

  it('halts only the endpoint that the app may not call', async () => {
    wecom.says({ [follow]: staff, [remark]: refused(48002) });
    await failing(setRemark(api, { staff: 'LinXia', externalUserId: 'wm1', remark: 'r' }));
    await failing(setRemark(api, { staff: 'LinXia', externalUserId: 'wm1', remark: 'r' }));
    await expect(ask()).resolves.toHaveLength(2);
    expect(wecom.bodiesOf(remark)).toHaveLength(1);
    expect(api.problemText()).toContain('48002');
  });

  it('starts a cooldown of the window of an endpoint after 45009', async () => {
    wecom.says({ [follow]: inTurn(recorded('api_error_45009'), staff) });
    expect((await failing(ask())).retryAfterMs).toBeGreaterThanOrEqual(60_000);
    expect(await failing(ask())).toMatchObject({ code: 'wecom_quota_full', retryAfterMs: 60_000 });
    clock.pushTo(clock.now() + 60_000);
    await expect(ask()).resolves.toHaveLength(2);
  });

  it.each([
    ['a page that is not JSON', '<html>', 'wecom_not_json'],
    ['an HTTP error', 502, 'wecom_http_error'],
    ['an unknown path', 404, 'wecom_http_error'],
    ['silence', () => new Promise<object>(() => undefined), 'wecom_unreachable'],
  ] as const)('tries again later after %s', async (_what, answer, code) => {
    wecom.says({ [follow]: answer as never });
    expect(await failing(ask())).toMatchObject({ name: 'RetryLater', code });
    expect(api.problemText()).toContain('企业微信接口无法访问');
  });

  it('never puts the token or the secret into an error', async () => {
    const secret = aCorp().secret;
    const gone = new WecomApi(aCorp({ apiBase: 'http://127.0.0.1:1' }), { clock, limiter: new RateLimiter(clock) });
    const bad = new WecomApi(aCorp({ apiBase: 'http://not a host' }), { clock, limiter: new RateLimiter(clock) });
    wecom.says({ [follow]: refused(40058, `bad ${token} of ${secret}`) });
    const errors = [
      await failing(getFollowUserList(gone)),
      await failing(getFollowUserList(bad)),
      await failing(ask()),
    ];
    wecom.says({ [follow]: () => new Promise<object>(() => undefined) });
    errors.push(await failing(ask()));
    for (const error of errors) {
      const everything = `${error.message} ${error.stack ?? ''} ${JSON.stringify(error)} ${String((error as { cause?: unknown }).cause)}`;
      expect(everything).not.toContain(token);
      expect(everything).not.toContain(secret);
    }
  });

  it('retries a success that it cannot read, and names the field', async () => {
    wecom.says({ 'externalcontact/groupchat/get': { errcode: 0, group_chat: 'a group' } });
    expect(await failing(getGroup(api, 'wr1'))).toMatchObject({
      name: 'RetryLater',
      code: 'wecom_answer_unreadable',
      message: expect.stringContaining('group_chat') as string,
    });
  });
});
