import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayOf } from '../../../src/domain/day.js';
import type { Fact } from '../../../src/domain/fact.js';
import { asMemberId, type MemberId } from '../../../src/domain/ids.js';
import { keyedMeasures, type KeyedWindow } from '../../../src/domain/metrics/keyed-counts.js';
import { keyedCountStore } from '../../../src/features/members/keyed-count.store.js';
import { identityStore } from '../../../src/features/members/identity.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase, freshSqlite } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, withKey } from '../../support/test-product.js';
import { naiveKeyedTotals } from './naive-recount.js';

const ZONE = 'Asia/Shanghai';
const DAY = 24 * 3_600_000;
const TODAY = dayOf(MONDAY, ZONE);
const who = { externalUserId: 'wmA' };
const lesson = (daysAgo: number, value?: number | string | boolean): Fact =>
  aFact('custom', MONDAY - daysAgo * DAY, who, { name: 'lesson_done', ...(value === undefined ? {} : { value }) });
const order = (orderId: string, daysAgo: number, cents: number, category?: string): Fact =>
  aFact('order_paid', MONDAY - daysAgo * DAY, who, { orderId, amountCents: cents, ...(category ? { category } : {}) });
const everything: readonly KeyedWindow[] = keyedMeasures.map((measure) => ({ measure }));

const memberOf = async (db: Database, id = 'wmA'): Promise<MemberId> =>
  (await identityStore.find(db.read, [{ kind: 'external_userid', value: id }])).values().next().value!;
const totalsOf = async (db: Database, windows = everything, id = 'wmA') => {
  const member = await memberOf(db, id);
  const totals = await keyedCountStore.totals(db.read, [member], windows, TODAY);
  // The database answers in no order, and nobody asks for one.
  const inOrder = (totals.get(member) ?? []).toSorted((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b)),
  );
  return inOrder.map(({ firstDay: _firstDay, lastDay, ...total }) => ({ ...total, daysAgo: TODAY - lastDay }));
};
const keyOf = ({ measure, key }: { readonly measure: string; readonly key: string }): string => `${measure} ${key}`;

eachDatabase('counts by key', (open) => {
  it('count custom facts by name and sum their values, each fact once', async () => {
    const db = await open();
    const { happens } = await aProduct(db);
    const first = withKey('api:1', lesson(40, 2.5));
    await happens(first, lesson(3, true), lesson(3, 4), lesson(1, 'passed'));
    await happens(first);
    const own = { measure: 'custom', key: 'lesson_done' };
    expect(
      await totalsOf(db, [
        { measure: 'custom', keys: ['lesson_done'], days: 30 },
        { measure: 'custom', keys: ['lesson_done', 'never'] },
      ]),
    ).toEqual([
      { ...own, days: 30, count: 3, sum: 5_000, activeDays: 2, daysAgo: 1 },
      { ...own, count: 4, sum: 7_500, activeDays: 3, daysAgo: 1 },
    ]);
    expect(await totalsOf(db, [{ measure: 'custom', days: 1 }])).toEqual([]);
  });

  it('count orders by category on the day they were paid, less refunds', async () => {
    const db = await open();
    const { happens } = await aProduct(db);
    const refund = (orderId: string, cents: number, full: boolean): Fact =>
      aFact('order_refunded', MONDAY, who, { orderId, amountCents: cents, full });
    await happens(order('a', 9, 500, '茶'), order('b', 5, 700, '茶'), order('c', 2, 300, '器'), order('d', 1, 900));
    await happens(refund('a', 200, false), refund('c', 300, true));
    expect(await totalsOf(db)).toEqual([
      { measure: 'order_category', key: '茶', count: 2, sum: 1_000, activeDays: 2, daysAgo: 5 },
    ]);
    // The payment that arrives last is the earliest: the order counts in its category.
    await happens(order('b', 6, 700, '器'));
    expect((await totalsOf(db)).map(({ key, count, sum }) => [key, count, sum]).sort()).toEqual([
      ['器', 1, 700],
      ['茶', 1, 300],
    ]);
  });

  it('belong to the member who is kept when two records are one person, and an order of both counts once', async () => {
    const db = await open();
    const { happens } = await aProduct(db);
    const [phone, other] = ['+8613800138000', { phone: '+8613800138000' }];
    await happens(lesson(1), lesson(2), order('a', 1, 500, '茶'));
    await happens(
      { ...lesson(2, 3), key: 'of-other', member: other },
      { ...order('a', 1, 500, '茶'), key: 'of-other-2', member: other },
      { ...order('b', 1, 100, '茶'), key: 'of-other-3', member: other },
    );
    await happens(aFact('profile_updated', MONDAY, { ...who, phone }, {}));
    expect(await totalsOf(db)).toEqual([
      { measure: 'custom', key: 'lesson_done', count: 3, sum: 3_000, activeDays: 2, daysAgo: 1 },
      { measure: 'order_category', key: '茶', count: 2, sum: 600, activeDays: 1, daysAgo: 1 },
    ]);
    expect(await db.read.all('SELECT DISTINCT member_id FROM member_day_key')).toHaveLength(1);
  });

  it('are counted again from the facts of a database from before they were counted', async () => {
    const db = await open();
    const { happens, engine } = await aProduct(db);
    await happens(lesson(1, 2), order('a', 1, 500, '茶'));
    const before = await totalsOf(db);
    await db.write(async (tx) => {
      await tx.run('DELETE FROM member_day_key');
      await tx.run('UPDATE shop_order SET category = NULL');
      await tx.insert('setting', [{ name: 'recount_after', value: '0', changed_at: 0 }]);
    });
    await engine.recount();
    expect(before).toHaveLength(2);
    expect(await totalsOf(db)).toEqual(before);
  });

  it('keep a name with a character that PostgreSQL cannot store', async () => {
    const db = await open();
    const { happens } = await aProduct(db);
    await happens(
      aFact('custom', MONDAY, who, { name: 'a\u0000b' }),
      aFact('custom', MONDAY, who, { name: 'a\ufffdb' }),
    );
    expect((await totalsOf(db)).map(({ key, count }) => [key, count])).toEqual([['a\ufffdb', 2]]);
  });

  it('are read for many members and windows in one statement', async () => {
    const db = await open();
    const { happens } = await aProduct(db);
    await happens(
      ...['wmA', 'wmB', 'wmC'].map((externalUserId) =>
        aFact('content_viewed', MONDAY, { externalUserId }, { contentId: 'c', category: externalUserId }),
      ),
    );
    const texts: string[] = [];
    const watched = {
      ...db.read,
      dialect: db.read.dialect,
      all: <T>(text: string, params?: readonly unknown[]) => {
        texts.push(text);
        return db.read.all<T>(text, params);
      },
    } as typeof db.read;
    const members = await Promise.all(['wmA', 'wmB', 'wmC'].map((id) => memberOf(db, id)));
    const windows: KeyedWindow[] = [
      { measure: 'view_category', keys: ['wmA', 'wmB'], days: 7 },
      { measure: 'view_category', keys: ['wmB', 'wmC'] },
    ];
    const totals = await keyedCountStore.totals(watched, members, windows, TODAY);
    expect(texts).toHaveLength(1);
    expect(members.map((member) => totals.get(member)?.map(({ key, days }) => [key, days]))).toEqual([
      [['wmA', 7]],
      [
        ['wmB', 7],
        ['wmB', undefined],
      ],
      [['wmC', undefined]],
    ]);
    expect(await keyedCountStore.totals(db.read, [asMemberId(99)], windows, TODAY)).toEqual(new Map());
  });
});

const someFact = fc.oneof(
  fc.record({
    daysAgo: fc.nat(100),
    what: fc.constant('custom' as const),
    name: fc.constantFrom('a', 'b'),
    value: fc.constantFrom(undefined, 1, -0.25, 'x', true, 1e300),
  }),
  fc.record({
    daysAgo: fc.nat(100),
    what: fc.constantFrom('order_paid' as const, 'order_refunded' as const),
    id: fc.constantFrom('o1', 'o2', 'o3'),
    cents: fc.constantFrom(100, 200, 300),
    category: fc.constantFrom(undefined, '茶', '器'),
  }),
  fc.record({
    daysAgo: fc.nat(100),
    what: fc.constant('content_viewed' as const),
    category: fc.constantFrom(undefined, '茶', '器'),
  }),
);
type SomeFact = (typeof someFact)['generate'] extends (...args: never) => { value: infer V } ? V : never;

function factOf(some: SomeFact, number: number): Fact {
  // Whole days apart, because of two payments at the same time the larger counts; and no two refunds in one second.
  const at = MONDAY - some.daysAgo * DAY - (some.what === 'order_refunded' ? number * 1_000 : 0);
  const { category } = { category: undefined, ...some };
  const key = `k${number}`;
  const data =
    some.what === 'custom'
      ? { name: some.name, ...(some.value === undefined ? {} : { value: some.value }) }
      : some.what === 'content_viewed'
        ? { contentId: 'c', ...(category ? { category } : {}) }
        : {
            orderId: some.id,
            amountCents: some.cents,
            ...(some.what === 'order_paid' && category ? { category } : {}),
          };
  return withKey(key, aFact(some.what, at, who, data as never));
}

it('counts by key are what a count of all facts gives, in any order, repeated and late', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(someFact, { minLength: 1, maxLength: 25 }).chain((list) => {
        const facts = list.map(factOf);
        return fc.record({
          facts: fc.constant(facts),
          batches: fc.array(fc.subarray(facts, { minLength: 1 }), { minLength: 1, maxLength: 4 }),
          rest: fc.shuffledSubarray(facts, { minLength: facts.length }),
        });
      }),
      fc.constantFrom(undefined, 7, 30),
      async ({ facts, batches, rest }, days) => {
        const db = await freshSqlite();
        const { happens } = await aProduct(db);
        for (const batch of [...batches, rest]) await happens(...batch);
        const windows = everything.map((window) => ({ ...window, ...(days === undefined ? {} : { days }) }));
        const shown = (await totalsOf(db, windows)).map(({ measure, key, count, sum, activeDays, daysAgo }) =>
          [measure, key, count, sum, activeDays, daysAgo].join(' '),
        );
        expect(shown.sort()).toEqual(naiveKeyedTotals(facts, { now: MONDAY, zone: ZONE, days }).sort());
        await db.close();
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);
