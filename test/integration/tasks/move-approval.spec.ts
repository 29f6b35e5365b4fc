import { expect, it } from 'vitest';
import { RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, groupRead, groupReadOf, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';
import { aProductWithCards, cards, presses, says, tasks } from './staff-tasks.js';

eachDatabase('a task', (open) => {
  /** 小鹿 has ordered, and the members' group is there to go to. */
  async function toBeInvited(product: TestProduct): Promise<void> {
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: MONDAY, owner: 'ZhouMing' }),
      groupRead('wrNew', '会员1群', [], MONDAY),
    );
    await product.happens(aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 9_900 }));
    for (let turn = 0; turn < 4; turn++) await product.later(3);
  }
  const invitations = ({ channel }: TestProduct) =>
    channel.ofKind('mass_send').filter(({ message }) => message.attachments.length > 0);
  const moves = ({ db }: TestProduct) => db.read.all<{ state: string }>('SELECT state FROM move ORDER BY id');

  it('to approve a move withholds the invitation until an operator approves, by card or by typing', async () => {
    const product = await aProductWithCards(open, 'all');
    await toBeInvited(product);
    expect(cards(product)).toMatchObject([{ staff: ['LinXia'], buttons: [{ key: 'approve' }, { key: 'refuse' }] }]);
    expect(invitations(product)).toEqual([]);
    expect(await moves(product)).toEqual([{ state: 'planned' }]);
    await presses(product, 'LinXia', 'done');
    await presses(product, 'ZhouMing', 'approve');
    expect(await moves(product)).toEqual([{ state: 'planned' }]);
    await presses(product, 'LinXia', 'approve');
    await presses(product, 'LinXia', 'approve');
    expect((await says(product, 'LinXia', '同意 1')).join()).toContain('已经处理过');
    // Staff send the thanks for the order first; the invitation follows a day later.
    product.channel.tapAll();
    for (let turn = 0; turn < 12; turn++) await product.later(3);
    expect(invitations(product)).toHaveLength(1);
    expect(await tasks(product)).toMatchObject([{ kind: 'approve_move', state: 'done', answered_by: 'LinXia' }]);
  });

  it('to approve a move is sent to the remaining operators when one is no operator any more', async () => {
    const product = await aProductWithCards(open, 'all');
    product.channel.failNext('staff_card', new RetryLater('wecom_busy', 600_000));
    await product.happens(groupRead('wrNew', '会员1群', [], MONDAY));
    await product.happens(
      aFact('contact_added', MONDAY, xiaolu),
      aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 9_900 }),
    );
    expect(cards(product)).toEqual([]);
    // The card was queued when the file still named one more operator.
    await product.db.write((tx) =>
      tx.run(`UPDATE outbox SET action = REPLACE(action, '"LinXia"', '"LinXia","SunYue"') WHERE kind = 'staff_card'`),
    );
    await product.later(1);
    expect(cards(product).map(({ staff }) => staff)).toEqual([['LinXia']]);
  });

  it('to approve a move is not created again for a month after a refusal', async () => {
    const product = await aProductWithCards(open, 'all');
    await toBeInvited(product);
    expect((await says(product, 'LinXia', '不同意 1')).join()).toContain('不换群');
    for (let turn = 0; turn < 5; turn++) await product.later(96);
    expect(await moves(product)).toEqual([{ state: 'failed' }]);
    expect(invitations(product)).toEqual([]);
    expect(await tasks(product)).toHaveLength(1);
  });

  it('to approve a move is answered with a notice when the member can no longer be reached', async () => {
    const product = await aProductWithCards(open, 'all');
    await toBeInvited(product);
    const db = product.db;
    await db.write((tx) => tx.run(`UPDATE follow SET ended = 1`));
    expect((await says(product, 'LinXia', '同意 1')).join()).toContain('没有发出邀请');
    expect(await moves(product)).toEqual([{ state: 'failed' }]);
    expect(await tasks(product)).toMatchObject([{ state: 'done', answered_by: 'LinXia' }]);
  });

  it('to approve a move is cancelled with its move when the group has no way in', async () => {
    const product = await aProductWithCards(open, 'all');
    await toBeInvited(product);
    await product.db.write((tx) => tx.run(`UPDATE chat_group SET join_qr = NULL`));
    expect((await says(product, 'LinXia', '同意 1')).join()).toContain('不需要了');
    expect(await moves(product)).toEqual([{ state: 'cancelled' }]);
    expect(await tasks(product)).toMatchObject([{ state: 'cancelled' }]);
  });
});
