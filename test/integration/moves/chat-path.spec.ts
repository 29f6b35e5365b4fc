import { expect, it } from 'vitest';
import { listMoves } from '../../../src/insights/moves.js';
import { GiveUp } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, MONDAY } from '../../support/engine-house.js';
import { aChatHouse, aRead, lu, movesOf } from './a-chat-house.js';

const HOUR = 3_600_000;
const order = (at: number, orderId: string) => aFact('order_paid', at, lu.ids, { orderId, amountCents: 8_800 });

eachDatabase('a move through the chat account', (open) => {
  async function aBuyer(given: Parameters<typeof aChatHouse>[1] = {}) {
    const house = await aChatHouse(await open(), given);
    await house.happens(aFact('contact_added', MONDAY, lu.ids));
    await house.happens(aRead('R:old', '普通群①', [lu], MONDAY), aRead('R:new', '会员群①', [], MONDAY));
    return house;
  }

  it('adds, sees the join, removes, sees the leaving, and only then is done', async () => {
    const house = await aBuyer();
    await house.happens(order(MONDAY, 'o-1'));
    expect(house.channel.ofKind('room_add')).toEqual([{ kind: 'room_add', chatId: 'R:new', member: lu.ids }]);
    expect(await movesOf(house.db)).toEqual([{ state: 'invited', path: 'chat', to: '会员群①' }]);
    expect(house.channel.ofKind('room_remove')).toEqual([]);

    await house.happens(aFact('joined_group', MONDAY + HOUR, lu.ids, { chatId: 'R:new' }));
    expect(house.channel.ofKind('room_remove')).toEqual([{ kind: 'room_remove', chatId: 'R:old', member: lu.ids }]);
    expect(await movesOf(house.db)).toMatchObject([{ state: 'leaving' }]);

    await house.happens(aFact('left_group', MONDAY + 2 * HOUR, lu.ids, { chatId: 'R:old', removed: true }));
    expect(await movesOf(house.db)).toMatchObject([{ state: 'done' }]);
    expect(house.channel.ofKind('notify_staff')).toEqual([]);
    const [move] = (await listMoves(house.db.read, { limit: 10 }, house.clock.now())).items;
    expect(move?.history.map((step) => step.state)).toEqual(['planned', 'invited', 'joined', 'leaving', 'done']);
  });

  it('is no move when the add only sent an invitation that nobody follows', async () => {
    const house = await aBuyer();
    await house.happens(order(MONDAY, 'o-1'));
    for (let day = 3; day <= 8; day++) await house.later(`2026-03-0${day}T09:00`);
    expect(await movesOf(house.db)).toMatchObject([{ state: 'invited' }]);
    await house.later('2026-03-09T09:30');
    expect(await movesOf(house.db)).toMatchObject([{ state: 'expired' }]);
    expect(house.channel.ofKind('room_remove')).toEqual([]);
    expect(house.channel.ofKind('room_add').length).toBe(1);
  });

  it('is seen in a read of the room when the news of the join got lost', async () => {
    const house = await aBuyer();
    await house.happens(order(MONDAY, 'o-1'));
    await house.happens(aRead('R:new', '会员群①', [lu], MONDAY + HOUR));
    expect(await movesOf(house.db)).toMatchObject([{ state: 'leaving' }]);
    await house.happens(aRead('R:old', '普通群①', [], MONDAY + 2 * HOUR));
    expect(await movesOf(house.db)).toMatchObject([{ state: 'done' }]);
  });

  it('fails when the chat account may not add, and is not tried again for a month', async () => {
    const house = await aBuyer();
    house.channel.failNext('room_add', new GiveUp('chat_refused'));
    await house.happens(order(MONDAY, 'o-1'));
    expect(await movesOf(house.db)).toMatchObject([{ state: 'failed' }]);
    await house.later('2026-03-20T09:30');
    expect((await movesOf(house.db)).length).toBe(1);
    await house.later('2026-04-02T09:30');
    expect(await movesOf(house.db)).toMatchObject([{ state: 'failed' }, { state: 'invited' }]);
  });

  it('waits for the morning', async () => {
    const house = await aBuyer();
    await house.later('2026-03-02T22:00');
    await house.happens(order(house.clock.now(), 'o-1'));
    expect(house.channel.ofKind('room_add')).toEqual([]);
    await house.later('2026-03-03T08:00');
    expect(house.channel.ofKind('room_add').length).toBe(1);
  });

  it('does not bother who has opted out meanwhile', async () => {
    const house = await aBuyer();
    await house.later('2026-03-02T22:00');
    await house.happens(order(house.clock.now(), 'o-1'), aFact('opted_out', house.clock.now(), lu.ids));
    await house.later('2026-03-03T09:00');
    expect(house.channel.ofKind('room_add')).toEqual([]);
  });

  it('shows as stuck when the member is in both groups after the days for leaving', async () => {
    const house = await aBuyer();
    await house.happens(order(MONDAY, 'o-1'), aFact('joined_group', MONDAY + HOUR, lu.ids, { chatId: 'R:new' }));
    const stuck = async () => (await listMoves(house.db.read, { stuck: true, limit: 10 }, house.clock.now())).items;
    await house.later('2026-03-05T08:30');
    expect(await stuck()).toEqual([]);
    await house.later('2026-03-05T09:30');
    expect(await stuck()).toMatchObject([
      { memberName: '小鹿', from: { name: '普通群①' }, to: { name: '会员群①' }, state: 'leaving', stuck: true },
    ]);
    await house.later('2026-03-20T09:30');
    await house.happens(aFact('left_group', house.clock.now(), lu.ids, { chatId: 'R:old', removed: true }));
    expect(await stuck()).toEqual([]);
    expect(await movesOf(house.db)).toMatchObject([{ state: 'done' }]);
  });

  it('takes a member out of every other tier group, one after the other', async () => {
    const house = await aChatHouse(await open());
    await house.happens(
      aRead('R:1', '潜在群①', [lu], MONDAY),
      aRead('R:2', '普通群①', [lu], MONDAY),
      aRead('R:3', '会员群①', [lu], MONDAY),
      aRead('R:4', '闲聊群', [lu], MONDAY),
    );
    await house.happens(order(MONDAY, 'o-1'), aFact('contact_added', MONDAY, lu.ids));
    const left: string[] = [];
    for (let round = 0; round < 4; round++) {
      for (const { chatId } of house.channel.ofKind('room_remove').slice(left.length)) {
        left.push(chatId);
        await house.happens(aFact('left_group', house.clock.now() + round, lu.ids, { chatId, removed: true }));
      }
    }
    expect(left.sort()).toEqual(['R:1', 'R:2']);
    expect(new Set((await movesOf(house.db)).map((move) => `${move.state} ${move.to}`))).toContain('done 会员群①');
    expect(
      await house.db.read.all(
        `SELECT g.name FROM group_person gp JOIN chat_group g ON g.id = gp.group_id WHERE gp.present = 1 ORDER BY g.id`,
      ),
    ).toEqual([{ name: '会员群①' }, { name: '闲聊群' }]);
  });
});
