import { describe, expect, it } from 'vitest';
import type { Action } from '../../../src/domain/action.js';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { listTasks } from '../../../src/insights/tasks.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aFact, aProduct, groupRead, groupReadOf, MONDAY, xiaolu } from '../../support/test-product.js';
import { aProductWithCards, cards, closed, kinds, presses, says, seenGone, tasks, toBeRemoved } from './staff-tasks.js';

/** Reports these staff as not reached, in lower case as WeCom does; with `refuses` it rejects a card for them alone. */
class UnreachingChannel extends FakeChannel {
  constructor(
    private readonly unreachable: readonly string[],
    private readonly refuses = false,
  ) {
    super(kinds);
  }

  override async send(action: Action, key: string) {
    if (action.kind !== 'staff_card') return super.send(action, key);
    const unreached = action.staff
      .map((staff) => staff.toLowerCase())
      .filter((staff) => this.unreachable.includes(staff));
    if (this.refuses && unreached.length === action.staff.length) throw new GiveUp('no_valid_receiver');
    const done = await super.send(action, key);
    return { ...done, result: { ...done.result, unreached } };
  }
}

eachDatabase('a task for staff', (open) => {
  it('is sent once, as a card with two buttons, to its assignee', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await product.workLoop.drain();
    expect(cards(product)).toMatchObject([{ staff: ['ZhouMing'], buttons: [{ key: 'done' }, { key: 'snooze' }] }]);
    expect(cards(product)[0]!.taskId).toMatch(/^[A-Za-z0-9_@-]{1,128}$/);
    expect(cards(product)[0]!.text).toContain('移出「普通1群」');
    expect(product.channel.ofKind('notify_staff')).toEqual([]);
  });

  describe.each([
    ['names the only receiver as not reached', false],
    ['takes the card for nobody', true],
  ])('where WeCom %s', (_what, refuses) => {
    it('goes to the operators once, who see for whom they act and may answer it', async () => {
      const channel = new UnreachingChannel(['zhouming'], refuses);
      const product = await aProduct(await open(), { channel });
      await toBeRemoved(product);
      const again = await product.rebuilt();
      for (let hour = 0; hour < 5; hour += 1) await again.later(1);
      const toOperators = cards(product).filter(({ staff }) => staff.includes('LinXia'));
      expect(toOperators).toHaveLength(1);
      expect(toOperators[0]!.text).toMatch(/^ZhouMing 收不到应用消息，请代为处理：请将/);
      expect(await tasks(product)).toMatchObject([{ staff: 'ZhouMing', state: 'open' }]);
      expect((await says(again, 'LinXia', '待办')).join()).toContain('ZhouMing 收不到应用消息');
      await presses(again, 'LinXia', 'done');
      expect(await tasks(product)).toMatchObject([{ answered_by: 'LinXia' }]);
    });
  });

  it('is sent to nobody twice when the operators cannot be reached either', async () => {
    const channel = new UnreachingChannel(['zhouming', 'linxia']);
    const product = await aProduct(await open(), { channel });
    await toBeRemoved(product);
    for (let hour = 0; hour < 5; hour += 1) await product.later(1);
    expect(cards(product).map(({ staff }) => staff)).toEqual([['ZhouMing'], ['ZhouMing', 'LinXia']]);
    const [listed] = (await listTasks(product.db.read, { limit: 5 }, product.clock.now())).items;
    expect(listed).toMatchObject({ staff: 'ZhouMing', unreached: true, state: 'open' });
  });

  it('shows its number, its assignee and its deadline beside the text', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    const { facts } = cards(product)[0]!;
    expect(facts?.slice(0, 2)).toEqual([
      { name: '编号', value: '1' },
      { name: '负责人', value: 'ZhouMing' },
    ]);
    expect(facts?.[2]).toMatchObject({ name: '截止', value: expect.stringMatching(/^3月\d+日 \d\d:\d\d$/) as string });
  });

  it('is sent on a new card when the code of the old one has expired, and a press on the old one shows that it is done', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await product.later(80);
    const [old, fresh] = [cards(product)[0]!, cards(product).at(-1)!];
    expect(fresh.taskId).not.toBe(old.taskId);
    await presses(product, 'ZhouMing', 'done', { key: 'fresh', taskId: fresh.taskId });
    await seenGone(product);
    await product.later(1);
    expect(await tasks(product)).toMatchObject([{ state: 'done' }]);
    await presses(product, 'ZhouMing', 'done', { key: 'late', taskId: old.taskId });
    expect(closed(product).at(-1)).toContain('已处理');
  });

  it('is sent as a text message when the channel has no cards', async () => {
    const product = await aProductWithCards(
      open,
      'none',
      kinds.filter((kind) => kind !== 'staff_card' && kind !== 'close_card'),
    );
    await toBeRemoved(product);
    expect(product.channel.ofKind('notify_staff')).toMatchObject([{ staff: ['ZhouMing'] }]);
  });

  it('closes its card when it is seen to be done although nobody pressed a button', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await product.later(1);
    await seenGone(product);
    expect(closed(product)).toEqual(['ZhouMing: 已处理']);
    expect(product.channel.ofKind('close_card')[0]!.responseCode).toBe(`code-of-${cards(product)[0]!.taskId}`);
    await product.later(1);
    expect(closed(product)).toHaveLength(1);
  });

  it('is sent again after a snooze, and in the morning when the snooze ends at night', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await presses(product, 'ZhouMing', 'snooze');
    await presses(product, 'ZhouMing', 'snooze');
    await product.later(3);
    expect(cards(product)).toHaveLength(1);
    await product.later(1);
    expect(cards(product)).toHaveLength(2);
    await product.later('2026-03-02T18:00');
    await presses(product, 'ZhouMing', 'snooze');
    await product.later('2026-03-03T08:30');
    expect(cards(product)).toHaveLength(2);
    await product.later('2026-03-03T09:00');
    expect(cards(product)).toHaveLength(3);
  });

  it('is sent once more when it is overdue, by day, and can be snoozed then', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await product.later(70);
    expect(cards(product)).toHaveLength(1);
    await product.later(3);
    expect(cards(product)).toHaveLength(2);
    expect(cards(product)[1]).toMatchObject({
      staff: ['ZhouMing'],
      text: expect.stringMatching(/^已过期限.*移出「普通1群」/),
    });
    await presses(product, 'ZhouMing', 'snooze');
    await product.later(5);
    expect(cards(product)).toHaveLength(3);
    for (let day = 0; day < 10; day++) await product.later(24);
    expect(cards(product)).toHaveLength(3);
    await seenGone(product);
    expect(await tasks(product)).toMatchObject([{ state: 'done' }]);
  });

  it('can be snoozed before it is overdue although its reminder is due later', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await product.later(2);
    expect(await says(product, 'ZhouMing', '待办')).toEqual([expect.stringContaining('移出「普通1群」')]);
    await presses(product, 'ZhouMing', 'snooze');
    await product.later(5);
    expect(cards(product)).toHaveLength(2);
    await product.later(70);
    expect(cards(product)).toHaveLength(3);
  });

  it('is not sent when it is done before its card could be sent', async () => {
    const product = await aProductWithCards(open);
    product.channel.failNext('staff_card', new RetryLater('wecom_busy', 3_600_000));
    await toBeRemoved(product);
    await product.later(0.2);
    expect(cards(product)).toEqual([]);
    await seenGone(product);
    await product.later(2);
    expect(cards(product)).toEqual([]);
    expect(await tasks(product)).toMatchObject([{ state: 'done' }]);
  });

  it('is sent once after a crash between being stored and being sent', async () => {
    const product = await aProductWithCards(open);
    await product.inbox.receive(
      [
        aFact('contact_added', MONDAY, xiaolu),
        aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 9_900 }),
        groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: MONDAY, owner: 'ZhouMing' }),
        groupRead('wrNew', '会员1群', ['wmXiaolu'], MONDAY),
      ].map((fact) => ({ kind: 'fact', fact })),
    );
    while ((await product.engine.advance()) > 0);
    const next = await product.rebuilt();
    await next.workLoop.drain();
    await next.later(1);
    expect(cards(next)).toHaveLength(1);
  });
});
