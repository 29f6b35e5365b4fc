import { expect, it } from 'vitest';
import { listAudit } from '../../../src/insights/audit.js';
import { listContactWays } from '../../../src/insights/contact-ways.js';
import { listDeliveries } from '../../../src/insights/deliveries.js';
import { recentEntries } from '../../../src/insights/recent.js';
import { FACTS_AT_ONCE } from '../../../src/engine/engine.js';
import { massBatchStore } from '../../../src/outbox/mass-sends/mass-batch.store.js';
import { nothingPaused } from '../../../src/outbox/pause.js';
import { ReconciliationRuns } from '../../../src/features/reconcile/run.store.js';
import { contactWayStore } from '../../../src/features/contact-ways/contact-way.store.js';
import { leaseStore } from '../../../src/outbox/lease.store.js';
import { batchRowStore } from '../../../src/outbox/mass-sends/batch-row.store.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu, type TestProduct, withKey } from '../../support/test-product.js';
import { anActionKey, aPriority } from '../../support/an-action-key.js';
import { rulesOf } from '../../support/rules-of.js';

/** The label in the language of the reader. */
const unreadableLabel = { zh: '（这条记录读不出来）', en: '(this record cannot be read)' };

const spoil = (db: Database, text: string, params: readonly unknown[] = []) => db.write((tx) => tx.run(text, params));
const aside = (product: TestProduct) =>
  product.db.read.all<{ source: string; row_id: number }>(
    'SELECT source, row_id FROM set_aside ORDER BY source, row_id',
  );

async function isDecided({ db }: TestProduct, externalUserId: string): Promise<boolean> {
  const row = await db.read.one<{ tier: string | null }>(
    `SELECT mm.tier FROM identity i JOIN member_metrics mm ON mm.member_id = i.member_id WHERE i.value = $1`,
    [externalUserId],
  );
  return row !== undefined && row.tier !== null;
}

/** Values that a bug, another version or a manual edit may have written. */
const unreadable = ['{"name":"\\\ufffd"}', '', '[]', '"x"', '{"externalUserId":7}', 'null'];

eachDatabase('unreadable data', (open) => {
  it.each(unreadable)('in the ids of a fact is set aside, and the facts around it are applied: %s', async (ids) => {
    const product = await aProduct(await open());
    const facts = ['wmA', 'wmB', 'wmC'].map((id) =>
      withKey(`of-${id}`, aFact('contact_added', MONDAY, { externalUserId: id }, {})),
    );
    await product.inbox.receive(facts.map((fact) => ({ kind: 'fact', fact })));
    await spoil(product.db, `UPDATE fact SET ids = $1 WHERE key = 'of-wmB'`, [ids]);
    await product.workLoop.drain();
    expect([await isDecided(product, 'wmA'), await isDecided(product, 'wmB'), await isDecided(product, 'wmC')]).toEqual(
      [true, false, true],
    );
    expect(await aside(product)).toEqual([{ source: 'fact', row_id: 2 }]);
  });

  it('in the data or the kind of a fact is set aside with its reason, which contains none of the text', async () => {
    const product = await aProduct(await open());
    const facts = ['a', 'b', 'c', 'd'].map((key) => withKey(key, aFact('custom', MONDAY, xiaolu, { name: key })));
    await product.inbox.receive(facts.map((fact) => ({ kind: 'fact', fact })));
    await spoil(product.db, `UPDATE fact SET data = '{"name":"secret' WHERE key = 'a'`);
    await spoil(product.db, `UPDATE fact SET data = '{"name":{"secret":1}}' WHERE key = 'b'`);
    await spoil(product.db, `UPDATE fact SET kind = 'constructor' WHERE key = 'c'`);
    await product.workLoop.drain();
    const rows = await product.db.read.all<{ state: number; problem: string | null }>(
      'SELECT state, problem FROM fact ORDER BY id LIMIT 4',
    );
    expect(rows.map(({ state }) => state)).toEqual([2, 2, 2, 1]);
    expect(rows.map(({ problem }) => problem).join()).not.toContain('secret');
    expect(rows[2]?.problem).toBe('no such kind');
  });

  it('among many waiting facts does not delay a newcomer, who is greeted first', async () => {
    const product = await aProduct(await open());
    const facts = Array.from({ length: FACTS_AT_ONCE + 100 }, (_, n) =>
      aFact('visited', MONDAY, { phone: `1380000${1_000 + n}` }),
    );
    const newcomer = aFact('contact_added', MONDAY, { externalUserId: 'wm"New\\' }, { welcomeCode: 'code' });
    await product.inbox.receive([...facts, newcomer].map((fact) => ({ kind: 'fact', fact })));
    await spoil(product.db, `UPDATE fact SET ids = '{"phone":"\\' WHERE id = 3`);
    await product.engine.advance();
    expect(await isDecided(product, 'wm"New\\')).toBe(true);
    await product.workLoop.drain();
    expect(await aside(product)).toEqual([{ source: 'fact', row_id: 3 }]);
  });

  it('in a message to the bot is set aside, and the next message is answered', async () => {
    const product = await aProduct(await open());
    const said = (key: string) => ({
      kind: 'command' as const,
      command: {
        key,
        at: MONDAY,
        from: { kind: 'staff' as const, staff: 'LinXia' },
        replyTo: { kind: 'app' as const },
        text: '帮助',
      },
    });
    await product.inbox.receive(['1', '2', '3'].map(said));
    await spoil(product.db, `UPDATE command_request SET sender = '{"kind":"sta' WHERE key = '1'`);
    await spoil(product.db, `UPDATE command_request SET reply_to = '{"kind":"__proto__"}' WHERE key = '2'`);
    await product.workLoop.drain();
    const rows = await product.db.read.all('SELECT state FROM command_request ORDER BY id');
    expect(rows).toEqual([{ state: 2 }, { state: 2 }, { state: 1 }]);
    expect(await aside(product)).toEqual([
      { source: 'command', row_id: 1 },
      { source: 'command', row_id: 2 },
    ]);
  });

  it('in a planned action is set aside and never performed, and the others are performed', async () => {
    const product = await aProduct(await open());
    const words = (n: number) => ({ kind: 'notify_staff' as const, staff: ['LinXia'], text: `no. ${n}` });
    await product.db.write((tx) =>
      outboxStore.enqueue(
        tx,
        [1, 2, 3, 4].map((n) => ({
          key: anActionKey(`n${n}`),
          action: words(n),
          notBefore: MONDAY,
          priority: aPriority(n === 1 ? 0 : 9),
        })),
        MONDAY,
      ),
    );
    await spoil(product.db, `UPDATE outbox SET action = '{"kind":"notify_staff","text":"\\' WHERE key = 'n1'`);
    await spoil(product.db, `UPDATE outbox SET action = '{"kind":"read_tags"}' WHERE key = 'n2'`);
    await spoil(product.db, `UPDATE outbox SET stop_when = 'nothing like a rule (', proactive = 1 WHERE key = 'n3'`);
    await product.workLoop.drain();
    const rows = await product.db.read.all<{ key: string; state: string; reason: string | null }>(
      `SELECT key, state, reason FROM outbox WHERE key LIKE 'n_' ORDER BY key`,
    );
    expect(rows.map(({ key, state, reason }) => [key, state, reason])).toEqual([
      ['n1', 'dead', 'unreadable'],
      ['n2', 'dead', 'unreadable'],
      ['n3', 'sent', null],
      ['n4', 'sent', null],
    ]);
    const shown = await listDeliveries(product.db.read, { limit: 10, state: 'dead' }, rulesOf(product));
    expect(shown.items.map(({ reasonCode, text }) => [reasonCode, text])).toContainEqual([
      'unreadable',
      unreadableLabel,
    ]);
    expect((await aside(product)).map(({ source }) => source)).toEqual(['delivery', 'delivery']);
  });

  it('in the message of a mass-send is replaced by the message of its rows; if these are spoiled too, it is set aside', async () => {
    const db = await open();
    const message = { text: 'hello', attachments: [] };
    const plan = (key: string) => ({
      key: anActionKey(key),
      action: { kind: 'mass_send' as const, sender: 'LinXia', externalUserIds: [key], message },
      notBefore: MONDAY,
    });
    const batches = await db.write(async (tx) => {
      await outboxStore.enqueue(tx, [plan('a'), plan('b')], MONDAY);
      const made = [
        await massBatchStore.open(tx, 'LinXia', message, MONDAY),
        await massBatchStore.open(tx, 'LinXia', message, MONDAY),
      ];
      await leaseStore.lease(tx, [1, 2], { worker: 'w', leaseMs: 1 }, MONDAY);
      await batchRowStore.add(tx, [1], made[0]!);
      await batchRowStore.add(tx, [2], made[1]!);
      return made;
    });
    await spoil(db, `UPDATE mass_batch SET message = '{"text":"\\'`);
    await spoil(db, `UPDATE outbox SET action = '{' WHERE key = 'b'`);
    const leased = await db.write((tx) =>
      massBatchStore.leaseDue(tx, { pause: nothingPaused, leaseMs: 1, limit: 9 }, MONDAY),
    );
    expect(leased.map(({ id, message: read }) => [id, read])).toEqual([[batches[0], message]]);
    expect(await db.read.all('SELECT source, row_id FROM set_aside ORDER BY source')).toEqual([
      { source: 'delivery', row_id: 2 },
      { source: 'mass_send', row_id: batches[1] },
    ]);
    expect(await db.read.one('SELECT state, reason FROM outbox WHERE id = 2')).toEqual({
      state: 'dead',
      reason: 'unreadable',
    });
  });

  it('in a contact way leaves it out with its problem, and the other ways are created', async () => {
    const product = await aProduct(await open());
    const way = (key: string) => ({
      key,
      kind: 'channel' as const,
      name: key,
      staff: ['LinXia'],
      member: null,
      tags: [{ name: '门店', group: '渠道' }],
      skipVerify: true,
    });
    await product.db.write((tx) => contactWayStore.open(tx, ['a', 'b', 'c'].map(way), MONDAY));
    await spoil(product.db, `UPDATE contact_way SET staff = '["Lin' WHERE key = 'a'`);
    await spoil(product.db, `UPDATE contact_way SET tags = '[{"name":7}]' WHERE key = 'b'`);
    await product.happens(aFact('contact_added', MONDAY, xiaolu, { state: 'b' }));
    expect(await isDecided(product, 'wmXiaolu')).toBe(true);
    const ways = await product.db.read.all<{ key: string; problem: string | null }>(
      'SELECT key, problem FROM contact_way ORDER BY key',
    );
    expect(ways.filter(({ problem }) => problem === 'unreadable').map(({ key }) => key)).toEqual(['a', 'b']);
    expect((await listContactWays(product.db.read, { limit: 9 })).items).toHaveLength(3);
    expect((await aside(product)).map(({ source }) => source)).toEqual(['way', 'way']);
  });

  it('about a member leaves them out of the review of that day, and all others are reviewed', async () => {
    const product = await aProduct(await open());
    const ids = Array.from({ length: 9 }, (_, n) => `wm${n}`);
    await product.happens(...ids.map((externalUserId) => aFact('contact_added', MONDAY, { externalUserId })));
    // The sum is larger than any column can store.
    await spoil(
      product.db,
      `INSERT INTO member_day (member_id, day, messages) SELECT id, 20513, 9000000000000000000 FROM member WHERE external_userid = 'wm4'
       UNION ALL SELECT id, 20512, 9000000000000000000 FROM member WHERE external_userid = 'wm4'`,
    );
    await product.later('2026-03-03T09:00');
    const late = await product.db.read.all<{ external_userid: string }>(
      `SELECT external_userid FROM member WHERE reviewed_day < (SELECT MAX(reviewed_day) FROM member)`,
    );
    expect(late).toEqual([]);
    expect((await aside(product)).map(({ source }) => source)).toEqual(['member']);
    await spoil(product.db, 'DELETE FROM member_day WHERE day IN (20512, 20513)');
    await product.later('2026-03-04T09:00');
    expect(await aside(product)).toEqual([]);
  });

  it('in the position of a reconciliation starts it again from the beginning', async () => {
    const db = await open();
    const runs = new ReconciliationRuns(db, 'one');
    const { id } = await runs.begin('asked', MONDAY);
    await spoil(db, `UPDATE corp_run SET position = '{"phase":"nowhere"'`);
    expect(await runs.begin('asked', MONDAY)).toMatchObject({ id, position: null });
  });

  it('on a page is shown as unreadable, beside the readable records', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('order_paid', MONDAY, xiaolu, { orderId: '1', amountCents: 10_000 }));
    const action = { kind: 'sms' as const, phone: '+8613800138000', template: 't', params: [], text: 'x' };
    await product.db.write((tx) =>
      outboxStore.enqueue(tx, [{ key: anActionKey('m'), action, campaign: 'one-week', notBefore: MONDAY + 1 }], MONDAY),
    );
    await spoil(product.db, `UPDATE decision SET title = '{"zh":"\\', because = '{"rule":7'`);
    await spoil(product.db, `UPDATE outbox SET because = 'x', action = '{'`);
    await product.db.write((tx) => tx.insert('audit', [{ at: 1, who: 'admin', what: 'paused', detail: '{"note":' }]));
    const recent = await recentEntries(product.db.read, 20, rulesOf(product));
    expect(recent.length).toBeGreaterThan(0);
    expect(recent.map(({ title }) => title.zh)).toContain('（这条记录读不出来）');
    expect(
      (await listDeliveries(product.db.read, { limit: 20 }, rulesOf(product))).items.map(({ text }) => text),
    ).toEqual([unreadableLabel]);
    const audit = await listAudit(product.db.read, { limit: 9 }, (key) => ({ zh: key, en: key }));
    expect(audit.items).toMatchObject([{ who: 'admin', what: 'paused', note: unreadableLabel }]);
  });
});
