import { expect, it } from 'vitest';
import type { Action } from '../../../src/domain/action.js';
import { activeAlarms } from '../../../src/features/reconcile/app-alarms.js';
import { groupStore } from '../../../src/features/groups/group.store.js';
import { unknownEvents } from '../../../src/insights/unknown-events.js';
import { contactPairStore } from '../../../src/features/members/contact-pair.store.js';
import { staffStore } from '../../../src/features/members/staff.store.js';
import { tagStore } from '../../../src/features/tags/tag.store.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, xiaolu, groupReadOf } from '../../support/test-product.js';
import { anActionKey, aPriority } from '../../support/an-action-key.js';

const MINUTE = 60_000;
const chatId = 'wrGroup';

const ahua = { externalUserId: 'wmAhua' };

eachDatabase('a fact about the corp itself', (open) => {
  it('makes the product read the customers and groups of staff who left', async () => {
    const product = await aProduct(await open());
    await product.happens(
      aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
      groupReadOf({ chatId, name: '会员群①', people: ['wmXiaolu'], at: MONDAY, owner: 'LinXia' }),
      groupReadOf({ chatId: 'wrOther', name: '会员群②', people: [], at: MONDAY, owner: 'ZhaoMin' }),
    );
    await product.later(1);
    const before = product.channel.ofKind('read_contact').length;
    const left = aFact('staff_changed', product.clock.now(), {}, { staff: 'LinXia', change: 'left' });
    await product.happens(left, left);
    await product.later(1);
    expect(product.channel.ofKind('read_contact').length - before).toBe(1);
    expect(product.channel.ofKind('read_group').map((action) => action.chatId)).toEqual([chatId]);
    expect(await staffStore.hasLeft(product.db.read, 'LinXia')).toBe(true);
    await product.happens(aFact('staff_changed', product.clock.now(), {}, { staff: 'LinXia', change: 'joined' }));
    expect(await staffStore.hasLeft(product.db.read, 'LinXia')).toBe(false);
  });

  it('moves customers and groups to the new userid of the same person', async () => {
    const product = await aProduct(await open());
    await product.happens(
      aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
      groupReadOf({ chatId, name: '会员群①', people: ['wmXiaolu'], at: MONDAY, owner: 'LinXia' }),
    );
    await product.happens(aFact('staff_changed', MONDAY, {}, { staff: 'LinXia', change: 'renamed', to: 'LinXia2' }));
    const pairs = (await contactPairStore.open(product.db.read, ['wmXiaolu'])).get('wmXiaolu');
    expect(pairs?.map((pair) => pair.staff)).toEqual(['LinXia2']);
    expect((await groupStore.all(product.db.read))[0]?.owner).toBe('LinXia2');
  });

  it('moves unsent messages to the new userid of their sender', async () => {
    const product = await aProduct(await open());
    const plan = (key: string, notBefore: number) =>
      product.db.write((tx) =>
        outboxStore.enqueue(
          tx,
          [
            {
              key: anActionKey(key),
              notBefore,
              action: {
                kind: 'mass_send',
                sender: 'LinXia',
                externalUserIds: [key],
                message: { text: 'the "sender":"LinXia" of old', attachments: [] },
              },
            },
          ],
          MONDAY,
        ),
      );
    await plan('wmOut', MONDAY);
    await product.workLoop.drain();
    await plan('wmPlanned', MONDAY + 60 * MINUTE);
    await product.happens(aFact('staff_changed', MONDAY, {}, { staff: 'LinXia', change: 'renamed', to: 'LinXia2' }));
    await product.later(3);
    const senders = (kind: 'mass_send' | 'read_mass_send') =>
      product.channel.ofKind(kind).map((action) => action.sender);
    expect(senders('mass_send')).toEqual(['LinXia', 'LinXia2']);
    expect(new Set(senders('read_mass_send'))).toEqual(new Set(['LinXia2']));
    expect(product.channel.ofKind('mass_send')[1]?.message.text).toBe('the "sender":"LinXia" of old');
  });

  it('renames a userid in pending actions for several people', async () => {
    const product = await aProduct(await open());
    const staff = ['ZhaoMin', 'LinXia'];
    const actions: readonly Action[] = [
      { kind: 'notify_staff', staff, text: 'LinXia' },
      { kind: 'close_card', staff, responseCode: 'code', mark: '已处理' },
      { kind: 'read_group_stats', owner: 'LinXia', fromMs: MONDAY, toMs: MONDAY },
    ];
    const planned = actions.map((action) => ({
      key: anActionKey(action.kind),
      action,
      notBefore: MONDAY + 60 * MINUTE,
    }));
    await product.db.write((tx) => outboxStore.enqueue(tx, planned, MONDAY));
    await product.happens(aFact('staff_changed', MONDAY, {}, { staff: 'LinXia', change: 'renamed', to: 'LinXia2' }));
    const rows = await product.db.read.all<{ action: string }>(
      `SELECT action FROM outbox WHERE key LIKE '%notify_staff' OR key LIKE '%close_card' OR key LIKE '%read_group_stats' ORDER BY id`,
    );
    expect(rows.map(({ action }) => JSON.parse(action) as unknown)).toEqual([
      { kind: 'notify_staff', staff: ['ZhaoMin', 'LinXia2'], text: 'LinXia' },
      { kind: 'close_card', staff: ['ZhaoMin', 'LinXia2'], responseCode: 'code', mark: '已处理' },
      { kind: 'read_group_stats', owner: 'LinXia2', fromMs: MONDAY, toMs: MONDAY },
    ]);
  });

  it('is counted by event name when it is not understood', async () => {
    const product = await aProduct(await open());
    const strange = (event: string, at: number) => aFact('unrecognized', at, {}, { event, body: '<xml/>' });
    await product.happens(strange('a.b', MONDAY), strange('c', MONDAY));
    await product.later(1 / 60);
    await product.happens(strange('a.b', MONDAY + MINUTE));
    expect(await unknownEvents(product.db.read)).toEqual([
      { name: 'a.b', times: 2, lastAt: MONDAY + MINUTE },
      { name: 'c', times: 1, lastAt: MONDAY },
    ]);
  });

  it('keeps an alarm of WeCom until WeCom calls it off', async () => {
    const product = await aProduct(await open());
    const alarm = (name: string, over = false) => aFact('app_alarm', MONDAY, {}, { alarm: name, over });
    await product.happens(alarm('inactive_alert'), alarm('acquisition_balance_low'));
    expect((await activeAlarms(product.db.read)).map(({ alarm: name }) => name).sort()).toEqual([
      'acquisition_balance_low',
      'inactive_alert',
    ]);
    await product.happens(alarm('inactive', true));
    expect((await activeAlarms(product.db.read)).map(({ alarm: name }) => name)).toEqual(['acquisition_balance_low']);
  });

  it('ends the alarms about the balance of acquisition links, and no others, when there are uses again', async () => {
    const product = await aProduct(await open());
    const alarm = (name: string, at: number, over = false) => aFact('app_alarm', at, {}, { alarm: name, over });
    const active = async () => (await activeAlarms(product.db.read)).map(({ alarm: name }) => name).sort();
    await product.happens(
      alarm('inactive_alert', MONDAY - 2 * MINUTE),
      alarm('acquisition_balance_low', MONDAY - 2 * MINUTE),
      alarm('acquisition_balance_exhausted', MONDAY - MINUTE),
      alarm('acquisition_quota_expire_soon', MONDAY - 2 * MINUTE),
    );
    await product.happens(alarm('acquisition_balance', MONDAY, true));
    expect(await active()).toEqual(['acquisition_quota_expire_soon', 'inactive_alert']);
  });

  it('raises no alarm that was over when its callback was delivered late', async () => {
    const product = await aProduct(await open());
    const alarm = (name: string, at: number, over = false) => aFact('app_alarm', at, {}, { alarm: name, over });
    const active = async () => (await activeAlarms(product.db.read)).map(({ alarm: name }) => name);
    const [before, end] = [MONDAY - 2 * MINUTE, MONDAY - MINUTE];
    await product.happens(alarm('acquisition_balance', end, true), alarm('inactive', end, true));
    await product.happens(alarm('acquisition_balance_exhausted', before), alarm('inactive_alert', before));
    expect(await active()).toEqual([]);
    await product.happens(alarm('acquisition_balance_exhausted', MONDAY));
    expect(await active()).toEqual(['acquisition_balance_exhausted']);
  });

  it('makes the product read the tag library once for a burst of changes, and again for the next change', async () => {
    const product = await aProduct(await open());
    const reads = () => product.channel.ofKind('read_tags').length;
    await product.later(1);
    const change = (id: string) => aFact('tag_library_changed', product.clock.now(), {}, { id, change: 'create' });
    const before = reads();
    await product.happens(change('et1'), change('et2'), change('et3'));
    product.clock.pushTo(product.clock.now() + 10_000);
    await product.workLoop.drain();
    expect(reads() - before).toBe(1);
    await product.happens(change('et1'));
    product.clock.pushTo(product.clock.now() + 10_000);
    await product.workLoop.drain();
    expect(reads() - before).toBe(2);
  });

  it('is believed when its member list is complete and follows the known version; else the group is read', async () => {
    const product = await aProduct(await open());
    await product.happens(groupRead(chatId, '会员群①', ['wmXiaolu'], MONDAY));
    await product.later(1);
    const version = async () => (await groupStore.all(product.db.read))[0]?.version;
    const reads = () => product.channel.ofKind('read_group').length;
    const change = (from: string | null | undefined, to: string, complete: boolean) =>
      aFact(
        'group_changed',
        product.clock.now(),
        {},
        {
          chatId,
          detail: 'del_member',
          version: to,
          ...(from ? { lastVersion: from } : {}),
          complete,
        },
      );
    const before = reads();
    await product.happens(change(await version(), 'v2', true));
    await product.later(1);
    expect([await version(), reads() - before]).toEqual(['v2', 0]);
    await product.happens(change('v2', 'v3', false));
    await product.later(1);
    expect([await version(), reads() - before]).toEqual(['v2', 1]);
    await product.happens(change('v7', 'v8', true));
    await product.later(1);
    expect([await version(), reads() - before]).toEqual(['v2', 2]);
  });

  it('makes the product read a group once after joins by code, because no event names the code', async () => {
    const product = await aProduct(await open());
    await product.happens(
      groupRead(chatId, '会员群①', ['wmXiaolu'], MONDAY),
      aFact('profile_updated', MONDAY, ahua, { name: '阿花' }),
    );
    await product.later(1);
    const reads = () => product.channel.ofKind('read_group').length;
    const version = async () => (await groupStore.all(product.db.read))[0]?.version ?? undefined;
    const changed = (from: string | undefined, to: string) =>
      aFact(
        'group_changed',
        product.clock.now(),
        {},
        { chatId, detail: 'add_member', version: to, lastVersion: from, complete: true },
      );
    const before = reads();
    await product.happens(
      aFact('joined_group', product.clock.now(), ahua, { chatId, scene: 0 }),
      changed(await version(), 'v2'),
      changed('v2', 'v3'),
    );
    await product.later(1);
    expect([await version(), reads() - before]).toEqual(['v3', 0]);
    await product.happens(
      aFact('left_group', product.clock.now(), ahua, { chatId, removed: false }),
      aFact('joined_group', product.clock.now() + 1, ahua, { chatId, scene: 3 }),
      changed('v3', 'v4'),
      changed('v4', 'v5'),
    );
    await product.later(1);
    expect(reads() - before).toBe(1);
  });

  it('replaces a tag when tags.yaml has moved it to another group', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, ahua));
    await product.later(1);
    const { db, clock } = product;
    // The state from when tags.yaml had 普通 in 旧组.
    await db.write(async (tx) => {
      await tx.run(`UPDATE member_tag SET grp = '旧组', confirmed = 1, confirmed_at = $1 WHERE name = '普通'`, [
        clock.now(),
      ]);
      await tx.run(`UPDATE corp_tag SET tag_id = 'et-old', grp = '旧组' WHERE name = '普通'`);
    });
    const follows = [{ staff: 'LinXia', createdAt: MONDAY, tagIds: ['et-old'] }];
    await product.later(1);
    await product.happens(
      aFact('contact_read', clock.now(), ahua, { name: '阿花', gender: 0, readAt: clock.now(), follows }),
    );
    await product.later('2026-03-03T09:00');
    await product.later(1);
    const marked = product.channel.ofKind('mark_tags');
    expect(marked.flatMap(({ remove }) => remove)).toEqual(['et-old']);
    expect(marked.at(-1)!.add).toContain('et-层级-普通');
    const rows = await db.read.all(
      `SELECT name, want, origin, confirmed FROM member_tag WHERE name LIKE '%普通' ORDER BY name`,
    );
    expect(rows).toHaveLength(2);
    expect(rows).toEqual(
      expect.arrayContaining([
        { name: '旧组/普通', want: 0, origin: 'rule', confirmed: 1 },
        { name: '普通', want: 1, origin: 'rule', confirmed: 1 },
      ]),
    );
  });

  it('adds no tag to a customer who has 3 000, and notifies operators once a day', async () => {
    const product = await aProduct(await open());
    const { db, channel } = product;
    const members = [ahua, { externalUserId: 'wmBeta' }];
    await product.happens(...members.map((member) => aFact('contact_added', MONDAY, member)));
    const ids = (await db.read.all<{ id: number }>('SELECT id FROM member ORDER BY id')).map(({ id }) => id);
    const names = Array.from({ length: 3_000 }, (_, index) => `手工${index}`);
    await db.write(async (tx) => {
      const corp = names.map((name, index) => ({ tag_id: `et-own-${index}`, name, grp: '手工', gone: 0 }));
      await tx.insert('corp_tag', corp);
      for (const member_id of ids)
        await tx.insert(
          'member_tag',
          names.map((name) => ({
            member_id,
            name,
            grp: '手工',
            origin: 'staff',
            want: 1,
            confirmed: 1,
            confirmed_at: 1,
            since: 1,
          })),
        );
    });
    const before = channel.ofKind('mark_tags').length;
    await product.happens(
      ...members.map((member, index) =>
        aFact('order_paid', MONDAY, member, { orderId: `o-${index}`, amountCents: 9_900 }),
      ),
    );
    await product.later('2026-03-03T10:00');
    await product.later(2);
    expect(
      channel
        .ofKind('mark_tags')
        .slice(before)
        .flatMap(({ add }) => add),
    ).toEqual([]);
    const notices = () => channel.ofKind('notify_staff').filter(({ text }) => text.includes('3000'));
    expect(notices()).toMatchObject([{ staff: ['LinXia'] }]);
    await product.later('2026-03-04T10:00');
    await product.later(2);
    expect(notices()).toHaveLength(2);
  });

  it('does not count tags as deleted that were created while the library was read', async () => {
    const product = await aProduct(await open());
    await product.engine.review();
    const readAt = product.clock.now();
    await product.db.write((tx) =>
      outboxStore.enqueue(
        tx,
        [
          {
            key: anActionKey('make'),
            action: { kind: 'ensure_tags', group: '规则', names: ['首单客'] },
            notBefore: readAt,
            priority: aPriority(1),
          },
        ],
        readAt,
      ),
    );
    await product.workLoop.drain();
    const names = async () => (await tagStore.library(product.db.read)).map((tag) => tag.name);
    expect(await names()).toContain('首单客');
    const read = (at: number) =>
      aFact(
        'tag_library_read',
        at,
        {},
        {
          readAt: at,
          groups: [{ id: 'g1', name: '来源', tags: [{ id: 'et1', name: '展会', order: 1 }] }],
        },
      );
    await product.happens(read(readAt));
    expect(await names()).toEqual(expect.arrayContaining(['首单客', '展会']));
    product.clock.pushTo(readAt + MINUTE);
    await product.happens(read(readAt + MINUTE));
    expect(await names()).toEqual(['展会']);
  });
});
