import { expect, it } from 'vitest';
import { RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { groupReadOf } from '../../support/test-product.js';
import { aProductWithCards, cards, closed, presses, seenGone, tasks, toBeRemoved } from './staff-tasks.js';

eachDatabase('a task for staff at night', (open) => {
  it('is sent in the morning when it arises at night', async () => {
    const product = await aProductWithCards(open);
    await product.later('2026-03-02T22:00');
    await toBeRemoved(product);
    await product.later('2026-03-03T02:00');
    await product.later('2026-03-03T07:29');
    expect(cards(product)).toEqual([]);
    expect(await tasks(product)).toMatchObject([{ state: 'open' }]);
    await product.later('2026-03-03T07:30');
    expect(cards(product)).toMatchObject([{ staff: ['ZhouMing'] }]);
    await product.later(1);
    expect(cards(product)).toHaveLength(1);
  });

  it('is sent to nobody when it arises and is done in one night', async () => {
    const product = await aProductWithCards(open);
    await product.later('2026-03-02T22:00');
    await toBeRemoved(product);
    await product.later('2026-03-03T03:00');
    await seenGone(product);
    await product.later('2026-03-03T09:00');
    expect(cards(product)).toEqual([]);
    expect(await tasks(product)).toMatchObject([{ state: 'done' }]);
  });

  it('is sent only to the new assignee when it is reassigned at night', async () => {
    const product = await aProductWithCards(open);
    await product.later('2026-03-02T22:00');
    await toBeRemoved(product);
    await product.later('2026-03-03T03:00');
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: product.clock.now(), owner: 'ChenYu' }),
    );
    await product.later('2026-03-03T09:00');
    expect(cards(product).map(({ staff }) => staff)).toEqual([['ChenYu']]);
    expect(closed(product)).toEqual([]);
  });

  it('is not sent at night when its card could not be sent by day', async () => {
    const product = await aProductWithCards(open);
    await product.later('2026-03-02T21:00');
    product.channel.failNext(
      'staff_card',
      new RetryLater('wecom_halted', 2 * 3_600_000, { countsAsAttempt: false, throttlesKind: true }),
    );
    await toBeRemoved(product);
    await product.later('2026-03-02T23:30');
    expect(cards(product)).toEqual([]);
    await product.later('2026-03-03T07:30');
    expect(cards(product)).toHaveLength(1);
  });

  it('can be answered at night, and its card shows it at once', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await product.later('2026-03-02T23:00');
    await presses(product, 'ZhouMing', 'done');
    expect(closed(product)).toEqual(['ZhouMing: 已处理 · ZhouMing']);
  });
});
