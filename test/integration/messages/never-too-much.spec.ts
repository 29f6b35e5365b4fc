import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ActionResult } from '../../../src/channels/channel.js';
import type { Action } from '../../../src/domain/action.js';
import { DAY_MS, minuteOfDay } from '../../../src/domain/day.js';
import { isQuiet, liesBetween, ON_TIME_MS } from '../../../src/domain/sending/send-policy.js';
import { startBroadcast, pauseBroadcast, resumeBroadcast } from '../../../src/features/broadcasts/control-broadcast.js';
import { applyQueuedChoice } from '../../../src/features/messages/queued-messages.js';
import { compileRules } from '../../../src/features/ruleset/compile-rules.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { GiveUp, OperatorMistake, RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { saveTemplate } from '../../support/save-template.js';
import { aFact, aProduct, MONDAY, rulesOfTheFiles, type TestProduct } from '../../support/test-product.js';

const ZONE = 'Asia/Shanghai';
const sms = "channels: [sms]\nsms: {template: '1', params: []}\nwindow_hours: 96";

/** What may be sent. Each text begins with its key, and says how many orders the member has. */
const campaigns = {
  orders: `trigger: {on: reached, metric: orders_total, at: [1, 2, 3, 4, 5, 6]}\nonce: per_occasion\ntiming: slot\n${sms}`,
  talks: `trigger: {on: reached, metric: messages_total, at: [1, 2, 3, 4, 5, 6]}\nonce: per_occasion\ntiming: now\n${sms}`,
  hello: `trigger: {on: reached, metric: messages_total, at: [1]}\nonce: ever\ntiming: now\n${sms}`,
  silent: `trigger: {on: silent, days: 20}\nonce: per_occasion\nstop_when: days_since_last_seen < 20\ntiming: slot\n${sms}`,
  served: `trigger: {on: reached, metric: checkins_total, at: [1, 2, 3, 4, 5]}\nonce: per_occasion\ncaps: service\ntiming: now\n${sms}`,
  'step-one': `trigger: {on: series}\ntiming: slot\n${sms}`,
  'step-two': `trigger: {on: series}\ntiming: slot\n${sms}`,
  'news-one': `trigger: {on: broadcast}\n${sms}`,
  'news-two': `trigger: {on: broadcast}\n${sms}`,
} as const;
type Key = keyof typeof campaigns;
const keys = Object.keys(campaigns) as Key[];
const news = ['news-one', 'news-two'] as const;
const service: ReadonlySet<string> = new Set(['served']);
const onceEver: ReadonlySet<string> = new Set(['hello', 'step-one', 'step-two', 'news-one', 'news-two']);
const settingsOf = (key: Key, note: number): string => `${campaigns[key]}\n# ${note}`;
const textOf = (key: Key): string => `${key} {{ reached | default: 0 }} {{ orders_total }}`;

const series = `series:
  - key: care
    name: { zh: 关怀, en: care }
    enter: messages_total >= 1
    exit: orders_total >= 4
    steps:
      - { key: one, after: 1d, send: step-one }
      - { key: two, after: 6d, send: step-two }
`;

/** Two people, each known by two records until somebody finds out that they are one. */
const PEOPLE = 2;
const records = Array.from({ length: PEOPLE * 2 }, (_, index) => ({
  person: index % PEOPLE,
  phone: `1380013800${index}`,
  ids:
    index < PEOPLE ? { externalUserId: `wm-${index}`, phone: `1380013800${index}` } : { phone: `1380013800${index}` },
}));

const record = fc.nat({ max: records.length - 1 });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('order' as const, 'talk' as const, 'check in' as const, 'refund' as const),
      record,
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 3, 14, 24, 50, 75, 500) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('opt out' as const, 'opt in' as const), record }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('want quiet' as const), record }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), person: fc.nat({ max: PEOPLE - 1 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('edit' as const),
      key: fc.constantFrom(...keys),
      choice: fc.constantFrom('render' as const, 'keep' as const, 'cancel' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('switch' as const), key: fc.constantFrom(...keys), on: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('broadcast' as const, 'pause' as const, 'resume' as const),
      which: fc.nat({ max: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      how: fc.constantFrom('refused' as const, 'lost' as const),
    }),
  },
);

interface Sent {
  readonly record: number;
  readonly key: Key;
  readonly reached: number;
  readonly orders: number;
  readonly at: number;
}

/** Records when each text went, and to whom. */
class WatchedChannel extends FakeChannel {
  readonly log: Sent[] = [];

  constructor(private readonly clock: PushedClock) {
    super([...new FakeChannel().abilities, 'sms']);
  }

  override async send(action: Action, key: string): Promise<ActionResult> {
    const before = this.performed.length;
    try {
      return await super.send(action, key);
    } finally {
      if (action.kind === 'sms' && this.performed.length > before) {
        const [named, reached, orders] = action.text.split(' ');
        const to = records.findIndex(({ phone }) => action.phone.endsWith(phone));
        this.log.push({
          ...{ record: to, key: named as Key, at: this.clock.now() },
          ...{ reached: Number(reached), orders: Number(orders) },
        });
      }
    }
  }
}

/** What the test itself knows of the people, counted without the product. */
class Ledger {
  readonly orders = records.map(() => 0);
  readonly refunds = records.map(() => [] as number[]);
  readonly out = records.map(() => false);
  readonly optAt = records.map(() => 0);
  readonly quiet = records.map(() => false);
  readonly merged = new Set<number>();
  readonly off = new Set<Key>();
  readonly runs = new Map<Key, number>();
  readonly paused = new Set<Key>();

  /** The records that are one member with this one. */
  withSame(index: number): number[] {
    const { person } = records[index]!;
    return this.merged.has(person) ? records.flatMap((other, at) => (other.person === person ? [at] : [])) : [index];
  }

  isOut(index: number): boolean {
    const last = this.withSame(index).reduce((a, b) => (this.optAt[b]! > this.optAt[a]! ? b : a));
    return this.out[last]!;
  }

  ordersOf(index: number): number {
    return this.withSame(index).reduce((sum, one) => sum + this.orders[one]!, 0);
  }
}

eachDatabase('whatever is planned, edited, merged and retried', (open, dialect) => {
  it('nobody gets more than the caps, nor in quiet hours, nor twice, nor after an opt-out, nor a text that is not true', async () => {
    const seen = new Map<Key, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 40 }), async (steps) => {
        const { texts } = await rulesOfTheFiles();
        const rules = compileRules({ ...texts, series });
        if (!rules.ok) throw new Error(JSON.stringify(rules.problems));
        const clock = new PushedClock(MONDAY);
        const channel = new WatchedChannel(clock);
        const db = await open();
        let product = await aProduct(db, { channel, clock, rules: rules.value, sending: { globalHoldoutPercent: 0 } });
        for (const { key } of await product.templates.list()) await product.templates.setEnabled(key, false, MONDAY);
        for (const key of keys) {
          await saveTemplate(product, key, settingsOf(key, 0), textOf(key));
          await product.templates.setEnabled(key, true, MONDAY);
        }
        const ledger = new Ledger();
        for (const { ids } of records) await product.happens(aFact('visited', clock.now(), ids));
        let checked = 0;
        let made = 0;
        for (const next of steps) {
          made += 1;
          product = await perform(next, { product, channel, ledger, made });
          await product.workLoop.drain();
          for (const sent of channel.log.slice(checked)) await expectPolite(sent, channel.log, ledger, product);
          checked = channel.log.length;
        }
        for (const { key } of channel.log) seen.set(key, (seen.get(key) ?? 0) + 1);
      }),
      { numRuns: dialect === 'sqlite' ? 30 : 8, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: false },
    );
    // Of nearly every kind something was sent, so the checks above had something to check.
    expect(seen.size).toBeGreaterThanOrEqual(dialect === 'sqlite' ? 6 : 4);
  });
});

type Step = typeof step extends fc.Arbitrary<infer V> ? V : never;

interface World {
  readonly product: TestProduct;
  readonly channel: WatchedChannel;
  readonly ledger: Ledger;
  /** A number of its own for each step. */
  readonly made: number;
}

async function perform(next: Step, { product, channel, ledger, made }: World): Promise<TestProduct> {
  const { clock } = product;
  const now = clock.now();
  switch (next.do) {
    case 'order':
      ledger.orders[next.record]! += 1;
      ledger.refunds[next.record]!.push(made);
      await product.happens(
        aFact('order_paid', now, records[next.record]!.ids, { orderId: `o-${made}`, amountCents: 5_000 }),
      );
      break;
    case 'refund': {
      const order = ledger.refunds[next.record]!.shift();
      if (order === undefined) break;
      ledger.orders[next.record]! -= 1;
      await product.happens(
        aFact('order_refunded', now, records[next.record]!.ids, {
          ...{ orderId: `o-${order}`, amountCents: 5_000, full: true },
        }),
      );
      break;
    }
    case 'talk':
      await product.happens(aFact('sent_message', now, records[next.record]!.ids, { chatId: 'wrA' }));
      break;
    case 'check in':
      await product.happens(aFact('checked_in', now, records[next.record]!.ids));
      break;
    case 'wait':
      // In parts of a day, so that what is due in a slot is sent in that slot.
      for (let left = next.hours; left > 0; left -= 7) await product.later(Math.min(7, left));
      break;
    case 'opt out':
    case 'opt in':
      ledger.out[next.record] = next.do === 'opt out';
      ledger.optAt[next.record] = now;
      await product.happens(aFact(next.do === 'opt out' ? 'opted_out' : 'opted_in', now, records[next.record]!.ids));
      // No two of these have the same moment.
      clock.pushTo(clock.now() + 1);
      break;
    case 'want quiet':
      ledger.quiet[next.record] = true;
      await product.happens(
        aFact('preference_changed', now, records[next.record]!.ids, {
          quiet: { fromMinute: 11 * 60, toMinute: 19 * 60 },
        }),
      );
      break;
    case 'merge':
      ledger.merged.add(next.person);
      await product.happens(
        aFact('visited', now, {
          externalUserId: `wm-${next.person}`,
          phone: records[next.person + PEOPLE]!.phone,
        }),
      );
      break;
    case 'edit': {
      const wasOn = !ledger.off.has(next.key);
      await saveTemplate(product, next.key, settingsOf(next.key, made), textOf(next.key));
      const { version, enabled } = (await product.templates.read(next.key))!;
      expect(enabled).toBe(wasOn);
      await product.db.write((tx) =>
        applyQueuedChoice(
          { tx, engine: product.engine, now },
          { key: next.key, version, isOn: enabled },
          enabled ? next.choice : 'cancel',
        ),
      );
      break;
    }
    case 'switch':
      await product.templates.setEnabled(next.key, next.on, now);
      if (next.on) ledger.off.delete(next.key);
      else ledger.off.add(next.key);
      break;
    case 'broadcast':
    case 'pause':
    case 'resume':
      await controlNews(next.do, news[next.which]!, { product, ledger });
      break;
    case 'restart':
      return product.rebuilt();
    case 'fail':
      if (next.how === 'refused') channel.failNext('sms', new RetryLater('network'));
      else channel.failNext('sms', new GiveUp('outcome_unknown'), { after: true });
      break;
  }
  return product;
}

/** Each is broadcast once in a run of the test; which may be refused. */
async function controlNews(
  what: 'broadcast' | 'pause' | 'resume',
  key: (typeof news)[number],
  { product, ledger }: Pick<World, 'product' | 'ledger'>,
): Promise<void> {
  const [now, context] = [product.clock.now(), await product.engine.context()];
  const id = ledger.runs.get(key);
  try {
    if (what === 'broadcast' && id === undefined) {
      const { n } = (await product.db.read.one<{ n: number }>(
        'SELECT COUNT(*) AS n FROM member WHERE merged_into IS NULL',
      ))!;
      const started = await product.db.write((tx) =>
        startBroadcast({ tx, context, now }, { template: key, seen: { people: Number(n) }, by: 'test' }),
      );
      ledger.runs.set(key, started.id);
    } else if (what === 'pause' && id !== undefined) {
      await product.db.write((tx) => pauseBroadcast({ tx, now }, id, 'test'));
      ledger.paused.add(key);
    } else if (what === 'resume' && id !== undefined) {
      await product.db.write((tx) => resumeBroadcast({ tx, context, now }, id, { by: 'test', seen: null }));
      ledger.paused.delete(key);
    }
  } catch (cause) {
    // For example its template is off, or its text was edited after it was started.
    if (!(cause instanceof OperatorMistake)) throw cause;
  }
  product.engine.broadcastWaits();
}

async function expectPolite(sent: Sent, log: readonly Sent[], ledger: Ledger, product: TestProduct): Promise<void> {
  const { sending } = (await product.engine.context()).ruleset;
  const same = ledger.withSame(sent.record);
  const before = log.slice(0, log.indexOf(sent)).filter(({ record: other }) => same.includes(other));
  const within = (ms: number, of: readonly Sent[]) => of.filter(({ at }) => sent.at - at < ms - ON_TIME_MS);
  const counted = before.filter(({ key }) => !service.has(key));
  const told = JSON.stringify({ sent, before });

  expect(within(DAY_MS, before).length, told).toBeLessThan(sending.perDay);
  if (!service.has(sent.key)) {
    expect(within(30 * DAY_MS, counted).length, told).toBeLessThan(sending.perMonth);
    expect(within(sending.minGapDays * DAY_MS, counted), told).toEqual([]);
  }
  expect(isQuiet(sent.at, sending, ZONE), told).toBe(false);
  if (same.some((one) => ledger.quiet[one]))
    expect(liesBetween(minuteOfDay(sent.at, ZONE), 11 * 60, 19 * 60), told).toBe(false);
  expect(ledger.isOut(sent.record), told).toBe(false);
  expect(ledger.off.has(sent.key), told).toBe(false);
  expect(ledger.paused.has(sent.key), told).toBe(false);
  if (onceEver.has(sent.key))
    expect(
      before.filter(({ key }) => key === sent.key),
      told,
    ).toEqual([]);
  expect(sent.orders, told).toBe(ledger.ordersOf(sent.record));
}
