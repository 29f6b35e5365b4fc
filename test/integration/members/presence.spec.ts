import { expect, it } from 'vitest';
import type { Fact } from '../../../src/domain/fact.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY } from '../../support/test-product.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

eachDatabase('the presence of a member in a group', (open) => {
  it('keeps that they spoke, though their message arrived before they were seen in the group', async () => {
    const { db, happens } = await aProduct(await open());
    await happens(aFact('sent_message', MONDAY - HOUR, { externalUserId: 'wmS' }, { chatId: 'wrTalk' }));
    await happens(groupRead('wrTalk', '闲聊', ['wmS', 'wmQ'], MONDAY));
    expect(
      await db.read.all(
        `SELECT i.value, g.present, g.spoke FROM group_person g JOIN identity i ON i.member_id = g.member_id ORDER BY i.value`,
      ),
    ).toEqual([
      { value: 'wmQ', present: 1, spoke: 0 },
      { value: 'wmS', present: 1, spoke: 1 },
    ]);
  });

  it('does not follow from having spoken there', async () => {
    const { db, happens } = await aProduct(await open());
    await happens(aFact('sent_message', MONDAY - HOUR, { externalUserId: 'wmS' }, { chatId: 'wrTalk' }));
    expect(await db.read.all('SELECT groups_count FROM member_metrics')).toEqual([{ groups_count: 0 }]);
  });

  it('stays after a merge with a record that is only known to have spoken', async () => {
    const { db, happens } = await aProduct(await open());
    await happens(aFact('sent_message', MONDAY - HOUR, { chatContactId: 'c1' }, { chatId: 'wrTalk' }));
    await happens(aFact('joined_group', MONDAY - DAY, { externalUserId: 'wmS' }, { chatId: 'wrTalk' }));
    await happens(aFact('visited', MONDAY, { externalUserId: 'wmS', chatContactId: 'c1' }));
    expect(await db.read.all('SELECT present, spoke, joined_at FROM group_person')).toEqual([
      { present: 1, spoke: 1, joined_at: MONDAY - DAY },
    ]);
  });

  it('began when the record that is still present joined, after a merge with one that had left', async () => {
    const ids = [{ externalUserId: 'wmG' }, { chatContactId: 'cG' }] as const;
    for (const [gone, there] of [ids, [...ids].reverse()]) {
      const { db, happens } = await aProduct(await open());
      const [left, stays] = [
        [
          aFact('joined_group', MONDAY - 9 * DAY, gone!, { chatId: 'wrA' }),
          aFact('left_group', MONDAY - 7 * DAY, gone!, { chatId: 'wrA' }),
        ],
        [aFact('joined_group', MONDAY - 5 * DAY, there!, { chatId: 'wrA' })],
      ];
      await happens(...(gone === ids[0] ? [...left, ...stays] : [...stays, ...left]));
      await happens(aFact('profile_updated', MONDAY, { ...gone, ...there }));
      expect(await db.read.all('SELECT joined_at, present FROM group_person')).toEqual([
        { joined_at: MONDAY - 5 * DAY, present: 1 },
      ]);
    }
  });

  it('began at the earlier of two joins, after a merge of two records that are both present', async () => {
    const ids = [{ externalUserId: 'wmG' }, { chatContactId: 'cG' }] as const;
    for (const days of [
      [9, 5],
      [5, 9],
    ]) {
      const { db, happens } = await aProduct(await open());
      await happens(...ids.map((who, i) => aFact('joined_group', MONDAY - days[i]! * DAY, who, { chatId: 'wrA' })));
      await happens(aFact('profile_updated', MONDAY, { ...ids[0], ...ids[1] }));
      expect(await db.read.all('SELECT joined_at, present FROM group_person')).toEqual([
        { joined_at: MONDAY - 9 * DAY, present: 1 },
      ]);
    }
  });

  it('began at the latest join, in whatever order the joins and the leave are reported', async () => {
    const who = { externalUserId: 'wmG' };
    const facts: Fact[] = [
      aFact('joined_group', MONDAY - 9 * DAY, who, { chatId: 'wrA' }),
      aFact('left_group', MONDAY - 7 * DAY, who, { chatId: 'wrA' }),
      aFact('joined_group', MONDAY - 5 * DAY, who, { chatId: 'wrA' }),
    ];
    const orders = [
      [[0], [1], [2]],
      [[0], [2], [1]],
      [[1], [0], [2]],
      [[1], [2], [0]],
      [[2], [0], [1]],
      [[2], [1], [0]],
      [[0], [1, 2]],
      [[0, 1, 2]],
    ];
    for (const order of orders) {
      const { db, happens } = await aProduct(await open());
      for (const part of order) await happens(...part.map((index) => facts[index]!));
      expect([order, await db.read.one('SELECT joined_at, present FROM group_person')]).toEqual([
        order,
        { joined_at: MONDAY - 5 * DAY, present: 1 },
      ]);
    }
  });
});
