import { expect, it } from 'vitest';
import type { Action } from '../../../src/domain/action.js';
import { eachDatabase } from '../../support/databases.js';
import { FakeChannel } from '../../support/fake-channel.js';
import { aProduct, groupReadOf, MONDAY } from '../../support/test-product.js';
import { aProductWithCards, cards, closed, kinds, presses, tasks, toBeRemoved } from './staff-tasks.js';

/** Runs `meanwhile` while an action is on its way. */
class InterruptedChannel extends FakeChannel {
  meanwhile: ((action: Action) => Promise<void>) | undefined;

  override async send(action: Action, key: string) {
    await this.meanwhile?.(action);
    return super.send(action, key);
  }
}

eachDatabase('a task for staff', (open) => {
  it('loses the claim of its former assignee when it is reassigned', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await presses(product, 'ZhouMing', 'done');
    await product.later(1 / 60);
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: product.clock.now(), owner: 'ChenYu' }),
    );
    expect(cards(product).at(-1)).toMatchObject({ staff: ['ChenYu'] });
    expect(cards(product).at(-1)!.text).not.toContain('还没有完成');
    expect(await tasks(product)).toMatchObject([{ staff: 'ChenYu', state: 'open', answered_by: null }]);
  });

  it('closes the card of its former assignee when it is reassigned', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    const [former] = cards(product);
    await product.later(1);
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: product.clock.now(), owner: 'ChenYu' }),
    );
    expect(cards(product).at(-1)).toMatchObject({ staff: ['ChenYu'] });
    expect(closed(product)).toEqual(['ZhouMing: 已交给 ChenYu']);
    expect(product.channel.ofKind('close_card')[0]!.responseCode).toBe(`code-of-${former!.taskId}`);
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: [], at: product.clock.now(), owner: 'ChenYu' }),
    );
    expect(closed(product)).toEqual(['ZhouMing: 已交给 ChenYu', 'ChenYu: 已处理']);
  });

  it('is sent to its new assignee when it is reassigned at the moment when its card was sent', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: MONDAY + 1, owner: 'ChenYu' }),
    );
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: MONDAY + 2, owner: 'SunYue' }),
    );
    expect(cards(product).map(({ staff }) => staff)).toEqual([['ZhouMing'], ['ChenYu'], ['SunYue']]);
    expect(closed(product)).toEqual(['ZhouMing: 已交给 ChenYu', 'ChenYu: 已交给 SunYue']);
    await presses(product, 'ChenYu', 'done', { key: 'too-late', taskId: cards(product)[1]!.taskId });
    expect(closed(product).at(-1)).toBe('ChenYu: 已交给 SunYue');
  });

  it('closes the card that was on its way while it was reassigned', async () => {
    const channel = new InterruptedChannel(kinds);
    const product = await aProduct(await open(), { channel });
    const readOfChenYus = (people: string[], at: number) =>
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people, at, owner: 'ChenYu' });
    channel.meanwhile = async ({ kind }) => {
      if (kind !== 'staff_card') return;
      channel.meanwhile = undefined;
      product.clock.pushTo(product.clock.now() + 1_000);
      await product.inbox.receive([{ kind: 'fact', fact: readOfChenYus(['wmXiaolu'], product.clock.now()) }]);
      while ((await product.engine.advance()) > 0);
    };
    await toBeRemoved(product);
    expect(cards(product).map(({ staff }) => staff)).toEqual([['ZhouMing'], ['ChenYu']]);
    expect(closed(product)).toEqual(['ZhouMing: 已交给 ChenYu']);
    await product.later(1);
    await product.happens(readOfChenYus([], product.clock.now()));
    expect(closed(product)).toEqual(['ZhouMing: 已交给 ChenYu', 'ChenYu: 已处理']);
    expect(channel.ofKind('close_card').map(({ responseCode }) => responseCode)).toEqual(
      cards(product).map(({ taskId }) => `code-of-${taskId}`),
    );
  });

  it('shows a former assignee who presses a button who has it now, and does not change', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    const [former] = cards(product);
    // Longer than the response codes of the card and of its reminder are valid.
    await product.later(80);
    await product.later(80);
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: product.clock.now(), owner: 'ChenYu' }),
    );
    expect(closed(product)).toEqual([]);
    await presses(product, 'ZhouMing', 'done', { key: 'late', taskId: former!.taskId });
    await presses(product, 'SunYue', 'done', { key: 'never-theirs', taskId: former!.taskId });
    expect(closed(product)).toEqual(['ZhouMing: 已交给 ChenYu']);
    expect(await tasks(product)).toMatchObject([{ staff: 'ChenYu', state: 'open', answered_by: null }]);
  });
});
