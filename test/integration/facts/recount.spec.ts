import { expect, it } from 'vitest';
import { stores } from '../../../src/engine/stores.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aHouse, MONDAY } from '../../support/engine-house.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Figures {
  readonly orders_total: number;
  readonly spend_total_cents: number;
  readonly messages_total: number;
  readonly last_order_day: number | null;
}

eachDatabase('a database from before the book of orders', (open) => {
  it('is counted anew from its facts, once, and congratulates nobody', async () => {
    const db = await open();
    const house = await aHouse(db);
    const who = { externalUserId: 'wmOld' };
    await house.happens(
      aFact('contact_added', MONDAY - 40 * DAY, who),
      aFact('order_paid', MONDAY - 35 * DAY, who, { orderId: 'a', amountCents: 500 }),
      aFact('order_refunded', MONDAY - 30 * DAY, who, { orderId: 'before-us', amountCents: 900, full: true }),
      aFact('sent_message', MONDAY - 20 * DAY, who, { chatId: undefined as never }),
      aFact('profile_updated', MONDAY - HOUR, who, { name: '新名' }),
      aFact('profile_updated', MONDAY - 9 * DAY, who, { name: '旧名' }),
      aFact('visited', MONDAY, { phone: '+8613800138000' }),
    );
    // As an earlier version left it: the foreign refund taken off, a private word counted, the later told name.
    await db.write(async (tx) => {
      await tx.run('DELETE FROM shop_order');
      await tx.run('DELETE FROM member_day');
      await tx.run('UPDATE member SET name_at = 0');
      await tx.run(`UPDATE member SET name = '旧名' WHERE external_userid = 'wmOld'`);
      const [one] = await stores.identities
        .find(tx, [{ kind: 'external_userid', value: 'wmOld' }])
        .then((m) => [...m.values()]);
      await stores.buckets.add(tx, [
        { member: one!, day: 20_000, counts: { orders: -1, spend_cents: -900, messages: 7 } },
      ]);
      await tx.run(`UPDATE member_metrics SET orders_total = 0, spend_total_cents = -400, messages_total = 7`);
      await tx.run(`UPDATE identity SET value = '138 0013 8000' WHERE kind = 'phone'`);
      const { members } = await stores.identities.resolve(tx, [{ unionid: 'u2' }], 'test', MONDAY);
      await tx.insert('identity', [
        { kind: 'phone', value: '86-13800138000', member_id: members[0]!, source: 'test', linked_at: 1 },
      ]);
      await tx.insert('setting', [{ name: 'recount_after', value: '0', changed_at: 0 }]);
    });
    const outbox = () => db.read.all('SELECT key FROM outbox WHERE campaign IS NOT NULL ORDER BY id');
    const before = await outbox();
    expect(await house.engine.recount()).toBe(2);
    expect(await house.engine.recount()).toBe(0);
    const figures = await db.read.one<Figures & { name: string }>(
      `SELECT f.orders_total, f.spend_total_cents, f.messages_total, f.last_order_day, m.name
      FROM member m JOIN member_metrics f ON f.member_id = m.id WHERE m.external_userid = 'wmOld'`,
    );
    expect(figures).toMatchObject({ orders_total: 1, spend_total_cents: 500, messages_total: 0, name: '新名' });
    expect(figures!.last_order_day).not.toBeNull();
    expect(await db.read.all(`SELECT value FROM identity WHERE kind = 'phone'`)).toEqual([{ value: '+8613800138000' }]);
    expect(await db.read.one('SELECT COUNT(*) AS n FROM member WHERE merged_into IS NULL')).toEqual({ n: 2 });
    await house.later('2026-03-03T12:00');
    expect(await outbox()).toEqual(before);
  });
});
