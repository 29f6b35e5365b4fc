import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRuleset } from '../../../src/features/ruleset/compile-rules.js';
import { dayOf } from '../../../src/domain/day.js';
import type { Fact, FactKind, MemberIds } from '../../../src/domain/fact.js';
import { countedColumns } from '../../../src/domain/metrics/index.js';
import { TemplatesService } from '../../../src/features/templates/templates.service.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';
import { FakeChannel } from '../../support/fake-channel.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const columns = [
  ...countedColumns,
  'stage',
  'region',
  'is_contact',
  'opted_out',
  'last_seen_day',
  'last_message_day',
  'last_order_day',
  'joined_day',
  'contact_day',
  'source',
];

const figuresOf = async (db: Database, externalUserId: string) =>
  db.read.one<Record<string, unknown>>(
    `SELECT ${columns.map((column) => `f.${column}`).join(', ')}, m.name, m.gender, m.probation_until, m.last_seen_at
    FROM member m JOIN member_metrics f ON f.member_id = m.id WHERE m.external_userid = $1`,
    [externalUserId],
  );
const stageOf = async (db: Database, externalUserId: string) => (await figuresOf(db, externalUserId))?.['stage'];
const visits = (who: MemberIds, ...daysAgo: number[]) =>
  daysAgo.map((days) => aFact('visited', MONDAY - days * DAY, who, {}));
const range = (length: number, of: (index: number) => number) => Array.from({ length }, (_, index) => of(index));

/** What happened, without yet saying to whom. `at` differs from fact to fact, because facts of the same time take effect in the order of arrival. */
interface Happened {
  readonly kind: FactKind;
  readonly at: number;
  readonly data: Record<string, unknown>;
}
const aHappening = fc
  .record({
    kind: fc.constantFrom(
      'visited',
      'visited',
      'checked_in',
      'content_viewed',
      'sent_message',
      'was_mentioned',
      'order_paid',
      'order_paid',
      'order_refunded',
      'joined_group',
      'left_group',
      'profile_updated',
      'opted_out',
      'opted_in',
      'contact_added',
      'contact_lost',
    ),
    hoursAgo: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 5_000 })),
    order: fc.integer({ min: 1, max: 3 }),
    amountCents: fc.integer({ min: 0, max: 400 }),
    full: fc.boolean(),
    isPrivate: fc.boolean(),
    region: fc.constantFrom('上海', '北京', '广州'),
    staff: fc.constantFrom('LinXia', 'ZhaoMin'),
  })
  .map(({ kind, hoursAgo, order, amountCents, full, isPrivate, region, staff }): Happened => {
    const data: Partial<Record<string, Record<string, unknown>>> = {
      content_viewed: { contentId: 'c' },
      sent_message: isPrivate ? { chatId: undefined } : { chatId: 'wrTalk' },
      was_mentioned: isPrivate ? {} : { chatId: 'wrTalk' },
      order_paid: { orderId: `o${order}`, amountCents: amountCents + 1 },
      order_refunded: { orderId: `o${order}`, amountCents, full },
      joined_group: { chatId: 'wr1', name: region, state: `群·${region}` },
      contact_added: { staff, state: `码·${region}` },
      contact_lost: { staff, by: 'member' },
      left_group: { chatId: 'wr1', removed: false },
      profile_updated: { region, name: `${region}人` },
    };
    return { kind, at: MONDAY - hoursAgo * HOUR, data: data[kind] ?? {} };
  });
const history = fc.uniqueArray(aHappening, { selector: ({ at }) => at, minLength: 1, maxLength: 25 }).chain((all) =>
  fc.record({
    all: fc.constant(all),
    shuffled: fc.shuffledSubarray(all, { minLength: all.length }),
    cuts: fc.array(fc.nat({ max: all.length }), { maxLength: 4 }),
    ofPhone: fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length }),
  }),
);
let people = 0;

eachDatabase('facts that are reported late', (open) => {
  it('give the same figures as in one request, in any order, in any parts, and from two records', async () => {
    const product = await aProduct(await open());
    const about = (member: MemberIds, { kind, at, data }: Happened): Fact => aFact(kind, at, member, data);
    await fc.assert(
      fc.asyncProperty(history, async ({ all, shuffled, cuts, ofPhone }) => {
        const n = ++people;
        const [once, parts, twin] = ['A', 'B', 'C'].map((letter) => `wm${n}${letter}`) as [string, string, string];
        const added = (externalUserId: string) => aFact('contact_added', MONDAY - 3_000 * HOUR, { externalUserId });
        await product.happens(added(once), ...all.map((one) => about({ externalUserId: once }, one)));

        await product.happens(added(parts));
        const ends = [...new Set([...cuts, shuffled.length])].sort((a, b) => a - b);
        let from = 0;
        for (const end of ends) {
          await product.happens(...shuffled.slice(from, end).map((one) => about({ externalUserId: parts }, one)));
          from = end;
        }

        const phone = `+86138${String(n).padStart(8, '0')}`;
        // A pair is of a customer of WeCom's, whom a phone number does not name.
        const isOfPhone = ({ kind }: Happened, i: number) => ofPhone[i] && !kind.startsWith('contact_');
        await product.happens(...shuffled.filter((one, i) => isOfPhone(one, i)).map((one) => about({ phone }, one)));
        await product.happens(
          added(twin),
          ...shuffled.filter((one, i) => !isOfPhone(one, i)).map((one) => about({ externalUserId: twin }, one)),
        );
        await product.happens(aFact('profile_updated', MONDAY, { externalUserId: twin, phone }, {}));

        const expected = await figuresOf(product.db, once);
        expect(await figuresOf(product.db, parts)).toEqual(expected);
        expect(await figuresOf(product.db, twin)).toEqual(expected);
        for (const money of ['spend_total_cents', 'spend_90d_cents', 'orders_total', 'orders_90d', 'orders_30d'])
          expect(Number(expected![money])).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it('keep the source and the day of the first contact', async () => {
    const product = await aProduct(await open());
    const phone = '+8613800138009';
    const added = (who: MemberIds, daysAgo: number, state: string) =>
      aFact('contact_added', MONDAY - daysAgo * DAY, who, { state });
    await product.happens(
      added({ externalUserId: 'wmIn' }, 100, 'first'),
      added({ externalUserId: 'wmIn' }, 10, 'second'),
    );
    await product.happens(added({ externalUserId: 'wmLate' }, 10, 'second'));
    await product.happens(added({ externalUserId: 'wmLate' }, 100, 'first'));
    await product.happens(added({ externalUserId: 'wmTwo' }, 10, 'second'), added({ phone }, 100, 'first'));
    await product.happens(aFact('profile_updated', MONDAY, { externalUserId: 'wmTwo', phone }, {}));
    const columns = async (who: string) => {
      const { contact_day, source } = (await figuresOf(product.db, who))!;
      return { contact_day, source };
    };
    const firstDay = dayOf(MONDAY - 100 * DAY, 'Asia/Shanghai');
    expect(await columns('wmIn')).toEqual({ source: 'first', contact_day: firstDay });
    expect(await columns('wmLate')).toEqual(await columns('wmIn'));
    expect(await columns('wmTwo')).toEqual(await columns('wmIn'));
  });

  it('wake a member whom a nightly feed shows to have been active before they fell asleep', async () => {
    const product = await aProduct(await open());
    const who = { externalUserId: 'wmNight' };
    await product.happens(
      aFact('contact_added', MONDAY, who),
      aFact('order_paid', MONDAY, who, { orderId: 'n1', amountCents: 100 }),
    );
    await product.later('2026-05-01T00:00');
    await product.engine.review();
    expect(await stageOf(product.db, 'wmNight')).toBe('asleep');
    await product.later('2026-05-01T03:00');
    await product.happens(aFact('visited', Date.parse('2026-04-30T15:00:00+08:00'), who, {}));
    expect(await stageOf(product.db, 'wmNight')).toBe('paying');
    await product.later('2026-05-02T00:10');
    await product.engine.review();
    expect(await stageOf(product.db, 'wmNight')).toBe('paying');
  });

  it('begin and end a probation as if the return had been reported in time', async () => {
    const product = await aProduct(await open());
    const returning = (name: string, ...daysAgo: number[]) => [
      aFact('contact_added', MONDAY - 300 * DAY, { externalUserId: name }),
      ...visits({ externalUserId: name }, ...daysAgo),
    ];
    // Back after a long silence: ten days ago; 40 days ago without activity since; 40 days ago and busy.
    await product.happens(
      ...returning('wmFresh', 10),
      ...returning('wmFaded', 40),
      ...returning('wmStayed', 40, 35, 30, 25, 20, 5),
    );
    expect(await stageOf(product.db, 'wmFresh')).toBe('returned');
    expect(await stageOf(product.db, 'wmFaded')).toBe('lost');
    expect(await stageOf(product.db, 'wmStayed')).not.toMatch(/lost|asleep|returned/);
  });
});

eachDatabase('old facts', (open) => {
  const settings = (trigger: string) => `trigger: ${trigger}
channels: [sms]
sms: {template: '1234567', params: []}
timing: slot
window_hours: 72
once: per_occasion`;
  const triggers = {
    'first-order': '{on: reached, metric: orders_total, at: [1, 2]}',
    'messages-100': '{on: reached, metric: messages_total, at: [2]}',
    'level-reached': '{on: tier_up}',
    'one-step': '{on: one_step, to: member}',
    'messages-1000': '{on: stage, enters: returned}',
  };
  const phone = '+8613800138001';
  const aProductOfTriggers = async (): Promise<TestProduct> => {
    const product = await aProduct(await open(), { channel: new FakeChannel([...new FakeChannel().abilities, 'sms']) });
    const files = await readRuleset('config');
    if (!files.ok) throw new Error(JSON.stringify(files.problems));
    const templates = new TemplatesService(product.db, { vocabulary: files.value.vocabulary });
    for (const [key, trigger] of Object.entries(triggers)) {
      const { version } = (await templates.read(key))!;
      const text = `---\nkey: ${key}\nname: 试\nkind: care\n${settings(trigger)}\n---\n你好\n`;
      const saved = await templates.save({
        key,
        text,
        note: '',
        baseVersion: version,
        by: 'test',
        now: product.clock.now(),
      });
      expect(saved).toMatchObject({ kind: 'saved' });
    }
    return product;
  };
  const campaignsPlanned = async ({ db }: TestProduct) =>
    (
      await db.read.all<{ campaign: string }>(
        `SELECT campaign FROM outbox WHERE campaign IN ('first-order', 'messages-100', 'level-reached', 'one-step', 'messages-1000') ORDER BY campaign`,
      )
    ).map(({ campaign }) => campaign);
  const who = { externalUserId: 'wmLate', phone };
  const order = (id: string, daysAgo: number) =>
    aFact('order_paid', MONDAY - daysAgo * DAY, who, { orderId: id, amountCents: 100 });
  const met = aFact('contact_added', MONDAY - 400 * DAY, who);

  it('bring no congratulation, whatever is reported with them', async () => {
    const product = await aProductOfTriggers();
    await product.happens(met);
    const said = [20, 15].map((days) => aFact('sent_message', MONDAY - days * DAY, who));
    await product.happens(order('a', 300), ...said, ...visits(who, 20, 15, 10, 0));
    expect(await campaignsPlanned(product)).toEqual([]);
  });

  it('bring none in several requests either, with the new fact first or last', async () => {
    const product = await aProductOfTriggers();
    await product.happens(met);
    await product.happens(...visits(who, 0));
    const before = await campaignsPlanned(product);
    await product.happens(order('a', 300));
    await product.happens(...visits(who, 20), order('b', 250));
    expect(await campaignsPlanned(product)).toEqual(before);
  });

  it('do not prevent the answer to a new fact', async () => {
    const product = await aProductOfTriggers();
    await product.happens(met);
    await product.happens(order('a', 300), order('b', 0));
    expect(await campaignsPlanned(product)).toContain('first-order');
  });

  it('bring no congratulation when two records turn out to be one member', async () => {
    const product = await aProductOfTriggers();
    const twin = { externalUserId: 'wmTwin' };
    await product.happens(
      aFact('contact_added', MONDAY - 400 * DAY, twin),
      aFact('order_paid', MONDAY - 120 * DAY, twin, { orderId: 'x', amountCents: 100 }),
      ...visits(twin, ...range(25, (i) => 118 - 2 * i)),
    );
    await product.happens(aFact('order_paid', MONDAY - 100 * DAY, { phone }, { orderId: 'y', amountCents: 100 }));
    const before = await campaignsPlanned(product);
    await product.happens(aFact('profile_updated', MONDAY, { ...twin, phone }, { region: '上海' }));
    expect(await figuresOf(product.db, 'wmTwin')).toMatchObject({ orders_total: 2 });
    expect(await campaignsPlanned(product)).toEqual(before);
  });
});

eachDatabase('an opt-out of a number', (open) => {
  it('holds for every spelling of the number', async () => {
    const channel = new FakeChannel([...new FakeChannel().abilities, 'sms']);
    const product = await aProduct(await open(), { channel });
    const files = await readRuleset('config');
    if (!files.ok) throw new Error(JSON.stringify(files.problems));
    const templates = new TemplatesService(product.db, { vocabulary: files.value.vocabulary });
    const text = `---\nkey: first-order\nname: 试\nkind: care\ntrigger: {on: reached, metric: orders_total, at: [1]}\nchannels: [sms]\nsms: {template: '1234567', params: []}\ntiming: slot\nwindow_hours: 72\nonce: ever\n---\n你好\n`;
    const { version } = (await templates.read('first-order'))!;
    expect(
      (
        await templates.save({
          key: 'first-order',
          text,
          note: '',
          baseVersion: version,
          by: 'test',
          now: product.clock.now(),
        })
      ).kind,
    ).toBe('saved');
    await product.happens(aFact('opted_out', MONDAY, { phone: '13800138000' }));
    const order = (number: string, orderId: string) =>
      aFact('order_paid', MONDAY, { phone: number }, { orderId, amountCents: 100 });
    await product.happens(order('+86 138 0013 8000', 'a'), order('86-13800138000', 'b'), order('13900139000', 'c'));
    await product.later('2026-03-02T11:31');
    expect(channel.ofKind('sms').map(({ phone }) => phone)).toEqual(['+8613900139000']);
  });
});
