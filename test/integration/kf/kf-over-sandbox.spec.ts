import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/channels/channel.js';
import { kf } from '../../../src/channels/kf/kf.definition.js';
import { createWecomChannel } from '../../../src/channels/wecom/create-wecom-channel.js';
import { WecomModule } from '../../../src/channels/wecom/wecom.module.js';
import { PushedClock } from '../../../src/platform/clock.js';
import type { Database } from '../../../src/platform/database/database.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { startSandbox, type Act, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { freshSqlite } from '../../support/databases.js';
import { aProduct, type TestProduct } from '../../support/test-product.js';
import { aCorp, silent } from '../wecom/a-corp.js';

const startAt = Date.parse('2026-03-02T10:00:00+08:00');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('customer service of the sandbox corp', () => {
  let corp: Sandbox;
  let db: Database;
  let app: NestFastifyApplication;
  let clock: PushedClock;
  let product: TestProduct;
  let channel: Channel;
  let deer: string;

  /** The product's channel, new as after a restart, and the product around it. */
  const start = async (): Promise<void> => {
    const settings = aCorp();
    const {
      app: wecomApp,
      callback,
      channel: wecom,
    } = createWecomChannel({ ...settings, apiBase: corp.url }, { clock, logger: silent });
    channel = kf.open(
      { accounts: corp.record().kf.accounts.map(({ openKfid }) => openKfid) },
      {
        ...{ clock, database: db, wecomApp, logger: createLogger({ level: 'fatal' }) },
        isMemberCommand: () => false,
        pastChatWrites: () => Promise.resolve([]),
      },
    ).channel;
    // Only its callbacks: the other endpoints of the corp are of no interest here.
    await wecom.start(() => Promise.resolve());
    @Module({ imports: [WecomModule.forCallback(callback)] })
    class Doors {}
    app = await NestFactory.create<NestFastifyApplication>(Doors, new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    corp.setDoors({ callbackUrl: `${await app.getUrl()}/wecom/callback` });
    product = await aProduct(db, { clock, others: [channel] });
  };
  const stop = async (): Promise<void> => {
    await channel.stop();
    await app.close();
  };
  const turn = async (): Promise<void> => {
    clock.pushTo(corp.now());
    await channel.poll!();
    await product.workLoop.drain();
  };
  /** The corp lives on, and the product with it. */
  const wait = async (ms: number): Promise<void> => {
    const until = corp.now() + ms;
    while (corp.now() < until) {
      await corp.advance(until);
      await turn();
    }
  };
  const happens = async (act: Act): Promise<Record<string, unknown>> => {
    const done = await corp.act(act);
    await wait(2_000);
    return done;
  };
  const write = (text: string): Promise<unknown> => happens({ do: 'write_to_assistant', who: '小鹿', text });
  const talk = () => corp.record().kf.talk;
  const said = () =>
    talk()
      .filter(({ by, failed }) => by === 'app' && failed === undefined)
      .map(({ text }) => text);
  const deliveries = () =>
    db.read.all<{ state: string; reason: string | null }>(
      "SELECT state, reason FROM outbox WHERE kind = 'kf_say' ORDER BY id",
    );

  beforeEach(async () => {
    const settings = aCorp();
    corp = await startSandbox({ ...settings, agentId: String(settings.agentId), startAt, people: 0 });
    db = await freshSqlite();
    clock = new PushedClock(startAt);
    deer = (await corp.act({ do: 'newcomer', name: '小鹿' }))['externalUserId'] as string;
    await start();
    await wait(10 * MINUTE);
  });
  afterEach(async () => {
    await stop();
    await corp.close();
    await db.close();
  });

  it('greets who opens the chat, and answers what they tap', async () => {
    await happens({ do: 'open_assistant', who: '小鹿' });
    expect(said()).toHaveLength(1);
    await happens({ do: 'tap_menu', who: '小鹿', id: 'my_tier' });
    expect(said()[1]).toContain('你现在是');
  });

  it.each([
    ['short and empty pages', { shortPages: true }],
    ['tokens of digits', { numericTokens: true }],
    ['callbacks without an account', { namelessCallbacks: true }],
    ['items that come again', { repeatItems: true }],
    ['items in the wrong order', { unordered: true }],
    ['an unchanged last cursor', { lastCursor: 'stuck' as const }],
    ['an empty last cursor', { lastCursor: 'blank' as const }],
    ['callbacks before their items', { visibleAfterMs: 2_000 }],
    ['other ids than elsewhere', { ids: 'own' as const }],
    ['no unionids', { noUnionid: true }],
  ])('hears every message once and answers each, with %s', async (_name, trouble) => {
    corp.trouble({ kf: trouble });
    for (const text of ['我的等级', '退订', '订阅']) {
      await write(text);
      await wait(5 * MINUTE);
    }
    expect(said()).toHaveLength(3);
    const facts = await db.read.all("SELECT id FROM fact WHERE kind = 'wrote_to_service'");
    expect(facts).toHaveLength(3);
  });

  it('finds what a lost callback did not say', async () => {
    corp.trouble({ kf: { loseCallbacks: true } });
    await corp.act({ do: 'write_to_assistant', who: '小鹿', text: '退订' });
    await wait(2 * MINUTE);
    expect(said()).toHaveLength(1);
  });

  it.each(['error', 'replay', 'empty'] as const)(
    'answers nothing old when its cursor is lost (%s)',
    async (badCursor) => {
      corp.trouble({ kf: { badCursor } });
      await write('我的等级');
      await write('订阅');
      await db.write((tx) => tx.run("UPDATE kf_cursor SET cursor = 'garbage'"));
      await wait(10 * MINUTE);
      expect(said()).toHaveLength(2);
      await wait(2 * MINUTE);
      await write('退订');
      await wait(2 * MINUTE);
      // Where a bad cursor finds nothing for ever, the next message is heard by the next read from the beginning.
      expect(said().length).toBeLessThanOrEqual(3);
    },
  );

  it('is silent while a person serves, and speaks when the customer comes again', async () => {
    await write('我的等级');
    const account = corp.record().kf.accounts[0]!.openKfid;
    await channel.send({ kind: 'kf_hand_over', account, externalUserId: deer }, 'hand_over:1');
    await happens({ do: 'take_session', who: '小鹿', staff: corp.record().groups[0]!.owner });
    await write('退订');
    expect(said()).toHaveLength(1);
    await happens({ do: 'end_session', who: '小鹿', staff: corp.record().groups[0]!.owner });
    await wait(MINUTE);
    await write('订阅');
    expect(said()).toHaveLength(2);
  });

  it('does not send twice when the answer of WeCom gets lost', async () => {
    corp.trouble({ fault: { path: '/cgi-bin/kf/send_msg', kind: 'lose_answer' } });
    await write('我的等级');
    await wait(2 * MINUTE);
    expect(said()).toHaveLength(1);
    expect((await deliveries()).map(({ state, reason }) => [state, reason])).toEqual([['failed', 'sent_unconfirmed']]);
  });

  it('records what was not delivered, and writes no more to who refuses', async () => {
    await write('我的等级');
    await corp.act({ do: 'refuse_assistant', who: '小鹿' });
    await write('订阅');
    await wait(5_000);
    expect((await deliveries()).at(-1)).toEqual({ state: 'failed', reason: 'kf_customer_refuses' });
  });

  it('hands the customer over to people, with a line that they read', async () => {
    await write('我的等级');
    const account = corp.record().kf.accounts[0]!.openKfid;
    const done = await channel.send(
      { kind: 'kf_hand_over', account, externalUserId: deer, text: '已为你转接同事。' },
      'hand_over:1',
    );
    expect(done.facts?.[0]).toMatchObject({ kind: 'service_session_changed', data: { to: 'queue' } });
    expect(said().at(-1)).toBe('已为你转接同事。');
    const again = await channel.send(
      { kind: 'kf_hand_over', account, externalUserId: deer, text: '已为你转接同事。' },
      'hand_over:1',
    );
    expect(again.facts?.[0]).toMatchObject({ data: { to: 'queue' } });
    expect(said().filter((text) => text === '已为你转接同事。')).toHaveLength(1);
  });

  it('makes an entry link whose pass comes back', async () => {
    const { result } = await channel.send({ kind: 'ensure_kf_way', scene: 'g_3', pass: 'p4ss' }, 'kf_way:g_3:1');
    await happens({ do: 'open_assistant', who: '小鹿', url: String(result?.['url']) });
    const entered = await db.read.one<{ data: string }>("SELECT data FROM fact WHERE kind = 'entered_service'");
    expect(JSON.parse(entered!.data)).toMatchObject({ scene: 'g_3', scenePass: 'p4ss' });
  });

  it('checks that the accounts are granted', async () => {
    const [usable] = await channel.checkUp!();
    expect(usable).toMatchObject({ id: 'kf_accounts', ok: true });
    await corp.act({ do: 'grant_account', granted: false });
    const [gone] = await channel.checkUp!();
    expect(gone).toMatchObject({ id: 'kf_accounts', ok: false });
  });

  it('never sends a sixth message, a late one, or one while a person serves', { timeout: 240_000 }, async () => {
    // Where a limit is an event, the corp takes the message and records the failure: nothing is hidden by a refusal.
    corp.trouble({ kf: { limits: 'event', codesCount: true } });
    let n = 0;
    const plan = async (account: string): Promise<void> => {
      n += 1;
      const message = { text: `第${n}条`, attachments: [] };
      const action = JSON.stringify({ kind: 'kf_say', account, externalUserId: deer, message });
      const at = clock.now();
      const row = {
        key: `test:${n}`,
        kind: 'kf_say',
        action,
        state: 'planned',
        priority: 50,
        not_before: at,
        created_at: at,
      };
      await db.write((tx) => tx.insert('outbox', [row]));
      await turn();
    };
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constant({ kind: 'write' as const }) },
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant('plan' as const), times: fc.integer({ min: 1, max: 4 }) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('wait' as const),
          ms: fc.constantFrom(1_000, MINUTE, 20 * HOUR, 47 * HOUR, 2 * HOUR),
        }),
      },
      { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'lose' as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const account = corp.record().kf.accounts[0]!.openKfid;
        for (const one of steps) {
          if (one.kind === 'write') await write('随便说一句');
          if (one.kind === 'lose') corp.trouble({ fault: { path: '/cgi-bin/kf/send_msg', kind: 'lose_answer' } });
          if (one.kind === 'plan') for (let time = 0; time < one.times; time++) await plan(account);
          if (one.kind === 'wait') await wait(one.ms);
          if (one.kind === 'restart') {
            await stop();
            await start();
          }
        }
        await wait(MINUTE);
        const broken = talk().filter(({ failed }) => failed !== undefined);
        expect(broken).toEqual([]);
      }),
      { numRuns: 12 },
    );
    const texts = said();
    expect(texts.length).toBeGreaterThan(5);
    expect(new Set(texts.filter((text) => text.startsWith('第'))).size).toBe(
      texts.filter((text) => text.startsWith('第')).length,
    );
  });
});
