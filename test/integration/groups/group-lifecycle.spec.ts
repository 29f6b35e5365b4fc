import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import {
  aFact,
  aProduct,
  groupRead,
  MONDAY,
  xiaolu,
  type TestProduct,
  groupReadOf,
} from '../../support/test-product.js';
import { dismissedRead } from './dismissed-read.js';

const HOUR = 3_600_000;
const order = (at: number, orderId = 'o-1') => aFact('order_paid', at, xiaolu, { orderId, amountCents: 8_800 });
const movesOf = ({ db }: TestProduct) =>
  db.read.all<{ state: string; to: string; note: string }>(
    `SELECT m.state, g.name AS "to", (SELECT e.note FROM move_event e WHERE e.move_id = m.id ORDER BY e.id DESC LIMIT 1) AS note
     FROM move m JOIN chat_group g ON g.id = m.to_group ORDER BY m.id`,
  );
const tasksOf = ({ db }: TestProduct) =>
  db.read.all<{ kind: string; staff: string; state: string }>(
    'SELECT kind, staff, state FROM operator_task ORDER BY id',
  );

eachDatabase('a group that is dismissed or changes its owner', (open) => {
  /** 小鹿 is invited to move from the old group to the new one. */
  async function anInvitedMember() {
    const product = await aProduct(await open());
    await product.happens(
      groupRead('wr-old', '普通成员群①', ['wmXiaolu'], MONDAY),
      groupRead('wr-new', '会员群①', [], MONDAY),
      aFact('contact_added', MONDAY, xiaolu, { staff: 'LinXia' }),
    );
    await product.happens(order(MONDAY + HOUR));
    return product;
  }
  const joins = (product: TestProduct, chatId: string, at = product.clock.now()) =>
    product.happens(aFact('joined_group', at, xiaolu, { chatId, scene: 3 }));

  it('cancels the moves to it when it is dismissed, and invites the members to another group', async () => {
    const product = await anInvitedMember();
    await product.happens(groupRead('wr-new2', '会员群②', [], MONDAY + HOUR));
    await product.happens(dismissedRead('wr-new', MONDAY + 2 * HOUR));
    expect(await movesOf(product)).toMatchObject([
      { state: 'cancelled', to: '会员群①', note: 'group_dismissed' },
      { state: 'planned', to: '会员群②' },
    ]);
  });

  it('has no members after it is dismissed, and its tasks to remove members are done', async () => {
    const product = await anInvitedMember();
    await joins(product, 'wr-new');
    expect(await tasksOf(product)).toMatchObject([{ kind: 'remove_from_group', state: 'open' }]);
    await product.happens(dismissedRead('wr-old', product.clock.now() + HOUR));
    await product.happens(dismissedRead('wr-old', product.clock.now() + HOUR));
    expect(await movesOf(product)).toMatchObject([{ state: 'done', note: 'group_dismissed' }]);
    expect(await tasksOf(product)).toMatchObject([{ state: 'done' }]);
    expect(await product.db.read.all('SELECT present FROM group_person WHERE present = 1')).toHaveLength(1);
    expect(await product.db.read.all(`SELECT name, tier, status FROM chat_group WHERE chat_id = 'wr-old'`)).toEqual([
      { name: '普通成员群①', tier: 'regular', status: 'dismissed' },
    ]);
  });

  it('gives its open tasks to the new owner and notifies them', async () => {
    const product = await anInvitedMember();
    await joins(product, 'wr-new');
    await product.happens(
      groupReadOf({
        chatId: 'wr-old',
        name: '普通成员群①',
        people: ['wmXiaolu'],
        at: MONDAY + 2 * HOUR,
        owner: 'ChenYu',
      }),
    );
    expect(await tasksOf(product)).toMatchObject([{ kind: 'remove_from_group', staff: 'ChenYu', state: 'open' }]);
    expect(product.channel.ofKind('notify_staff').map(({ staff }) => staff)).toEqual([['LinXia'], ['ChenYu']]);
  });

  it('has a task to transfer it while its owner has left', async () => {
    const product = await anInvitedMember();
    const orphan = groupRead('wr-new', '会员群①', [], MONDAY + 2 * HOUR);
    await product.happens({ ...orphan, data: { ...orphan.data, ownerState: 1 } } as typeof orphan);
    expect(await tasksOf(product)).toMatchObject([{ kind: 'owner_left', state: 'open' }]);
    const handed = groupReadOf({
      chatId: 'wr-new',
      name: '会员群①',
      people: [],
      at: MONDAY + 3 * HOUR,
      owner: 'ChenYu',
    });
    await product.happens({ ...handed, data: { ...handed.data, ownerState: 3 } } as typeof handed);
    expect(await tasksOf(product)).toMatchObject([{ kind: 'owner_left', state: 'done' }]);
  });

  it('closes that task when a new owner is seen, though a read of one group has no owner state', async () => {
    const product = await anInvitedMember();
    const orphan = groupRead('wr-new', '会员群①', [], MONDAY + 2 * HOUR);
    await product.happens({ ...orphan, data: { ...orphan.data, ownerState: 1 } } as typeof orphan);
    await product.happens(
      groupReadOf({ chatId: 'wr-new', name: '会员群①', people: [], at: MONDAY + 3 * HOUR, owner: 'ChenYu' }),
    );
    expect(await tasksOf(product)).toMatchObject([{ kind: 'owner_left', state: 'done' }]);
  });

  it('has no task to remove a member who joined the new group and left the old one in one batch', async () => {
    const product = await anInvitedMember();
    const at = product.clock.now();
    await product.happens(
      aFact('joined_group', at, xiaolu, { chatId: 'wr-new', scene: 3 }),
      aFact('left_group', at + 1, xiaolu, { chatId: 'wr-old', removed: false }),
    );
    expect(await movesOf(product)).toMatchObject([{ state: 'done' }]);
    expect(await tasksOf(product)).toEqual([]);
    expect(product.channel.ofKind('notify_staff')).toEqual([]);
  });

  it('keeps a member who left the new group again, and does not invite them back at once', async () => {
    const product = await anInvitedMember();
    await joins(product, 'wr-new');
    await product.happens(
      aFact('left_group', product.clock.now() + HOUR, xiaolu, { chatId: 'wr-new', removed: false }),
    );
    await product.later('2026-03-03T09:00');
    expect(await movesOf(product)).toMatchObject([{ state: 'failed', note: 'left_the_new_group' }]);
    expect(await tasksOf(product)).toMatchObject([{ kind: 'remove_from_group', state: 'cancelled' }]);
  });

  it('counts as joined when WeCom opened it by itself from our code, whatever its name', async () => {
    const product = await anInvitedMember();
    const [way] = await product.db.read.all<{ join_state: string }>(
      `SELECT join_state FROM chat_group WHERE chat_id = 'wr-new'`,
    );
    await joins(product, 'wr-auto', product.clock.now() - 10_000);
    const read = groupRead('wr-auto', '新群', [], product.clock.now());
    await product.happens({
      ...read,
      data: {
        ...read.data,
        people: [
          { externalUserId: 'wmXiaolu', scene: 3, state: way!.join_state, joinedAt: product.clock.now() - 10_000 },
        ],
      },
    } as typeof read);
    expect(await movesOf(product)).toMatchObject([{ state: 'leaving', to: '新群' }]);
    expect(await product.db.read.all('SELECT source FROM member_metrics')).toEqual([{ source: null }]);
  });
});
