import { expect, it } from 'vitest';
import type { StoredFact } from '../../../src/domain/fact.js';
import { asMemberId, type MemberId, type MoveId } from '../../../src/domain/ids.js';
import { loadEvaluations } from '../../../src/engine/load-evaluations.js';
import { loadContactRoutes } from '../../../src/features/messages/contact-routes.js';
import { resolveFacts, applyFacts } from '../../../src/engine/apply-facts.js';
import { moveStore } from '../../../src/features/moves/move.store.js';
import { taskStore } from '../../../src/features/tasks/task.store.js';
import { identityStore } from '../../../src/features/members/identity.store.js';
import { mergeGroups } from '../../../src/engine/merging/merge-groups.js';
import { mergeMembers } from '../../../src/engine/merging/merge-members.js';
import { tagStore } from '../../../src/features/tags/tag.store.js';
import type { NewOutboxRow } from '../../../src/outbox/outbox-row.js';
import { outboxStore } from '../../../src/outbox/outbox.store.js';
import { groupStore } from '../../../src/features/groups/group.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import type { Sql } from '../../../src/platform/database/sql.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY } from '../../support/test-product.js';
import { anActionKey } from '../../support/an-action-key.js';

const linkingFact = {
  ...aFact('profile_updated', MONDAY, { phone: '1', externalUserId: 'wmA' }),
  id: 1,
} as StoredFact;
const order = ['potential', 'regular', 'member', 'loyal'];

/** Two members, the kept one first: known by a phone number, and by a customer id. */
async function twoMembers(db: Database): Promise<[MemberId, MemberId]> {
  const { members } = await db.write((tx) =>
    identityStore.resolve(tx, [{ phone: '1' }, { externalUserId: 'wmA' }], 'test', 1),
  );
  return members as [MemberId, MemberId];
}

const aMessage = (key: string, member: MemberId, campaign?: string): NewOutboxRow => ({
  key: anActionKey(key),
  member,
  campaign,
  notBefore: MONDAY,
  action: { kind: 'mass_send', sender: 'LinXia', externalUserIds: ['wmA'], message: { text: '好', attachments: [] } },
});
const rowsOf = (db: Database) =>
  db.read.all<{ key: string; state: string; member_id: number }>(
    'SELECT key, state, member_id FROM outbox ORDER BY id',
  );

eachDatabase('merging two members', (open) => {
  it('keeps a message that either of them got from being sent again', async () => {
    const db = await open();
    const [to, from] = await twoMembers(db);
    await db.write(async (tx) => {
      await outboxStore.enqueue(
        tx,
        [
          aMessage(`welcome:${from}`, from, 'welcome'),
          aMessage(`marks:${from}:100`, from, 'marks'),
          aMessage('marks:move:7', from, 'marks'),
          aMessage(`tags:${from}:1`, from),
          // The key of another member, whose number begins with the same digits.
          aMessage(`marks:${from}0:100`, from, 'marks'),
        ],
        MONDAY,
      );
      await mergeMembers(tx, from, to, MONDAY);
    });
    expect((await rowsOf(db)).map((row) => row.key)).toEqual([
      `welcome:${to}`,
      `marks:${to}:100`,
      'marks:move:7',
      `tags:${from}:1`,
      `marks:${from}0:100`,
    ]);
    expect(new Set((await rowsOf(db)).map((row) => row.member_id))).toEqual(new Set([to]));
  });

  it('sends only one of two messages of one occasion', async () => {
    const db = await open();
    const [to, from] = await twoMembers(db);
    const keys = ['planned', 'sent'].flatMap((kept) => ['planned', 'sent'].map((other) => [kept, other] as const));
    await db.write(async (tx) => {
      for (const [kept, other] of keys) {
        const campaign = `${kept}-${other}`;
        await outboxStore.enqueue(
          tx,
          [aMessage(`${campaign}:${to}:1`, to, campaign), aMessage(`${campaign}:${from}:1`, from, campaign)],
          MONDAY,
        );
        for (const [member, state] of [
          [to, kept],
          [from, other],
        ] as const)
          await tx.run('UPDATE outbox SET state = $1 WHERE key = $2', [state, `${campaign}:${member}:1`]);
      }
      await mergeMembers(tx, from, to, MONDAY);
    });
    const states = new Map((await rowsOf(db)).map((row) => [row.key, row.state]));
    expect(keys.map(([kept, other]) => [to, from].map((member) => states.get(`${kept}-${other}:${member}:1`)))).toEqual(
      [
        ['planned', 'cancelled'],
        ['cancelled', 'sent'],
        ['sent', 'cancelled'],
        ['sent', 'sent'],
      ],
    );
    expect(
      await db.read.one(`SELECT COUNT(*) AS n FROM outbox_event WHERE state = 'cancelled' AND note = 'merged'`),
    ).toEqual({ n: 3 });
  });

  it.each([
    ['suppressed', 'unreachable'],
    ['cancelled', 'not_in_audience'],
    ['cancelled', 'min_gap'],
    ['failed', 'not_a_contact'],
  ] as const)('keeps a queued message whose duplicate was never sent (%s: %s)', async (state, reason) => {
    const db = await open();
    const [to, from] = await twoMembers(db);
    await db.write(async (tx) => {
      const ended = [`first:${to}`, `first:${from}`];
      const queued = [`first:${from}~2`, `first:${from}~3`];
      await outboxStore.enqueue(
        tx,
        [aMessage(ended[0]!, to, 'first'), ...[ended[1]!, ...queued].map((key) => aMessage(key, from, 'first'))],
        MONDAY,
      );
      await tx.run(`UPDATE outbox SET state = $1, reason = $2 WHERE key IN ($3, $4)`, [state, reason, ...ended]);
      await mergeMembers(tx, from, to, MONDAY);
    });
    expect(await rowsOf(db)).toEqual([
      { key: `first:${to}`, state, member_id: to },
      { key: `first:${from}`, state, member_id: to },
      { key: `first:${to}~2`, state: 'planned', member_id: to },
      { key: `first:${to}~3`, state: 'planned', member_id: to },
    ]);
  });

  it.each([
    ['sent', null],
    ['failed', 'outcome_unknown'],
  ] as const)('cancels a queued message whose duplicate is %s (%s), whatever its key', async (state, reason) => {
    const db = await open();
    const [to, from] = await twoMembers(db);
    await db.write(async (tx) => {
      const keys = [`first:${to}`, `first:${from}~2`] as const;
      await outboxStore.enqueue(tx, [aMessage(keys[0], to, 'first'), aMessage(keys[1], from, 'first')], MONDAY);
      await tx.run(`UPDATE outbox SET state = $1, reason = $2, cap_at = $3 WHERE key = $4`, [
        state,
        reason,
        MONDAY,
        keys[0],
      ]);
      await mergeMembers(tx, from, to, MONDAY);
    });
    expect((await rowsOf(db)).map((row) => row.state)).toEqual([state, 'cancelled']);
  });

  it('cancels the task of a move that is cancelled', async () => {
    const db = await open();
    const [to, from] = await twoMembers(db);
    const plan = (member: MemberId) => ({
      member,
      fromGroup: null,
      toGroup: 1 as never,
      fromTier: null,
      tier: 'member',
      path: 'official' as const,
      state: 'invited' as const,
      reason: 'tier',
      deadlineAt: MONDAY,
    });
    const task = (move: MoveId) => ({
      key: `task:${move}`,
      kind: 'remove_from_group' as const,
      staff: 'LinXia',
      member: from,
      group: null,
      move,
      text: '请移出',
      dueAt: null,
    });
    await db.write(async (tx) => {
      const moves = await moveStore.plan(tx, [plan(to), plan(from)], MONDAY);
      await taskStore.create(tx, [task(moves.get(to)!), task(moves.get(from)!)], MONDAY);
      await resolveFacts(tx, [linkingFact], MONDAY, order);
    });
    expect(await db.read.all('SELECT state FROM operator_task ORDER BY id')).toEqual([
      { state: 'open' },
      { state: 'cancelled' },
    ]);
    expect(await db.read.all('SELECT state, member_id FROM move ORDER BY id')).toEqual([
      { state: 'invited', member_id: to },
      { state: 'cancelled', member_id: to },
    ]);
  });

  it('keeps the state of a tag that WeCom is known to have', async () => {
    const db = await open();
    const [to, from] = await twoMembers(db);
    const tag = (member: MemberId, name: string, confirmed: boolean) => ({
      member,
      name,
      group: confirmed ? '员工' : '规则',
      origin: confirmed ? ('staff' as const) : ('rule' as const),
      want: !confirmed,
      confirmed,
    });
    await db.write(async (tx) => {
      await tagStore.write(tx, [tag(to, '甲', false), tag(to, '乙', true)], 1);
      await tagStore.write(tx, [tag(from, '甲', true), tag(from, '乙', false), tag(from, '丙', false)], 2);
      await mergeMembers(tx, from, to, 3);
    });
    const tags = (await tagStore.load(db.read, [to])).get(to);
    expect(tags).toEqual(
      new Map([
        ['甲', { group: '员工', origin: 'staff', want: false, since: 2, confirmedAt: 2 }],
        ['乙', { group: '员工', origin: 'staff', want: false, since: 1, confirmedAt: 1 }],
        ['丙', { group: '规则', origin: 'rule', want: true, since: 2, confirmedAt: null }],
      ]),
    );
  });

  it('keeps the higher tier', async () => {
    const db = await open();
    const [to, from] = await twoMembers(db);
    const applied = await db.write(async (tx) => {
      for (const [member, tier, since] of [
        [to, 'regular', 10],
        [from, 'loyal', 20],
      ] as const) {
        await tx.insert('member_metrics', [{ member_id: member, tier, messages_total: since }]);
        await tx.run('UPDATE member SET tier_since = $1, reviewed_day = $1 WHERE id = $2', [since, member]);
      }
      return applyFacts(tx, [linkingFact], await resolveFacts(tx, [linkingFact], MONDAY, order), {
        timeZone: 'Asia/Shanghai',
        now: MONDAY,
      });
    });
    expect([...applied.members.keys()]).toEqual([to]);
    expect(applied.members.get(to)).toMatchObject({
      tier: 'loyal',
      tierSince: 20,
      reviewedDay: 20,
      figures: { messages_total: 20 },
      state: { id: asMemberId(to), externalUserId: 'wmA', phone: '1' },
    });
  });
});

eachDatabase('merging two records', (open) => {
  const tablesWith = async (sql: Sql, columns: readonly string[]): Promise<string[]> => {
    const named = columns.map((column) => `'${column}'`).join(', ');
    const rows = await sql.all<{ name: string }>(
      sql.dialect === 'postgres'
        ? `SELECT DISTINCT table_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND column_name IN (${named})`
        : `SELECT DISTINCT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.name IN (${named})`,
    );
    return rows.map(({ name }) => name).sort();
  };
  /** The tables that are written while `merge` runs. */
  const writtenBy = async (db: Database, merge: (tx: Sql) => Promise<void>): Promise<Set<string>> => {
    const tables = new Set<string>();
    await db.write((tx) =>
      merge({
        ...tx,
        run: (text, params) => {
          tables.add(/^(?:UPDATE|DELETE FROM|INSERT INTO) (\w+)/.exec(text)![1]!);
          return tx.run(text, params);
        },
      }),
    );
    return tables;
  };

  it('changes every table that names a member', async () => {
    const db = await open();
    const [to, from] = await twoMembers(db);
    // The index of names follows the names by triggers.
    const naming = (await tablesWith(db.read, ['member_id', 'other_id'])).filter((table) => table !== 'member_name');
    expect(naming.length).toBeGreaterThan(12);
    const written = await writtenBy(db, (tx) => mergeMembers(tx, from, to, MONDAY));
    // Orders are written only if there are any.
    expect(naming.filter((table) => !written.has(table))).toEqual(['shop_order']);
  });

  it('changes every table that names a group', async () => {
    const db = await open();
    const groups = await db.write((tx) => groupStore.resolve(tx, ['wrA', 'room1'], MONDAY));
    const naming = await tablesWith(db.read, ['group_id', 'from_group', 'to_group']);
    expect(naming.length).toBeGreaterThan(3);
    const written = await writtenBy(db, (tx) => mergeGroups(tx, groups.get('room1')!, groups.get('wrA')!));
    // The `group_id` of `corp_tag` is a tag group of WeCom.
    expect(naming.filter((table) => !written.has(table))).toEqual(['corp_tag']);
  });
});

eachDatabase('a contact with two records', (open) => {
  const DAY = 24 * 3_600_000;
  const phone = '+8613800138000';
  const contactOf = async (db: Database, id: string) =>
    Number(
      (await db.read.one<{ is_contact: number }>(
        'SELECT f.is_contact FROM member_metrics f JOIN identity i ON i.member_id = f.member_id WHERE i.value = $1',
        [id],
      ))!.is_contact,
    );

  it('stays a contact when the older record is none, though only a read showed the newer one as a contact', async () => {
    const { db, happens } = await aProduct(await open());
    await happens(aFact('order_paid', MONDAY - 5 * DAY, { phone }, { orderId: 'o', amountCents: 100 }));
    const follows = [{ staff: 'LinXia', createdAt: MONDAY - 30 * DAY, tagIds: [] }];
    await happens(
      aFact('contact_read', MONDAY, { externalUserId: 'wmC' }, { name: '小林', gender: 0, readAt: MONDAY, follows }),
    );
    await happens(aFact('profile_updated', MONDAY, { externalUserId: 'wmC', phone }, { region: '上海' }));
    expect(await contactOf(db, 'wmC')).toBe(1);
  });

  it('stays a contact through the pair of the other id, and is reached by that id', async () => {
    const { db, engine, happens } = await aProduct(await open());
    const [one, other] = ['wm1', 'wm2'];
    await happens(aFact('contact_added', MONDAY - 9 * DAY, { externalUserId: one, phone }, { staff: 'LinXia' }));
    await happens(aFact('contact_added', MONDAY - 8 * DAY, { externalUserId: other, phone }, { staff: 'ZhaoMin' }));
    await happens(aFact('contact_lost', MONDAY - DAY, { externalUserId: one }, { staff: 'LinXia', by: 'member' }));
    expect(await contactOf(db, other)).toBe(1);
    const ids = await identityStore.byValue(db.read, other);
    const routes = await loadContactRoutes(
      db.read,
      await loadEvaluations(db.read, ids, await engine.context(), MONDAY),
    );
    expect(routes.get(ids[0]!)).toMatchObject({ isContact: true, externalUserId: other, staff: 'ZhaoMin' });
  });

  it('stays a contact when a record whose contact was lost later is merged into theirs', async () => {
    const { db, happens } = await aProduct(await open());
    await happens(aFact('contact_added', MONDAY - 9 * DAY, { externalUserId: 'wm3' }, { staff: 'ZhaoMin' }));
    await happens(
      aFact('contact_added', MONDAY - 8 * DAY, { externalUserId: 'wm4' }, { staff: 'LinXia' }),
      aFact('contact_lost', MONDAY - DAY, { externalUserId: 'wm4' }, { staff: 'LinXia', by: 'member' }),
    );
    await happens(
      aFact('visited', MONDAY, { externalUserId: 'wm3', phone }),
      aFact('visited', MONDAY, { externalUserId: 'wm4', phone }),
    );
    expect(await contactOf(db, 'wm4')).toBe(1);
  });
});
