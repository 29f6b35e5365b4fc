import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Received } from '../../../src/channels/channel.js';
import { KfAccounts } from '../../../src/channels/kf/kf-accounts.js';
import { KfAccountsStore } from '../../../src/channels/kf/kf-accounts.store.js';
import { KfPullStore } from '../../../src/channels/kf/kf-pull.store.js';
import { KfReader, PULLS_PER_MINUTE } from '../../../src/channels/kf/kf-reader.js';
import { readItem, type ItemContext } from '../../../src/channels/kf/read-item.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import type { WecomApp } from '../../../src/channels/wecom-app.js';
import { PushedClock } from '../../../src/platform/clock.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aCorp, silent } from '../wecom/a-corp.js';
import { FakeWecom } from '../wecom/fake-wecom.js';
import { ACCOUNT, ANRAN, OTHER_ACCOUNT, ScriptedKf } from './scripted-kf.js';

const NOON = 1_795_219_201_000;
const MINUTE = 60_000;
const fixtures = new URL('../../fixtures/wecom/', import.meta.url);
const item = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`${name}.json`, fixtures), 'utf8')) as Record<string, unknown>;
const context = (over: Partial<ItemContext> = {}): ItemContext => ({
  ...{ account: ACCOUNT, readAt: NOON + 30_000, isCatchingUp: false, unionidOf: () => undefined },
  ...over,
});
const factsIn = (received: readonly Received[]) => received.flatMap((one) => (one.kind === 'fact' ? [one.fact] : []));
const commandsIn = (received: readonly Received[]) =>
  received.flatMap((one) => (one.kind === 'command' ? [one.command] : []));

describe('an item of customer service', () => {
  it('that is a text becomes a fact with its first words and a request to the bot', () => {
    expect(readItem(item('kf_msg_text'), context())).toEqual([
      {
        kind: 'fact',
        fact: {
          key: `kf:${ACCOUNT}:5Qd8mVnR2xYkTz7Lc3WpHs9Bf1:0`,
          kind: 'wrote_to_service',
          at: NOON,
          member: { externalUserId: ANRAN },
          data: { account: ACCOUNT, type: 'text', length: 9, words: '我现在是什么等级?' },
        },
      },
      {
        kind: 'command',
        command: {
          key: `kf:${ACCOUNT}:5Qd8mVnR2xYkTz7Lc3WpHs9Bf1`,
          at: NOON,
          from: { kind: 'member', ids: { externalUserId: ANRAN } },
          replyTo: { kind: 'kf', account: ACCOUNT, externalUserId: ANRAN },
          text: '我现在是什么等级?',
        },
      },
    ]);
  });

  it('that is a tap on a menu says which item was tapped', () => {
    const [command] = commandsIn(readItem(item('kf_msg_text_menu'), context()));
    expect(command?.replyTo).toMatchObject({ menuId: 'tier_query' });
  });

  it('keeps the first 200 characters of a long text, none of them cut in two', () => {
    const content = '👨‍👩‍👧'.repeat(300);
    const [fact] = factsIn(readItem({ ...item('kf_msg_text'), text: { content } }, context()));
    const kept = fact?.kind === 'wrote_to_service' ? (fact.data.words ?? '') : '';
    expect([...new Intl.Segmenter().segment(kept)].length).toBe(200);
    expect(content.startsWith(kept)).toBe(true);
  });

  it('that is older than a few minutes is stored, and its request is marked as late', () => {
    const [command] = commandsIn(readItem(item('kf_msg_text'), context({ readAt: NOON + 6 * MINUTE })));
    expect(command?.replyTo).toMatchObject({ isLate: true });
  });

  it('that is read one step of five minutes later is not late', () => {
    const [command] = commandsIn(readItem(item('kf_msg_text'), context({ readAt: NOON + 5 * MINUTE + 100 })));
    expect(command?.replyTo).not.toHaveProperty('isLate');
  });

  it('found while catching up is marked as late, however new it is', () => {
    const [command] = commandsIn(readItem(item('kf_msg_text'), context({ isCatchingUp: true })));
    expect(command?.replyTo).toMatchObject({ isLate: true });
  });

  it('that only says that a picture was too large asks nothing', () => {
    const received = readItem({ ...item('kf_msg_text'), text: { content: '[图片大小超过2M，无法查看]' } }, context());
    expect(received.map(({ kind }) => kind)).toEqual(['fact']);
  });

  it('of an unknown type counts as written and is stored raw', () => {
    const received = readItem(item('kf_msg_unknown_type'), context());
    expect(factsIn(received).map(({ kind }) => kind)).toEqual(['wrote_to_service', 'unrecognized']);
    expect(commandsIn(received)).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'of a type named %s like what every object has is an unknown one',
    (msgtype) => {
      const received = readItem({ ...item('kf_msg_unknown_type'), msgtype, text: { content: 'x' } }, context());
      expect(factsIn(received).map(({ kind }) => kind)).toEqual(['wrote_to_service', 'unrecognized']);
      expect(commandsIn(received)).toEqual([]);
    },
  );

  it('without a customer, or with an id longer than any, is stored raw', () => {
    for (const external_userid of [undefined, '', 7, 'w'.repeat(5_000)]) {
      const received = readItem({ ...item('kf_msg_text'), external_userid }, context());
      expect(factsIn(received).map(({ kind }) => kind)).toEqual(['unrecognized']);
      expect(commandsIn(received)).toEqual([]);
    }
  });

  it('is read without those of its fields that nest too deep to be stored', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown;
    const received = readItem({ ...item('kf_msg_text'), note: deep }, context());
    expect(factsIn(received)).toMatchObject([{ kind: 'wrote_to_service', data: { words: '我现在是什么等级?' } }]);
    expect(factsIn(readItem(deep, context())).map(({ kind }) => kind)).toEqual(['unrecognized']);
    expect(factsIn(readItem({ ...item('kf_msg_text'), msgtype: 'odd', odd: deep }, context()))).toHaveLength(2);
  });

  it('of a servicer is nothing the customer did', () => {
    expect(readItem(item('kf_msg_servicer_text'), context())).toEqual([]);
  });

  it.each([
    [
      'kf_event_enter_session',
      'entered_service',
      { scene: 'poster_a', scenePass: 't=Q7m2Xk9d', welcomeCode: 'WCd4Rm8VtYx2LkPz6HnQs1BfJc9GwKe3' },
    ],
    ['kf_event_session_status_change_take', 'service_session_changed', { to: 'person', servicer: 'ZhaoMin' }],
    ['kf_event_session_status_change_transfer', 'service_session_changed', { to: 'person', servicer: 'LinXia' }],
    ['kf_event_session_status_change_reopen', 'service_session_changed', { to: 'person', servicer: 'LinXia' }],
    ['kf_event_session_status_change_end', 'service_session_changed', { to: 'nobody' }],
    ['kf_event_user_recall_msg', 'service_message_recalled', { message: `kf:${ACCOUNT}:5Qd8mVnR2xYkTz7Lc3WpHs9Bf1:0` }],
    ['kf_event_msg_send_fail', 'service_send_failed', { ref: 'qj_kf_01HZX3K8Q5', reason: 'kf_customer_refuses' }],
  ])('%s becomes %s', (name, kind, data) => {
    const event = item(name);
    const readAt = Number(event['send_time']) * 1_000 + 5_000;
    const [fact] = factsIn(readItem(event, context({ readAt })));
    expect(fact).toMatchObject({ kind, member: { externalUserId: ANRAN }, data: { account: ACCOUNT, ...data } });
  });

  it('says that the customer refuses us when a message failed for that reason', () => {
    expect(
      factsIn(readItem(item('kf_event_msg_send_fail'), context())).map(({ kind, key }) => [kind, key.slice(-2)]),
    ).toEqual([
      ['service_send_failed', ':0'],
      ['service_refused', ':1'],
    ]);
  });

  it('brings no welcome code that has expired', () => {
    const [fact] = factsIn(readItem(item('kf_event_enter_session'), context({ readAt: NOON + MINUTE })));
    expect(fact?.data).not.toHaveProperty('welcomeCode');
  });

  it('never throws, whatever it is', () => {
    const recorded = readdirSync(fixtures).filter((name) => /^kf_(msg|event)_.*\.json$/.test(name));
    expect(recorded.length).toBeGreaterThan(30);
    for (const name of recorded) expect(() => readItem(item(name.slice(0, -5)), context())).not.toThrow();
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom(...recorded), fc.string(), (odd, name, field) => {
        readItem(odd, context());
        const received = readItem(
          { ...item(name.slice(0, -5)), [field]: odd, event: odd, text: odd, origin: 3 },
          context(),
        );
        expect(new Set(received.map((one) => (one.kind === 'fact' ? one.fact.key : one.command.key))).size).toBe(
          received.length,
        );
      }),
    );
  });
});

eachDatabase('the reader of customer service', (open) => {
  let wecom: FakeWecom;
  let kf: ScriptedKf;
  let clock: PushedClock;
  let app: WecomApp;
  let reader: KfReader;
  let stored: Received[];
  let store: KfPullStore;
  let db: Database;
  let fails: number;

  const served = (accounts: readonly string[]) =>
    new KfAccounts(accounts, { app, store: new KfAccountsStore(db), clock, logger: silent });
  const aReader = (accounts: readonly string[] = [ACCOUNT]): KfReader => {
    const made = new KfReader(served(accounts), { app, store, clock, logger: silent });
    made.start((received) => {
      if (fails-- > 0) return Promise.reject(new Error('killed'));
      stored.push(...received);
      return Promise.resolve();
    });
    return made;
  };
  const heard = () => factsIn(stored).flatMap((fact) => (fact.kind === 'wrote_to_service' ? [fact.data.words] : []));
  const toAnswer = () => commandsIn(stored).filter(({ replyTo }) => replyTo.kind === 'kf' && !replyTo.isLate);
  const noticed = async (account: string | undefined = ACCOUNT, token: string | undefined = kf.token(account)) => {
    reader.notice(account, token);
    await reader.settled();
  };

  beforeEach(async () => {
    wecom = new FakeWecom();
    await wecom.open();
    clock = new PushedClock(NOON);
    kf = new ScriptedKf(wecom, clock);
    app = createWecomChannel(aCorp({ apiBase: wecom.url }), { clock, logger: silent }).app;
    db = await open();
    store = new KfPullStore(db);
    [stored, fails] = [[], 0];
    reader = aReader();
    await reader.readDue();
    clock.pushTo(clock.now() + 10 * MINUTE);
  });
  afterEach(async () => {
    await reader.stop();
    await wecom.close();
  });

  it('reads by the cursor and the token of the callback, and answers new messages only', async () => {
    kf.writes('你好');
    await noticed();
    kf.writes('我的等级');
    await noticed();
    expect(heard()).toEqual(['你好', '我的等级']);
    expect(toAnswer().map(({ text }) => text)).toEqual(['你好', '我的等级']);
    expect(wecom.bodiesOf('kf/sync_msg').slice(1)).toMatchObject([
      { open_kfid: ACCOUNT, token: 'ENC2', limit: 1000 },
      { open_kfid: ACCOUNT, cursor: 'c1', token: 'ENC4' },
    ]);
  });

  it('follows has_more over empty and short pages', async () => {
    Object.assign(kf, { pageSize: 2, emptyPages: 2 });
    for (let n = 1; n <= 5; n++) kf.writes(`第${n}条`);
    await noticed();
    expect(heard()).toEqual(['第1条', '第2条', '第3条', '第4条', '第5条']);
  });

  it('stops a while at empty pages without end, says so, and reads on from there', async () => {
    kf.emptyPages = Infinity;
    kf.writes('总会读到');
    await noticed();
    expect(reader.problems()).toEqual([{ account: ACCOUNT, problem: 'kf_pages_without_end' }]);
    const pulls = wecom.bodiesOf('kf/sync_msg').length;
    expect(pulls).toBeLessThan(400);
    expect((await store.state(ACCOUNT))?.cursor).toMatch(/^c0e\d+$/);
    clock.pushTo(clock.now() + 59_000);
    await reader.readDue();
    expect(wecom.bodiesOf('kf/sync_msg')).toHaveLength(pulls);
    kf.emptyPages = 0;
    clock.pushTo(clock.now() + 1_000);
    await reader.readDue();
    expect(heard()).toEqual(['总会读到']);
    expect(reader.problems()).toEqual([]);
  });

  it('goes on reading without callbacks, and with tokens, when the clock was set back by a day', async () => {
    let setBackMs = 0;
    const movedClock = { now: () => clock.now() - setBackMs };
    await reader.stop();
    reader = new KfReader(served([ACCOUNT]), { app, store, clock: movedClock, logger: silent });
    reader.start((received) => Promise.resolve(void stored.push(...received)));
    for (let n = 0; n <= PULLS_PER_MINUTE; n++) await noticed(ACCOUNT, `bad ${n}`);
    setBackMs = 24 * 60 * MINUTE;
    kf.writes('时钟倒回之后');
    await noticed();
    expect(heard()).toEqual(['时钟倒回之后']);
    setBackMs = 48 * 60 * MINUTE;
    kf.writes('没有回调');
    await reader.readDue();
    expect(heard()).toEqual(['时钟倒回之后', '没有回调']);
  });

  it('sorts a page by time and keeps the order within a second', async () => {
    const second = Math.floor(clock.now() / 1_000);
    kf.writes('后', { send_time: second });
    kf.writes('先', { send_time: second - 5 });
    kf.writes('最后', { send_time: second });
    await noticed();
    expect(heard()).toEqual(['先', '后', '最后']);
  });

  it('reads the first time without answering, and records what it finds', async () => {
    kf.writes('旧消息', {}, OTHER_ACCOUNT);
    await reader.stop();
    reader = aReader([OTHER_ACCOUNT]);
    await reader.readDue();
    expect(heard()).toEqual(['旧消息']);
    expect(toAnswer()).toEqual([]);
    kf.writes('新消息', {}, OTHER_ACCOUNT);
    await noticed(OTHER_ACCOUNT);
    expect(toAnswer().map(({ text }) => text)).toEqual(['新消息']);
  });

  it('goes on without answering when it was killed while it caught up', async () => {
    kf.pageSize = 1;
    kf.writes('一', {}, OTHER_ACCOUNT);
    kf.writes('二', {}, OTHER_ACCOUNT);
    await reader.stop();
    reader = new KfReader(served([OTHER_ACCOUNT]), { app, store, clock, logger: silent });
    let pages = 0;
    reader.start((received) => {
      if (++pages > 1) return Promise.reject(new Error('killed'));
      stored.push(...received);
      return Promise.resolve();
    });
    await reader.readDue();
    reader = aReader([OTHER_ACCOUNT]);
    await reader.readDue();
    expect(heard()).toEqual(['一', '二']);
    expect(toAnswer()).toEqual([]);
  });

  it('reads a page again when it was killed before the page was durable', async () => {
    kf.writes('会丢吗');
    fails = 1;
    await noticed();
    expect(heard()).toEqual([]);
    reader = aReader();
    await reader.readDue();
    expect(heard()).toEqual(['会丢吗']);
    expect(toAnswer().map(({ text }) => text)).toEqual(['会丢吗']);
  });

  it('stores the page that is being pulled when it is stopped', async () => {
    let stopped: Promise<void> | undefined;
    const stopsMeanwhile: WecomApp = {
      ...app,
      tryCall: async (call, expected) => {
        const outcome = await app.tryCall(call, expected);
        stopped ??= reader.stop();
        return outcome;
      },
    };
    reader = new KfReader(served([ACCOUNT]), { app: stopsMeanwhile, store, clock, logger: silent });
    reader.start((received) => Promise.resolve(void stored.push(...received)));
    kf.writes('停机前');
    await noticed();
    await stopped;
    expect(heard()).toEqual(['停机前']);
    expect(reader.problems()).toEqual([]);
  });

  it.each([50100, 40058, 61234] as const)(
    'reads three days again without answering when the cursor is refused with %i',
    async (errcode) => {
      kf.writes('早上的');
      await noticed();
      stored = [];
      kf.badCursor = errcode;
      await store.save(ACCOUNT, { cursor: 'garbage', isCatchingUp: false }, clock.now());
      kf.writes('刚才的');
      await noticed();
      expect(heard()).toEqual(['早上的', '刚才的']);
      expect(toAnswer()).toEqual([]);
      kf.writes('现在的');
      await noticed();
      expect(toAnswer().map(({ text }) => text)).toEqual(['现在的']);
    },
  );

  it('drops a token that has expired or belongs to another account, and pulls once without', async () => {
    kf.writes('在吗');
    await noticed(ACCOUNT, 'expired');
    expect(heard()).toEqual(['在吗']);
    expect(
      wecom
        .bodiesOf('kf/sync_msg')
        .slice(1)
        .map(({ token }) => token),
    ).toEqual(['expired', undefined]);
  });

  it('finds without a token what a lost callback did not say', async () => {
    kf.writes('没有回调');
    clock.pushTo(clock.now() + MINUTE);
    await reader.readDue();
    expect(toAnswer().map(({ text }) => text)).toEqual(['没有回调']);
  });

  it('looks again after a few seconds when a callback came before its message', async () => {
    await noticed();
    kf.writes('稍后可见');
    clock.pushTo(clock.now() + 3_000);
    await reader.readDue();
    expect(heard()).toEqual(['稍后可见']);
  });

  it('makes one read of many callbacks, and never two at a time', async () => {
    kf.writes('一次');
    for (let n = 0; n < 20; n++) reader.notice(ACCOUNT, kf.token());
    await reader.settled();
    expect(heard()).toEqual(['一次']);
    expect(wecom.bodiesOf('kf/sync_msg').length).toBeLessThanOrEqual(3);
    expect(kf.broken).toEqual({});
  });

  it('does not ask with bad tokens for ever', async () => {
    for (let n = 0; n < 30; n++) await noticed(ACCOUNT, `bad-${n}`);
    expect(kf.broken).toEqual({});
    expect(wecom.bodiesOf('kf/sync_msg').length).toBeLessThan(11);
  });

  it('ignores the callback of an account that is not ours', async () => {
    const before = wecom.asked.length;
    await noticed('wkOfSomebodyElse', 'x');
    expect(wecom.asked.length).toBe(before);
  });

  it('waits a minute after 45009', async () => {
    wecom.says({ 'kf/sync_msg': { errcode: 45009, msg_list: [] } });
    await noticed();
    const asked = wecom.bodiesOf('kf/sync_msg').length;
    clock.pushTo(clock.now() + 30_000);
    await reader.readDue();
    expect(wecom.bodiesOf('kf/sync_msg').length).toBe(asked);
    expect(reader.problems()).toEqual([{ account: ACCOUNT, problem: 'too_frequent' }]);
  });

  it('names the unionid of a customer, asked for once', async () => {
    kf.unionids = { [ANRAN]: 'oeiH3l3CHEVTYffpUzq9xfRbLNM4' };
    kf.writes('我');
    await noticed();
    kf.writes('还是我');
    await noticed();
    expect(factsIn(stored).map(({ member }) => member)).toEqual([
      { externalUserId: ANRAN, unionid: 'oeiH3l3CHEVTYffpUzq9xfRbLNM4' },
      { externalUserId: ANRAN, unionid: 'oeiH3l3CHEVTYffpUzq9xfRbLNM4' },
    ]);
    expect(wecom.bodiesOf('kf/customer/batchget').length).toBe(1);
  });

  it('never pulls more often without a token than allowed, whatever happens', { timeout: 60_000 }, async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), account: fc.constantFrom(ACCOUNT, OTHER_ACCOUNT) }),
      fc.record({
        kind: fc.constant('notice' as const),
        account: fc.constantFrom(ACCOUNT, OTHER_ACCOUNT),
        valid: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('push' as const), ms: fc.integer({ min: 1, max: 90_000 }) }),
      fc.record({ kind: fc.constant('restart' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        clock.pushTo(clock.now() + 10 * MINUTE);
        for (const one of steps) {
          if (one.kind === 'write') kf.writes('说', {}, one.account);
          if (one.kind === 'notice') reader.notice(one.account, one.valid ? kf.token(one.account) : 'bad');
          if (one.kind === 'push') clock.pushTo(clock.now() + one.ms);
          if (one.kind === 'restart') {
            await reader.stop();
            reader = aReader([ACCOUNT, OTHER_ACCOUNT]);
          }
          await reader.readDue();
          await reader.settled();
        }
        expect(kf.broken).toEqual({});
      }),
      { numRuns: 15 },
    );
    expect(PULLS_PER_MINUTE).toBeLessThan(10);
  });
});
