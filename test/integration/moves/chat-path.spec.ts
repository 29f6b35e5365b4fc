import { expect, it } from 'vitest';
import { listMoves } from '../../../src/insights/moves.js';
import { GiveUp } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, MONDAY } from '../../support/test-product.js';
import { aChatProduct, aRead, lu, movesOf } from './a-chat-product.js';
import { rulesOf } from '../../support/rules-of.js';

const HOUR = 3_600_000;
const order = (at: number, orderId: string) => aFact('order_paid', at, lu.ids, { orderId, amountCents: 8_800 });

eachDatabase('a move through the chat account', (open) => {
  async function aBuyer(given: Parameters<typeof aChatProduct>[1] = {}) {
    const product = await aChatProduct(await open(), given);
    await product.happens(aFact('contact_added', MONDAY, lu.ids));
    await product.happens(aRead('R:old', '普通群①', [lu], MONDAY), aRead('R:new', '会员群①', [], MONDAY));
    return product;
  }

  it('adds the member, sees the join, removes them, and is done only when they are seen gone', async () => {
    const product = await aBuyer();
    await product.happens(order(MONDAY, 'o-1'));
    expect(product.channel.ofKind('room_add')).toEqual([{ kind: 'room_add', chatId: 'R:new', member: lu.ids }]);
    expect(await movesOf(product.db)).toEqual([{ state: 'invited', path: 'chat', to: '会员群①' }]);
    expect(product.channel.ofKind('room_remove')).toEqual([]);

    await product.happens(aFact('joined_group', MONDAY + HOUR, lu.ids, { chatId: 'R:new' }));
    expect(product.channel.ofKind('room_remove')).toEqual([{ kind: 'room_remove', chatId: 'R:old', member: lu.ids }]);
    expect(await movesOf(product.db)).toMatchObject([{ state: 'leaving' }]);

    await product.happens(aFact('left_group', MONDAY + 2 * HOUR, lu.ids, { chatId: 'R:old', removed: true }));
    expect(await movesOf(product.db)).toMatchObject([{ state: 'done' }]);
    expect(product.channel.ofKind('notify_staff')).toEqual([]);
    const [move] = (await listMoves(product.db.read, { limit: 10 }, { now: product.clock.now(), ...rulesOf(product) }))
      .items;
    expect(move?.history.map((step) => step.state)).toEqual(['planned', 'invited', 'joined', 'leaving', 'done']);
  });

  it('expires when the add only sent an invitation that the member does not follow', async () => {
    const product = await aBuyer();
    await product.happens(order(MONDAY, 'o-1'));
    for (let day = 3; day <= 8; day++) await product.later(`2026-03-0${day}T09:00`);
    expect(await movesOf(product.db)).toMatchObject([{ state: 'invited' }]);
    await product.later('2026-03-09T09:30');
    expect(await movesOf(product.db)).toMatchObject([{ state: 'expired' }]);
    expect(product.channel.ofKind('room_remove')).toEqual([]);
    expect(product.channel.ofKind('room_add').length).toBe(1);
  });

  it('is recognised by a read of the room when the join event was lost', async () => {
    const product = await aBuyer();
    await product.happens(order(MONDAY, 'o-1'));
    await product.happens(aRead('R:new', '会员群①', [lu], MONDAY + HOUR));
    expect(await movesOf(product.db)).toMatchObject([{ state: 'leaving' }]);
    await product.happens(aRead('R:old', '普通群①', [], MONDAY + 2 * HOUR));
    expect(await movesOf(product.db)).toMatchObject([{ state: 'done' }]);
  });

  it('fails when the chat account may not add the member, and is tried again only after a month', async () => {
    const product = await aBuyer();
    product.channel.failNext('room_add', new GiveUp('chat_refused'));
    await product.happens(order(MONDAY, 'o-1'));
    expect(await movesOf(product.db)).toMatchObject([{ state: 'failed' }]);
    await product.later('2026-03-20T09:30');
    expect((await movesOf(product.db)).length).toBe(1);
    await product.later('2026-04-02T09:30');
    expect(await movesOf(product.db)).toMatchObject([{ state: 'failed' }, { state: 'invited' }]);
  });

  it('waits for the morning when it is planned at night', async () => {
    const product = await aBuyer();
    await product.later('2026-03-02T22:00');
    await product.happens(order(product.clock.now(), 'o-1'));
    expect(product.channel.ofKind('room_add')).toEqual([]);
    await product.later('2026-03-03T08:00');
    expect(product.channel.ofKind('room_add').length).toBe(1);
  });

  it('sends nothing to a member who opted out meanwhile', async () => {
    const product = await aBuyer();
    await product.later('2026-03-02T22:00');
    await product.happens(order(product.clock.now(), 'o-1'), aFact('opted_out', product.clock.now(), lu.ids));
    await product.later('2026-03-03T09:00');
    expect(product.channel.ofKind('room_add')).toEqual([]);
  });

  it('shows as stuck when the member is still in both groups after the days for leaving', async () => {
    const product = await aBuyer();
    await product.happens(order(MONDAY, 'o-1'), aFact('joined_group', MONDAY + HOUR, lu.ids, { chatId: 'R:new' }));
    const stuck = async () =>
      (await listMoves(product.db.read, { stuck: true, limit: 10 }, { now: product.clock.now(), ...rulesOf(product) }))
        .items;
    await product.later('2026-03-05T08:30');
    expect(await stuck()).toEqual([]);
    await product.later('2026-03-05T09:30');
    expect(await stuck()).toMatchObject([
      { memberName: '小鹿', from: { name: '普通群①' }, to: { name: '会员群①' }, state: 'leaving', stuck: true },
    ]);
    await product.later('2026-03-20T09:30');
    await product.happens(aFact('left_group', product.clock.now(), lu.ids, { chatId: 'R:old', removed: true }));
    expect(await stuck()).toEqual([]);
    expect(await movesOf(product.db)).toMatchObject([{ state: 'done' }]);
  });

  it('removes the member from every other tier group, one after the other', async () => {
    const product = await aChatProduct(await open());
    await product.happens(
      aRead('R:1', '潜在群①', [lu], MONDAY),
      aRead('R:2', '普通群①', [lu], MONDAY),
      aRead('R:3', '会员群①', [lu], MONDAY),
      aRead('R:4', '闲聊群', [lu], MONDAY),
    );
    await product.happens(order(MONDAY, 'o-1'), aFact('contact_added', MONDAY, lu.ids));
    const left: string[] = [];
    for (let round = 0; round < 4; round++) {
      for (const { chatId } of product.channel.ofKind('room_remove').slice(left.length)) {
        left.push(chatId);
        await product.happens(aFact('left_group', product.clock.now() + round, lu.ids, { chatId, removed: true }));
      }
    }
    expect(left.sort()).toEqual(['R:1', 'R:2']);
    expect(new Set((await movesOf(product.db)).map((move) => `${move.state} ${move.to}`))).toContain('done 会员群①');
    expect(
      await product.db.read.all(
        `SELECT g.name FROM group_person gp JOIN chat_group g ON g.id = gp.group_id WHERE gp.present = 1 ORDER BY g.id`,
      ),
    ).toEqual([{ name: '会员群①' }, { name: '闲聊群' }]);
  });
});
