import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/day.js';
import type { Fact, FactKind } from '../../../src/domain/fact.js';
import { memberStore } from '../../../src/features/members/member.store.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, rulesWith, type TestProduct } from '../../support/test-product.js';

const people = ['wm-1', 'wm-2', 'wm-3', 'wm-4'];
const kinds = [
  'order_paid',
  'order_refunded',
  'sent_message',
  'checked_in',
  'content_viewed',
  'was_mentioned',
  'contact_lost',
  'contact_added',
  'joined_group',
  'left_group',
  'opted_out',
  'custom',
] as const satisfies readonly FactKind[];

const happening = fc.record({
  kind: fc.constantFrom(...kinds),
  who: fc.nat({ max: people.length - 1 }),
  day: fc.oneof({ weight: 2, arbitrary: fc.nat({ max: 40 }) }, { weight: 1, arbitrary: fc.nat({ max: 180 }) }),
  late: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat({ max: 40 })),
  chat: fc.constantFrom('wr-1', 'wr-2', 'wr-3'),
  times: fc.constantFrom(1, 1, 3, 40),
});
type Happening = (typeof happening)['generate'] extends (...args: never) => { value: infer V } ? V : never;

function factsOf({ kind, who, late, chat, times }: Happening, index: number, now: number): Fact[] {
  const data: Partial<Record<FactKind, object>> = {
    order_paid: { orderId: `o-${index}`, amountCents: 20_000 },
    order_refunded: { orderId: `o-${index - 1}`, amountCents: 20_000, full: true },
    // Facts of one history may mention and answer one another.
    sent_message: { chatId: chat, mentions: [people[(who + 1) % people.length]], replyTo: `${index - 1}-0` },
    custom: { name: 'lesson', value: 1 },
    was_mentioned: { chatId: chat },
    joined_group: { chatId: chat },
    left_group: { chatId: chat },
    contact_lost: { staff: 'LinXia' },
  };
  return Array.from({ length: kind === 'sent_message' ? times : 1 }, (_, nth) => ({
    ...aFact(kind, now - late * DAY_MS, { externalUserId: people[who]! }, data[kind] ?? {}),
    key: `${index}-${nth}`,
  }));
}

/** The shipped rules with tags for the other ways in which time alone changes a figure. */
const rulesWithEveryWay = () =>
  rulesWith({
    metrics: {
      'metrics: []': [
        'metrics:',
        '  - { name: lessons_14d, label: { zh: 课程, en: lessons }, take: count, of: custom.lesson, window: 14d }',
        '  - { name: since_lesson, label: { zh: 距课程, en: since lesson }, take: last, of: custom.lesson }',
      ].join('\n'),
    },
    tags: {
      '      - { name: 疑似广告': [
        '      - { name: 上课, when: lessons_14d >= 1, min_days: 5 }',
        '      - { name: 久未上课, when: since_lesson > 20 }',
        '      - { name: 连续打卡, when: checkin_streak >= 1 }',
        '      - { name: 断打卡, when: checkins_missed >= 4 }',
        "      - { name: 沉默老客, when: in_segment('quiet_payers') }",
        '      - { name: 发言靠前, when: messages_30d_rank <= 300 }',
        '      - { name: 聊得来, when: talked_with_30d >= 1 }',
        '      - { name: 重点, when: is_key }',
        '      - { name: 疑似广告',
      ].join('\n'),
    },
  });

/** Everything that the review decides, stores and plans. Not the days of the reviews themselves. */
async function outcomesOf({ db }: TestProduct): Promise<Record<string, readonly object[]>> {
  const all = (text: string): Promise<object[]> => db.read.all(text);
  const members = await all('SELECT * FROM member ORDER BY id');
  return {
    members: members.map((row) => ({ ...row, due_day: 0, reviewed_day: 0 })),
    figures: await all('SELECT * FROM member_metrics ORDER BY member_id'),
    tags: await all('SELECT member_id, name, origin, want FROM member_tag ORDER BY member_id, name'),
    decisions: await all(
      'SELECT member_id, at, kind, code, title, because FROM decision ORDER BY member_id, at, kind, title, because',
    ),
    moves: await all('SELECT member_id, tier, state, planned_at, closed_at FROM move ORDER BY member_id, planned_at'),
    messages: await all(`SELECT key, state, reason, created_at FROM outbox WHERE campaign IS NOT NULL ORDER BY key`),
  };
}

eachDatabase('the review of those who are due', (open, dialect) => {
  it('comes to what a review of everybody on every day comes to', async () => {
    // Ten seconds each, because each compares half a year day by day. Each run of the tests draws others, and the days are
    // computed alike on both databases.
    const runs = Number(process.env.DUE_RUNS ?? (dialect === 'sqlite' ? 2 : 1));
    let [due, all] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 3, maxLength: 14 }), async (happenings) => {
        const rules = await rulesWithEveryWay();
        const products = [await aProduct(await open(), { rules }), await aProduct(await open(), { rules })] as const;
        const [everyDay, whenDue] = products;
        for (const product of products) {
          await product.happens(
            groupRead('wr-1', '普通群①', [], MONDAY),
            groupRead('wr-2', '会员群①', [], MONDAY),
            groupRead('wr-3', '闲聊群', [], MONDAY),
            ...people.map((externalUserId, index) => ({
              ...aFact('contact_added', MONDAY, { externalUserId }),
              key: `in-${index}`,
            })),
          );
        }
        for (let day = 1; day <= 190; day++) {
          await everyDay.db.write((tx) => memberStore.markAllDue(tx));
          for (const product of products) {
            product.clock.pushTo(MONDAY + day * DAY_MS);
            const { reviewed } = await product.workLoop.review();
            if (product === everyDay) all += reviewed;
            else due += reviewed;
            await product.workLoop.drain();
            const today = happenings.flatMap((each, index) =>
              each.day === day ? factsOf(each, index, product.clock.now()) : [],
            );
            if (today.length > 0) await product.happens(...today);
          }
        }
        expect(await outcomesOf(whenDue)).toEqual(await outcomesOf(everyDay));
        for (const { db } of products) await db.close();
      }),
      { numRuns: runs },
    );
    expect(due).toBeLessThan(all / 2);
  }, 300_000);
});
