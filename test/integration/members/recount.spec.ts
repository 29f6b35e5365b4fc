import { expect, it } from 'vitest';
import { setAsideStore } from '../../../src/set-aside/set-aside.store.js';
import { dayOf } from '../../../src/domain/day.js';
import { asMemberId } from '../../../src/domain/ids.js';
import { factStore } from '../../../src/inbox/fact.store.js';
import { dailyCountStore } from '../../../src/features/members/daily-count.store.js';
import { identityStore } from '../../../src/features/members/identity.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { aConsole } from '../../support/console-app.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, withKey } from '../../support/test-product.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Figures {
  readonly orders_total: number;
  readonly spend_total_cents: number;
  readonly messages_total: number;
  readonly last_order_day: number | null;
}

eachDatabase('a database from before orders were stored', (open) => {
  it('is recounted from its facts once, and nobody is congratulated', async () => {
    const db = await open();
    const product = await aProduct(db);
    const who = { externalUserId: 'wmOld' };
    await product.happens(
      aFact('contact_added', MONDAY - 40 * DAY, who),
      aFact('order_paid', MONDAY - 35 * DAY, who, { orderId: 'a', amountCents: 500 }),
      aFact('order_refunded', MONDAY - 30 * DAY, who, { orderId: 'before-us', amountCents: 900, full: true }),
      aFact('sent_message', MONDAY - 20 * DAY, who, { chatId: undefined as never }),
      aFact('profile_updated', MONDAY - HOUR, who, { name: '新名' }),
      aFact('profile_updated', MONDAY - 9 * DAY, who, { name: '旧名' }),
      aFact('visited', MONDAY, { phone: '+8613800138000' }),
    );
    // As an earlier version left it: a refund of an unknown order subtracted, a direct message counted, the name reported last.
    await db.write(async (tx) => {
      await tx.run('DELETE FROM shop_order');
      await tx.run('DELETE FROM member_day');
      await tx.run('UPDATE member SET name_at = 0');
      await tx.run(`UPDATE member SET name = '旧名' WHERE external_userid = 'wmOld'`);
      const [one] = await identityStore
        .find(tx, [{ kind: 'external_userid', value: 'wmOld' }])
        .then((m) => [...m.values()]);
      await dailyCountStore.add(tx, [
        { member: one!, day: 20_000, counts: { orders: -1, spend_cents: -900, messages: 7 } },
      ]);
      await tx.run(`UPDATE member_metrics SET orders_total = 0, spend_total_cents = -400, messages_total = 7`);
      await tx.run(`UPDATE identity SET value = '138 0013 8000' WHERE kind = 'phone'`);
      const { members } = await identityStore.resolve(tx, [{ unionid: 'u2' }], 'test', MONDAY);
      await tx.insert('identity', [
        { kind: 'phone', value: '86-13800138000', member_id: members[0]!, source: 'test', linked_at: 1 },
      ]);
      await tx.insert('setting', [{ name: 'recount_after', value: '0', changed_at: 0 }]);
    });
    const outbox = () => db.read.all('SELECT key FROM outbox WHERE campaign IS NOT NULL ORDER BY id');
    const before = await outbox();
    expect(await product.engine.recount()).toBe(2);
    expect(await product.engine.recount()).toBe(0);
    const figures = await db.read.one<Figures & { name: string }>(
      `SELECT f.orders_total, f.spend_total_cents, f.messages_total, f.last_order_day, m.name
      FROM member m JOIN member_metrics f ON f.member_id = m.id WHERE m.external_userid = 'wmOld'`,
    );
    expect(figures).toMatchObject({ orders_total: 1, spend_total_cents: 500, messages_total: 0, name: '新名' });
    expect(figures!.last_order_day).not.toBeNull();
    expect(await db.read.all(`SELECT value FROM identity WHERE kind = 'phone'`)).toEqual([{ value: '+8613800138000' }]);
    expect(await db.read.one('SELECT COUNT(*) AS n FROM member WHERE merged_into IS NULL')).toEqual({ n: 2 });
    await product.later('2026-03-03T12:00');
    expect(await outbox()).toEqual(before);
  });

  const DAY_OF_MONDAY = dayOf(MONDAY, 'Asia/Shanghai');
  const askForRecount = (db: Database) =>
    db.write((tx) => tx.insert('setting', [{ name: 'recount_after', value: '0', changed_at: 0 }]));
  const setAside = (db: Database) =>
    db.read.all('SELECT source, row_id, problem FROM set_aside ORDER BY source, row_id');

  it('still counts messages whose mentions an earlier version stored empty', async () => {
    const db = await open();
    const product = await aProduct(db);
    const who = { externalUserId: 'wmA' };
    await product.happens(aFact('contact_added', MONDAY - DAY, who));
    await product.happens(...[1, 2].map((hours) => aFact('sent_message', MONDAY - hours * HOUR, who)));
    await db.write((tx) =>
      tx.run(`UPDATE fact SET data = '{"chatId":"wrTalk","length":3,"mentions":[""]}' WHERE kind = 'sent_message'`),
    );
    await askForRecount(db);
    await product.engine.recount();
    expect(await db.read.all('SELECT messages_total FROM member_metrics')).toEqual([{ messages_total: 2 }]);
    expect(await setAside(db)).toEqual([]);
  });

  it('sets aside facts that cannot be counted any more, with the reason, and counts them when they are retried', async () => {
    const db = await open();
    const product = await aProduct(db);
    const [one, other] = [{ externalUserId: 'wmA' }, { externalUserId: 'wmB' }];
    await product.happens(...[1, 2, 3].map((hours) => aFact('sent_message', MONDAY - hours * HOUR, one)));
    await product.happens(aFact('sent_message', MONDAY - HOUR, other));
    await db.write(async (tx) => {
      await tx.run(`UPDATE fact SET data = '{"length":"long"}' WHERE id = 1`);
      await tx.run('UPDATE fact SET at = 9000000000000000 WHERE id = 2');
    });
    await askForRecount(db);
    expect(await product.engine.recount()).toBe(2);
    expect(await product.engine.recount()).toBe(0);
    const totals = () => db.read.all('SELECT messages_total AS n FROM member_metrics ORDER BY member_id');
    expect(await totals()).toEqual([{ n: 1 }, { n: 1 }]);
    expect(await setAside(db)).toEqual([
      { source: 'fact', row_id: 1, problem: expect.stringMatching(/^data: length: /) as string },
      { source: 'fact', row_id: 2, problem: 'Invalid time value' },
    ]);
    await db.write(async (tx) => {
      await tx.run(`UPDATE fact SET data = '{"chatId":"wrTalk"}' WHERE id = 1`);
      await factStore.requeue(tx, 1);
    });
    await product.workLoop.drain();
    expect(await totals()).toEqual([{ n: 2 }, { n: 1 }]);
  });

  it('leaves a member who cannot be recounted unchanged, and recounts all the others', async () => {
    const db = await open();
    const product = await aProduct(db);
    const names = ['wmA', 'wmB', 'wmC', 'wmD', 'wmE'];
    const paid = (externalUserId: string) =>
      aFact('order_paid', MONDAY - HOUR, { externalUserId }, { orderId: 'o1', amountCents: 100 });
    await product.happens(...names.map((externalUserId) => aFact('sent_message', MONDAY - HOUR, { externalUserId })));
    await product.happens(paid('wmA'), paid('wmC'));
    await db.write(async (tx) => {
      await tx.run('UPDATE member_day SET messages = 7');
      // From now on the database refuses a second order with the same id.
      await tx.run('DELETE FROM shop_order WHERE member_id = 3');
      await tx.run('CREATE UNIQUE INDEX one_order ON shop_order (order_id)');
    });
    await askForRecount(db);
    expect(await product.engine.recount()).toBe(5);
    expect(await db.read.all('SELECT member_id, messages FROM member_day ORDER BY member_id')).toEqual(
      [1, 1, 7, 1, 1].map((messages, index) => ({ member_id: index + 1, messages })),
    );
    const leftOut = [{ source: 'recount', row_id: 3 }];
    expect(await setAside(db)).toMatchObject(leftOut);
    // The review of the next day works, and leaves the recount set aside.
    await product.later('2026-03-03T12:00');
    expect(await db.read.one('SELECT reviewed_day FROM member WHERE id = 3')).toEqual({
      reviewed_day: DAY_OF_MONDAY + 1,
    });
    expect(await setAside(db)).toMatchObject(leftOut);

    const app = await aConsole(product);
    const retry = () => app.asAdmin('POST', '/console/api/set-aside/again', { source: 'recount', row: 3 });
    expect((await retry()).status).toBe(200);
    expect(await setAside(db)).toMatchObject(leftOut);
    await db.write((tx) => tx.run('DROP INDEX one_order'));
    expect((await retry()).status).toBe(200);
    expect(await setAside(db)).toEqual([]);
    expect(await db.read.one('SELECT messages FROM member_day WHERE member_id = 3')).toEqual({ messages: 1 });
    expect((await retry()).status).toBe(404);
    await app.close();
  });

  it('retries at the next recount a member who could not be recounted before', async () => {
    const db = await open();
    const product = await aProduct(db);
    await product.happens(aFact('sent_message', MONDAY - HOUR, { externalUserId: 'wmA' }));
    await db.write((tx) => setAsideStore.add(tx, [{ source: 'recount', row: 1, problem: 'once' }], MONDAY));
    await askForRecount(db);
    await product.engine.recount();
    expect(await setAside(db)).toEqual([]);
  });

  it('leaves records of one person that cannot be merged, merges the others, and recounts all of them', async () => {
    const db = await open();
    const product = await aProduct(db);
    const phones = ['+8613800138000', '+8613800138001'];
    const spelled = ['138 0013 8000', '138 0013 8001'];
    await product.happens(...phones.map((phone) => aFact('visited', MONDAY, { phone })));
    await product.happens(...['wmA', 'wmB'].map((externalUserId) => aFact('visited', MONDAY, { externalUserId })));
    await db.write(async (tx) => {
      await tx.insert(
        'identity',
        spelled.map((value, index) => ({ kind: 'phone', value, member_id: index + 3, source: 'test', linked_at: 1 })),
      );
      await tx.run('UPDATE member_day SET visits = 7');
      // The database refuses to merge the third member into another.
      await tx.run('CREATE UNIQUE INDEX one_merged ON member (merged_into) WHERE id IN (3, 99)');
      await tx.run('INSERT INTO member (id, merged_into, created_at) VALUES (99, 1, 0)');
    });
    await askForRecount(db);
    expect(await product.engine.recount()).toBe(3);
    const merged = () => db.read.all('SELECT id FROM member WHERE merged_into IS NOT NULL ORDER BY id');
    expect(await merged()).toEqual([{ id: 4 }, { id: 99 }]);
    expect(await setAside(db)).toMatchObject([{ source: 'recount', row_id: 1 }]);
    expect(await db.read.all('SELECT member_id, visits FROM member_day ORDER BY member_id')).toEqual([
      { member_id: 1, visits: 1 },
      { member_id: 2, visits: 2 },
      { member_id: 3, visits: 1 },
    ]);

    await db.write((tx) => tx.run('DROP INDEX one_merged'));
    await product.engine.recountMember(asMemberId(1));
    expect(await merged()).toEqual([{ id: 3 }, { id: 4 }, { id: 99 }]);
    expect(await setAside(db)).toEqual([]);
    expect(await db.read.all(`SELECT value FROM identity WHERE kind = 'phone' ORDER BY value`)).toEqual(
      phones.map((value) => ({ value })),
    );
    expect(await db.read.one('SELECT visits FROM member_day WHERE member_id = 1')).toEqual({ visits: 2 });
  });

  it('merges a member mentioned by a unionid with the member who has it, and counts no self-mention', async () => {
    const db = await open();
    const product = await aProduct(db);
    const said = (who: string, key: string, mentions: string[]) => [
      withKey(`api:${key}`, aFact('sent_message', MONDAY - HOUR, { externalUserId: who }, { mentions })),
      ...mentions.map((id) =>
        withKey(
          `api:${key}:m:${id}`,
          aFact('was_mentioned', MONDAY - HOUR, { chatContactId: id }, { chatId: 'wrTalk' }),
        ),
      ),
    ];
    await product.happens(...said('wmA', '1', ['oA']), ...said('wmB', '2', ['oA']));
    const own = await db.read.one<{ member_id: number }>(`SELECT member_id FROM identity WHERE value = 'wmA'`);
    // As earlier versions left it: the unionid belongs to one member, and the mention of it to another.
    await db.write((tx) =>
      tx.insert('identity', [
        { kind: 'unionid', value: 'oA', member_id: own!.member_id, source: 'test', linked_at: 1 },
      ]),
    );
    await askForRecount(db);
    await product.engine.recount();
    expect(
      await db.read.all(
        `SELECT i.value, f.mentions_30d AS n FROM identity i JOIN member_metrics f ON f.member_id = i.member_id
        WHERE i.kind <> 'phone' ORDER BY i.value`,
      ),
    ).toEqual([
      { value: 'oA', n: 1 },
      { value: 'wmA', n: 1 },
      { value: 'wmB', n: 0 },
    ]);
    expect(await db.read.all(`SELECT value FROM identity WHERE kind = 'chat'`)).toEqual([]);
  });

  it('takes a time that an earlier version stored as 0 for unknown', async () => {
    const db = await open();
    const product = await aProduct(db);
    const who = { externalUserId: 'wmT' };
    const follows = [{ staff: 'LinXia', createdAt: 0, tagIds: [] }];
    await product.happens(
      aFact('contact_read', MONDAY, who, { name: '甲', gender: 0, readAt: MONDAY, follows }),
      aFact('joined_group', 0, who, { chatId: 'wr1' }),
    );
    const joined = () => db.read.all('SELECT joined_day FROM member_metrics');
    expect(await joined()).toEqual([{ joined_day: null }]);
    await product.happens(aFact('visited', MONDAY, who), aFact('joined_group', MONDAY, who, { chatId: 'wr1' }));
    await askForRecount(db);
    await product.engine.recount();
    expect(await joined()).toEqual([{ joined_day: DAY_OF_MONDAY }]);
  });
});
