import { expect, it } from 'vitest';
import type { Fact, FactData, MemberIds } from '../../../src/domain/fact.js';
import type { MemberId } from '../../../src/domain/ids.js';
import { exchangeStore } from '../../../src/features/members/exchange.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, withKey } from '../../support/test-product.js';

const lu: MemberIds = { chatContactId: 'c-lu' };
const hao: MemberIds = { chatContactId: 'c-hao' };
const mei: MemberIds = { externalUserId: 'wmMei' };
let at = MONDAY;
const says = (who: MemberIds, data: Partial<FactData<'sent_message'>>, key?: string): Fact => {
  const fact = aFact('sent_message', (at += 1_000), who, { chatId: 'R:1', ...data });
  return key === undefined ? fact : withKey(key, fact);
};

const memberOf = async (db: Database, value: string): Promise<MemberId> =>
  (await db.read.one<{ member_id: MemberId }>('SELECT member_id FROM identity WHERE value = $1', [value]))!.member_id;
const partnersOf = async (db: Database, value: string): Promise<number> =>
  exchangeStore.countPartners(db.read, await memberOf(db, value));
const rows = (db: Database) =>
  db.read.all(
    'SELECT member_id, other_id, SUM(mentions) AS mentions, SUM(answers) AS answers FROM exchange GROUP BY member_id, other_id ORDER BY member_id, other_id',
  );

eachDatabase('the people with whom a member has talked in the groups', (open) => {
  it('are those where both mentioned the other, not where only one did', async () => {
    const { db, happens } = await aProduct(await open());
    await happens(says(lu, { mentions: ['c-hao'] }), says(hao, {}), says(mei, {}));
    expect([await partnersOf(db, 'c-lu'), await partnersOf(db, 'c-hao')]).toEqual([0, 0]);
    await happens(says(hao, { mentions: ['c-lu', 'c-lu', 'wmMei'] }));
    expect([await partnersOf(db, 'c-lu'), await partnersOf(db, 'c-hao'), await partnersOf(db, 'wmMei')]).toEqual([
      1, 1, 0,
    ]);
    await happens(says(mei, { mentions: ['c-hao'] }));
    expect(await partnersOf(db, 'c-hao')).toBe(2);
  });

  it('are those whose message was answered, named by its key or by the bare id of the chat account', async () => {
    const { db, happens } = await aProduct(await open());
    await happens(says(lu, {}, 'shop-1'), says(hao, { replyTo: 'shop-1' }));
    await happens(says(mei, {}, 'chat:msg:77'), says(lu, { replyTo: '77' }));
    expect([await partnersOf(db, 'c-lu'), await partnersOf(db, 'c-hao'), await partnersOf(db, 'wmMei')]).toEqual([
      2, 1, 1,
    ]);
  });

  it('are the same in whatever order the facts arrive', async () => {
    const { db, happens } = await aProduct(await open());
    await happens(says(hao, { replyTo: 'late-1', mentions: ['c-lu'] }));
    await happens(says(hao, { replyTo: 'late-1' }));
    expect(await rows(db)).toEqual([]);
    await happens(says(lu, {}, 'late-1'));
    const [a, b] = [await memberOf(db, 'c-hao'), await memberOf(db, 'c-lu')];
    expect(await rows(db)).toEqual([{ member_id: a, other_id: b, mentions: 1, answers: 2 }]);
    expect(await db.read.all('SELECT ref FROM exchange_waiting')).toEqual([]);
  });

  it('do not include oneself, nor those who were only named in direct messages', async () => {
    const { db, happens } = await aProduct(await open());
    await happens(says(lu, { mentions: ['c-lu'] }, 'own'), says(lu, { replyTo: 'own' }));
    await happens(
      aFact('sent_message', (at += 1_000), hao, { chatId: undefined as never, mentions: ['c-lu'] }),
      aFact('sent_message', (at += 1_000), lu, { chatId: undefined as never, mentions: ['c-hao'] }),
    );
    expect(await rows(db)).toEqual([]);
  });

  it('are counted once when a fact arrives twice', async () => {
    const { db, happens } = await aProduct(await open());
    const [one, two] = [says(lu, { mentions: ['c-hao'] }, 'once-1'), says(hao, { mentions: ['c-lu'] }, 'once-2')];
    await happens(one, two, one);
    await happens(two);
    expect((await rows(db)).map((row) => (row as { mentions: number }).mentions)).toEqual([1, 1]);
  });

  it('stay with the merged member when two members are merged', async () => {
    const { db, happens } = await aProduct(await open());
    await happens(
      says(mei, { mentions: ['c-lu', 'c-hao'] }),
      says(lu, { mentions: ['wmMei', 'c-hao'] }),
      says(hao, { mentions: ['c-lu', 'wmMei', 'c-nobody-yet'] }),
    );
    expect(await partnersOf(db, 'c-lu')).toBe(2);
    // 小鹿 and the customer wmMei are one person.
    await happens(aFact('visited', (at += 1_000), { ...lu, ...mei }));
    expect(await memberOf(db, 'c-lu')).toBe(await memberOf(db, 'wmMei'));
    expect([await partnersOf(db, 'c-lu'), await partnersOf(db, 'c-hao')]).toEqual([1, 1]);
    const [one, other] = [await memberOf(db, 'wmMei'), await memberOf(db, 'c-hao')].sort((a, b) => a - b);
    expect(await rows(db)).toEqual([
      { member_id: one, other_id: other, mentions: 2, answers: 0 },
      { member_id: other, other_id: one, mentions: 2, answers: 0 },
    ]);
  });

  it('are figures of each member: replies by day, people by window, and who mentioned or answered them', async () => {
    const { db, happens } = await aProduct(await open());
    const DAY = 86_400_000;
    const on = (daysAgo: number, fact: Fact): Fact => ({ ...fact, at: MONDAY - daysAgo * DAY });
    await happens(on(60, says(hao, { replyTo: 'q-1' })), on(3, says(mei, { replyTo: 'q-1', mentions: ['c-lu'] })));
    await happens(on(3, says(hao, { mentions: ['c-lu'] })));
    // 小鹿's message arrives last: the answers keep their own days.
    await happens(on(80, says(lu, {}, 'q-1')));
    const figures = (member: MemberId) =>
      db.read.one(
        `SELECT replies_7d, replies_30d, replies_90d, replies_total, talked_with_7d, talked_with_90d, most_exchanged_7d,
          mention_people_30d, mention_days_30d FROM member_metrics WHERE member_id = $1`,
        [member],
      );
    expect(await figures(await memberOf(db, 'c-lu'))).toEqual({
      ...{ replies_7d: 1, replies_30d: 1, replies_90d: 2, replies_total: 2, talked_with_7d: 1, talked_with_90d: 2 },
      ...{ most_exchanged_7d: 2, mention_people_30d: 2, mention_days_30d: 1 },
    });
    // 阿豪 answered 60 days ago; the mention of 3 days ago alone was not returned.
    expect(await figures(await memberOf(db, 'c-hao'))).toMatchObject({
      talked_with_7d: 0,
      talked_with_90d: 1,
      replies_total: 0,
    });
  });
});
