import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getFollowUserList, setRemark } from '../../../../src/channels/wecom/client/contacts.js';
import { errcodeRows } from '../../../../src/channels/wecom/client/errcode-rows.js';
import { WecomApi } from '../../../../src/channels/wecom/client/wecom-api.js';
import { publishedQuotas } from '../../../../src/channels/wecom/rate-limits/published-quotas.js';
import { RateLimiter } from '../../../../src/channels/wecom/rate-limits/rate-limiter.js';
import { PushedClock } from '../../../../src/platform/clock.js';
import { aCorp } from '../a-corp.js';
import { FakeWecom, inTurn, recorded } from '../fake-wecom.js';
import type { EndpointRow } from './endpoint-row.js';
import { endpoints } from './endpoints.js';
import { atOnce, fixtureWorld } from './fixture-world.js';
import { openSandboxWorld } from './sandbox-world.js';
import { expectVerdict, failing } from './verdict.js';

const follow = 'externalcontact/get_follow_user_list';
const remark = 'externalcontact/remark';
const staff = recorded('api_get_follow_user_list');
const changeRemark = (api: WecomApi) => setRemark(api, { staff: 'LinXia', externalUserId: 'wm1', remark: 'r' });
const errcodes = errcodeRows.map((row) => [row.errcode, row.act, row.code] as const);
const ofAct = (...acts: readonly string[]) => errcodes.filter(([, act]) => acts.includes(act));
const UNWRITTEN = 99_999;

const wecom = new FakeWecom();
beforeAll(() => wecom.open());
afterAll(() => wecom.close());

/** One of each kind for every endpoint, and every errcode for some: all for all would be 3 000 calls that show no more. */
function shareOf(index: number): readonly number[] {
  const kinds = [...new Set(errcodes.map(([, act]) => act))].map((act) => ofAct(act)[index % ofAct(act).length]![0]);
  const turns = errcodes.filter((_row, at) => at % 9 === index % 9).map(([errcode]) => errcode);
  return [...new Set([...kinds, ...turns, UNWRITTEN])];
}

/** What an errcode did, as far as anybody can tell. */
async function fate(row: EndpointRow, errcode: number, errmsg: string) {
  wecom.says({ [follow]: staff, [row.endpoint]: { errcode, errmsg, ...row.empty } });
  const { api, names } = fixtureWorld(wecom);
  const error = await failing(row.ask(api, names));
  expectVerdict(error, errcode, row.endpoint, api);
  const { halted, waiting } = api.connectionState();
  return { name: error.name, code: error.code, halted, waiting, asked: wecom.endpoints() };
}

describe('the table of errcodes', () => {
  it('is tested completely here', () => {
    const listed = JSON.parse(
      readFileSync(new URL('../../../fixtures/wecom/errcodes.json', import.meta.url), 'utf8'),
    ) as { readonly codes: readonly { readonly errcode: number }[] };
    expect(errcodes.map(([errcode]) => errcode).sort()).toEqual(listed.codes.map(({ errcode }) => errcode).sort());
    expect(errcodes.length).toBe(143);
  });
});

describe('whatever endpoint answers it', () => {
  it.each(endpoints.map((row, index) => [row.calls, row, index] as const))(
    '%s never takes an errcode with empty fields for a success, and acts as its row says',
    async (_calls, row, index) => {
      const failures = shareOf(index).filter((errcode) => !(errcode in (row.outcomes ?? {})));
      for (const errcode of failures) await fate(row, errcode, 'ok');
      expect(failures.length).toBeGreaterThan(15);
    },
  );

  it('every errcode is answered by three endpoints at least', () => {
    const shares = endpoints.map((_row, index) => shareOf(index));
    for (const [errcode] of errcodes)
      expect(shares.filter((share) => share.includes(errcode)).length).toBeGreaterThanOrEqual(3);
  });

  it.each([...errcodes, [UNWRITTEN, 'give_up', 'wecom_refused'] as const])(
    '%i (%s, %s) is recognised by its number whatever errmsg says',
    async (errcode) => {
      const row = endpoints.find(({ calls }) => calls === 'getFollowUserList')!;
      const plain = await fate(row, errcode, 'ok');
      for (const errmsg of ['', 'system busy, access_token expired, e=42001. Warning: wrong json format.'])
        expect(await fate(row, errcode, errmsg)).toEqual(plain);
    },
  );

  it.each([0, undefined])('%s is a success whatever errmsg says', async (errcode) => {
    wecom.says({ [follow]: { ...staff, errcode, errmsg: 'invalid access_token, e=40014' } });
    expect(await getFollowUserList(fixtureWorld(wecom).api)).toEqual(['LinXia', 'ZhaoMin']);
    expect(wecom.endpoints()).toEqual(['gettoken', follow]);
  });

  it.each(['84061', 84061.0])('an errcode that comes as %j counts', async (errcode) => {
    wecom.says({ [follow]: { ...staff, errcode } });
    const { api } = fixtureWorld(wecom);
    expectVerdict(await failing(getFollowUserList(api)), 84061, follow, api);
  });

  it.each(['', 'none', 1.5, {}, []])('an errcode that is no number (%j) is no success', async (errcode) => {
    wecom.says({ [follow]: { ...staff, errcode } });
    expect(await failing(getFollowUserList(fixtureWorld(wecom).api))).toMatchObject({ name: 'RetryLater' });
  });
});

describe('the effect of each kind of refusal', () => {
  it.each(ofAct('refresh'))('%i (%s, %s) gets a new token and retries exactly once', async (errcode) => {
    const bare = { errcode, errmsg: 'no', follow_user: [] };
    wecom.says({ [follow]: inTurn(bare, staff) });
    expect(await getFollowUserList(fixtureWorld(wecom).api)).toHaveLength(2);
    expect(wecom.endpoints()).toEqual(['gettoken', follow, 'gettoken', follow]);
    wecom.says({ [follow]: bare });
    await failing(getFollowUserList(fixtureWorld(wecom).api));
    expect(wecom.endpoints()).toEqual(['gettoken', follow, 'gettoken', follow]);
  });

  it.each(ofAct('retry', 'give_up', 'crowded', 'window', 'halt_app', 'halt_endpoint'))(
    '%i (%s, %s) is asked once',
    async (errcode) => {
      wecom.says({ [follow]: { errcode, errmsg: 'no', follow_user: [] } });
      await failing(getFollowUserList(fixtureWorld(wecom).api));
      expect(wecom.endpoints()).toEqual(['gettoken', follow]);
    },
  );

  it.each(ofAct('retry', 'give_up', 'crowded', 'conflict', 'refresh'))(
    '%i (%s, %s) keeps nothing from being asked at once afterwards',
    async (errcode, act) => {
      const refusal = { errcode, errmsg: 'no', follow_user: [] };
      const times = act === 'conflict' ? 3 : act === 'refresh' ? 2 : 1;
      wecom.says({ [follow]: inTurn(...Array.from({ length: times }, () => refusal), staff) });
      const { api } = fixtureWorld(wecom);
      await failing(getFollowUserList(api));
      expect(await getFollowUserList(api)).toHaveLength(2);
    },
  );

  it.each(ofAct('conflict'))('%i (%s, %s) is retried in place and then thrown', async (errcode) => {
    wecom.says({ [remark]: inTurn({ errcode }, { errcode }, { errcode: 0 }) });
    await changeRemark(fixtureWorld(wecom).api);
    expect(wecom.bodiesOf(remark)).toHaveLength(3);
    wecom.says({ [remark]: { errcode } });
    await failing(changeRemark(fixtureWorld(wecom).api));
    expect(wecom.bodiesOf(remark)).toHaveLength(3);
  });

  it.each(ofAct('window'))('%i (%s, %s) starts a cooldown of this endpoint only', async (errcode) => {
    wecom.says({ [follow]: inTurn({ errcode, follow_user: [] }, staff), [remark]: { errcode: 0 } });
    const { api, clock } = fixtureWorld(wecom);
    await failing(getFollowUserList(api));
    await changeRemark(api);
    clock.pushTo(clock.now() + 50_000);
    expect(await failing(getFollowUserList(api))).toMatchObject({ name: 'RetryLater', retryAfterMs: 10_000 });
    expect(wecom.endpoints().filter((endpoint) => endpoint === follow)).toHaveLength(1);
    clock.pushTo(clock.now() + 10_000);
    expect(await getFollowUserList(api)).toHaveLength(2);
  });

  it.each(ofAct('crowded'))('%i (%s, %s) lowers the number of concurrent calls', async (errcode) => {
    let [underWay, most] = [0, 0];
    const slowly = async () => {
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return { errcode: 0 };
    };
    const ask = async (api: WecomApi) => {
      most = 0;
      const change = (n: number) => setRemark(api, { staff: 'LinXia', externalUserId: `wm${n}`, remark: 'r' });
      await Promise.all(Array.from({ length: 20 }, (_, n) => change(n)));
      return most;
    };
    const { api } = fixtureWorld(wecom);
    wecom.says({ [remark]: slowly });
    const before = await ask(api);
    wecom.says({ [remark]: inTurn({ errcode }, slowly) });
    await failing(changeRemark(api));
    expect(await ask(api)).toBeLessThan(before);
  });

  it.each(ofAct('halt_app'))('%i (%s, %s) halts every call until it is fixed', async (errcode) => {
    wecom.says({ [follow]: inTurn({ errcode, follow_user: [] }, staff), [remark]: { errcode: 0 } });
    const { api, clock } = fixtureWorld(wecom);
    await failing(getFollowUserList(api));
    expect(await failing(changeRemark(api))).toMatchObject({ name: 'RetryLater', code: 'wecom_halted' });
    expect(wecom.endpoints()).toEqual(['gettoken', follow]);
    clock.pushTo(clock.now() + 5 * 60_000);
    await getFollowUserList(api);
    expect(api.connectionState().halted).toEqual([]);
    await changeRemark(api);
  });

  it.each(ofAct('halt_endpoint'))('%i (%s, %s) halts only this endpoint', async (errcode) => {
    wecom.says({ [follow]: inTurn({ errcode, follow_user: [] }, staff), [remark]: { errcode: 0 } });
    const { api, clock } = fixtureWorld(wecom);
    await failing(getFollowUserList(api));
    await changeRemark(api);
    expect(await failing(getFollowUserList(api))).toMatchObject({ code: 'wecom_halted' });
    expect(wecom.endpoints().filter((endpoint) => endpoint === follow)).toHaveLength(1);
    clock.pushTo(clock.now() + 5 * 60_000);
    await getFollowUserList(api);
    expect(api.connectionState().halted).toEqual([]);
  });
});

describe('against the sandbox corp', () => {
  let world: Awaited<ReturnType<typeof openSandboxWorld>>;
  beforeAll(async () => {
    world = await openSandboxWorld();
  });
  afterAll(() => world.close());

  it.each([...errcodes, [UNWRITTEN, 'give_up', 'wecom_refused'] as const])(
    '%i (%s, %s) is acted on as the row says',
    async (errcode, act) => {
      const times = act === 'conflict' ? 3 : act === 'refresh' ? 2 : 1;
      const before = world.answered(follow).length;
      world.corp.trouble({ fault: { path: `/cgi-bin/${follow}`, kind: 'error', errcode, times } });
      const api = world.anApp();
      expectVerdict(await failing(getFollowUserList(api)), errcode, follow, api);
      const answers = world.answered(follow).slice(before);
      expect(answers.map((answer) => [answer['errcode'], answer['follow_user']])).toEqual(
        Array.from({ length: times }, () => [errcode, []]),
      );
      // Which were all that was ordered: it is well again.
      expect(await getFollowUserList(world.api)).toContain('LinXia');
    },
  );
});

describe('refusals of the sandbox itself', () => {
  let world: Awaited<ReturnType<typeof openSandboxWorld>>;
  beforeAll(async () => {
    world = await openSandboxWorld();
  });
  afterAll(() => world.close());
  const answeredWith = (endpoint: string) => world.answered(endpoint).map((answer) => answer['errcode']);

  it('a token that is revoked or expires early (40014, 42001) is replaced', async () => {
    const api = world.anApp();
    await getFollowUserList(api);
    world.corp.trouble({ killToken: true });
    expect(await getFollowUserList(api)).toContain('LinXia');
    world.corp.trouble({ expireToken: true });
    expect(await getFollowUserList(api)).toContain('LinXia');
    expect(answeredWith(follow)).toEqual([0, 40014, 0, 42001, 0]);
  });

  it('a token with a lifetime of two hours is renewed before it expires', async () => {
    const api = world.anApp();
    const { names } = world;
    for (let hour = 0; hour < 6; hour += 1) {
      await setRemark(api, { staff: names.staff, externalUserId: names.customer, remark: `${hour} 点` });
      await world.corp.advance(world.corp.now() + 3_600_000);
    }
    expect(answeredWith(remark)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('a conflict with another program on a pair (45035) is waited out', async () => {
    const { names, raw, corp } = world;
    const mark = 'externalcontact/mark_tag';
    const { markTag } = await import('../../../../src/channels/wecom/client/tags.js');
    corp.trouble({ latencyMs: 150 });
    const theirs = raw(mark, { userid: names.staff, external_userid: names.customer, add_tag: [names.tagId] });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const clock = { now: () => corp.now() };
    const patient = new WecomApi(aCorp({ apiBase: world.front }), {
      clock,
      limiter: new RateLimiter(clock, publishedQuotas, () => theirs.then(() => undefined)),
    });
    await markTag(patient, { staff: names.staff, externalUserId: names.customer, add: [], remove: [names.tagId] });
    corp.trouble({ latencyMs: 0 });
    expect(answeredWith(mark).at(-1)).toBe(0);
    expect(corp.record().pairs.find((pair) => pair.externalUserId === names.customer)?.tags).toEqual([]);
  });

  it('too many concurrent calls (45033) and too many calls (45009) are thrown, and later calls succeed', async () => {
    const { corp, names } = world;
    corp.trouble({ latencyMs: 50, limit: { path: `/cgi-bin/${remark}`, parallel: 1 } });
    const change = (api: WecomApi, remarked: string) =>
      setRemark(api, { staff: names.staff, externalUserId: names.customer, remark: remarked });
    const [one, two] = [world.anApp(), world.anApp()];
    const results = await Promise.allSettled([change(one, 'a'), change(two, 'b')]);
    corp.trouble({ latencyMs: 0, limit: { path: `/cgi-bin/${remark}`, parallel: 400 } });
    const refused = results.findIndex((result) => result.status === 'rejected');
    const again = [one, two][refused]!;
    expect(results[refused]).toMatchObject({ reason: { name: 'RetryLater', code: 'too_many_at_once' } });
    corp.trouble({ limit: { path: `/cgi-bin/${remark}`, perMinute: 0 } });
    expectVerdict(await failing(change(again, 'c')), 45009, remark, again);
    corp.trouble({ limit: { path: `/cgi-bin/${remark}`, perMinute: 10_000 } });
    await corp.advance(corp.now() + 60_000);
    await change(again, 'd');
    expect(answeredWith(remark).slice(-4).sort()).toEqual([0, 0, 45009, 45033]);
  });

  it.each([
    ['40013', { corpId: 'ww0000000000000009' }, 40013],
    ['41004', { secret: '' }, 41004],
    ['40001', { secret: 'another' }, 40001],
  ] as const)('a wrong setting is reported as %s, with a remedy', async (_what, over, errcode) => {
    const clock = new PushedClock(world.corp.now());
    const api = new WecomApi(aCorp({ apiBase: world.front, ...over }), {
      clock,
      limiter: new RateLimiter(clock, publishedQuotas, atOnce),
    });
    expectVerdict(await failing(getFollowUserList(api)), errcode, 'gettoken', api);
  });

  it('a token outside the query is not accepted (41001)', async () => {
    const answer = await fetch(`${world.corp.url}/cgi-bin/${follow}`, { headers: { authorization: 'Bearer x' } });
    expect([answer.status, await answer.json()]).toMatchObject([200, { errcode: 41001, follow_user: [] }]);
  });
});
