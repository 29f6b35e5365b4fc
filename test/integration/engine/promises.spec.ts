import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import type { ActionResult } from '../../../src/channels/channel.js';
import type { Action } from '../../../src/domain/action.js';
import { DAY_MS } from '../../../src/domain/day.js';
import { factData, type Fact, type FactKind } from '../../../src/domain/fact.js';
import { isQuiet } from '../../../src/domain/sending/send-policy.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { RetryLater } from '../../../src/platform/errors.js';
import type { Database } from '../../../src/platform/database/database.js';
import { freshSqlite } from '../../support/databases.js';
import { aProduct, groupRead, MONDAY, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { naiveRecount } from '../members/naive-recount.js';

const zone = 'Asia/Shanghai';
const HOUR = 3_600_000;
const people = ['wm-1', 'wm-2'];

/** Records when each action was performed. */
class WatchedChannel extends FakeChannel {
  readonly log: { readonly action: Action; readonly key: string; readonly at: number; readonly ref: string }[] = [];

  constructor(private readonly clock: PushedClock) {
    super();
  }

  override async send(action: Action, key: string): Promise<ActionResult> {
    const before = this.performed.length;
    try {
      return await super.send(action, key);
    } finally {
      if (this.performed.length > before) this.log.push({ action, key, at: this.clock.now(), ref: `msg${before}` });
    }
  }
}

const kinds = [
  'contact_added',
  'contact_added',
  'contact_lost',
  'order_paid',
  'order_paid',
  'order_refunded',
  'sent_message',
  'was_mentioned',
  'checked_in',
  'content_viewed',
  'invited',
  'joined_group',
  'left_group',
  'opted_out',
  'opted_in',
] as const satisfies readonly FactKind[];
const who = fc.nat({ max: people.length - 1 });
const someFact = fc.record({
  kind: fc.constantFrom(...kinds),
  who,
  hoursAgo: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 400 })),
  chat: fc.constantFrom('wr-1', 'wr-2', 'wr-3'),
  yuan: fc.integer({ min: 1, max: 500 }),
});
type SomeFact = (typeof someFact)['generate'] extends (...args: never) => { value: infer V } ? V : never;

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('report' as const),
      facts: fc.array(someFact, { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant('chat' as const), who, times: fc.constantFrom(3, 100, 1_000) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('push' as const),
      hours: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 20, max: 240 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('repeat' as const),
      from: fc.nat({ max: 30 }),
      shuffled: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ does: 'tap' as const }) },
  { weight: 2, arbitrary: fc.constant({ does: 'kill' as const }) },
  { weight: 1, arbitrary: fc.constant({ does: 'lose the next answer' as const }) },
);

let db: Database | undefined;
afterEach(() => db?.close());

it('keeps its promises whatever facts come in, repeated, late, in any order, and however often it is killed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 18 }), async (steps) => {
      db = await freshSqlite();
      const clock = new PushedClock(MONDAY);
      const channel = new WatchedChannel(clock);
      let product = await aProduct(db, { channel, clock });
      await product.happens(
        groupRead('wr-1', '普通群①', [], MONDAY),
        groupRead('wr-2', '会员群①', [], MONDAY),
        groupRead('wr-3', '闲聊群', [], MONDAY),
      );
      const reported: Fact[] = [];
      let factCount = 0;
      const report = async (facts: readonly Fact[]) => {
        reported.push(...facts);
        await product.happens(...facts);
      };
      const all = people.map((_, index) =>
        factOf({ kind: 'contact_added', who: index, hoursAgo: 0, chat: 'wr-1', yuan: 1 }, clock.now(), ++factCount),
      );
      await report(all);
      for (const each of steps) {
        switch (each.does) {
          case 'report':
            await report(each.facts.map((some) => factOf(some, clock.now(), ++factCount)));
            break;
          case 'chat':
            await report(
              Array.from({ length: each.times }, () =>
                factOf(
                  { kind: 'sent_message', who: each.who, hoursAgo: 0, chat: 'wr-3', yuan: 1 },
                  clock.now(),
                  ++factCount,
                ),
              ),
            );
            break;
          case 'repeat': {
            const again = reported.slice(each.from, each.from + 40);
            await report(each.shuffled ? again.reverse() : again);
            break;
          }
          case 'push':
            // In parts of a day, so that what is due in a slot is sent in that slot.
            for (let left = each.hours; left > 0; left -= 5) await product.later(Math.min(5, left));
            break;
          case 'tap':
            for (const { external_ref: ref } of await db.read.all<{ external_ref: string }>(
              'SELECT external_ref FROM mass_batch WHERE external_ref IS NOT NULL',
            ))
              if (!channel.cancelled.has(ref)) channel.confirmed.add(ref);
            break;
          case 'kill':
            product = await product.rebuilt();
            break;
          case 'lose the next answer':
            channel.failNext('mass_send', new RetryLater('network'), { after: true });
        }
      }
      // Until the mass-send whose answer was lost last is found again.
      do await product.later(1);
      while (await db.read.one(`SELECT id FROM mass_batch WHERE state = 'creating'`));
      await expectRecount(product, reported);
      await expectPoliteSends(product, channel);
      await db.close();
    }),
    { numRuns: 15 },
  );
}, 60_000);

function factOf({ kind, who: index, hoursAgo, chat, yuan }: SomeFact, now: number, number: number): Fact {
  const member = { externalUserId: people[index]! };
  const data = factData[kind].parse({
    chatId: chat,
    staff: 'LinXia',
    orderId: `o-${number}`,
    amountCents: yuan * 100,
    contentId: 'c',
    invitee: 'wm-9',
  });
  // No two facts have the same millisecond, because of two that contradict each other the later one counts.
  return { key: `f-${number}`, kind, at: now - hoursAgo * HOUR - 2_000 + number, member, data } as unknown as Fact;
}

/** The stored figures of every member equal a naive count of all facts. */
async function expectRecount(product: TestProduct, reported: readonly Fact[]): Promise<void> {
  for (const externalUserId of people) {
    const own = reported.filter((fact) => fact.member.externalUserId === externalUserId);
    if (own.length === 0) continue;
    const row = await product.db.read.one<Record<string, number | null>>(
      `SELECT mm.* FROM member_metrics mm JOIN identity i ON i.member_id = mm.member_id WHERE i.value = $1`,
      [externalUserId],
    );
    const counted = naiveRecount(own, product.clock.now(), zone);
    expect(Object.fromEntries(Object.keys(counted).map((name) => [name, row?.[name]]))).toEqual(counted);
  }
}

/** No member was sent more than the caps allow, anything in the quiet hours, or one message twice. */
async function expectPoliteSends(product: TestProduct, channel: WatchedChannel): Promise<void> {
  const { sending } = (await product.engine.context()).ruleset;
  const tasks = channel.log.flatMap(({ action, at, ref }) =>
    action.kind === 'mass_send' ? action.externalUserIds.map((id) => ({ id, at, ref })) : [],
  );
  for (const { at } of tasks) expect(isQuiet(at, sending, zone)).toBe(false);
  // A mass-send that was cancelled before anybody tapped it reached nobody.
  const sends = tasks.filter(({ ref }) => channel.confirmed.has(ref) || !channel.cancelled.has(ref));
  const capped = await product.db.read.all<{ member_id: number; at: number; caps: string }>(
    `SELECT member_id, cap_at AS at, caps FROM outbox WHERE caps IS NOT NULL AND state IN ('waiting', 'sent')`,
  );
  for (const { member_id: member, at } of capped) {
    const since = (lengthMs: number, rows = capped) =>
      rows.filter((other) => other.member_id === member && other.at >= at && other.at < at + lengthMs).length;
    const counted = capped.filter(({ caps }) => caps === 'counted');
    expect(since(DAY_MS)).toBeLessThanOrEqual(sending.perDay);
    expect(since(30 * DAY_MS, counted)).toBeLessThanOrEqual(sending.perMonth);
    expect(since(sending.minGapDays * DAY_MS, counted)).toBeLessThanOrEqual(1);
  }

  const attempted = await product.db.read.all<{ ref: string }>(
    `SELECT external_ref AS ref FROM outbox WHERE kind = 'mass_send' AND external_ref IS NOT NULL`,
  );
  const refs = new Set(sends.map(({ ref }) => ref));
  expect(sends.length).toBe(attempted.filter(({ ref }) => refs.has(ref)).length);
  const keys = channel.log.filter(({ action }) => action.kind !== 'read_mass_send').map(({ key }) => key);
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  expect(await product.db.read.all('SELECT id, kind, problem FROM fact WHERE state = 2')).toEqual([]);
  expect(await product.db.read.all(`SELECT key, reason FROM outbox WHERE state = 'dead'`)).toEqual([]);
}
