import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { aProductWithCards, closed, presses, says, tasks, toBeRemoved } from './staff-tasks.js';

eachDatabase('a task for staff', (open) => {
  it('is answered once by two presses, and once by a press that is delivered twice', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await presses(product, 'ZhouMing', 'done', { key: 'a' });
    await presses(product, 'ZhouMing', 'done', { key: 'a' });
    await presses(product, 'ZhouMing', 'done', { key: 'b' });
    expect(closed(product)).toHaveLength(2);
    await product.later(1 / 60);
    expect(product.channel.ofKind('read_group')).toHaveLength(1);
    expect(await product.db.read.all('SELECT id FROM audit')).toHaveLength(1);
  });

  it('can be answered by its assignee or an operator, and by nobody else', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await presses(product, 'SunYue', 'done');
    expect(await says(product, 'SunYue', '完成 1')).toEqual([]);
    expect(await says(product, 'SunYue', '待办')).toEqual([]);
    expect(closed(product)).toEqual([]);
    expect(await tasks(product)).toMatchObject([{ answered_by: null }]);
    await presses(product, 'LinXia', 'done');
    expect(await tasks(product)).toMatchObject([{ answered_by: 'LinXia' }]);
  });

  it('can be listed and answered by typing', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    expect((await says(product, 'zhouming', '待办')).join()).toContain('1. 请将');
    expect((await says(product, 'ZhouMing', '稍后 1')).join()).toContain('稍后再提醒');
    expect((await says(product, 'ZhouMing', '完成 #1')).join()).toContain('正在核对');
    expect((await says(product, 'ZhouMing', '完成 9')).join()).toContain('没有编号 9');
    expect((await says(product, 'ZhouMing', '完成 它')).join()).toContain('写上待办编号');
    expect(await says(product, 'ZhouMing', '暂停')).toEqual([]);
    expect((await says(product, 'LinXia', '待办')).join()).toContain('1. 请将');
  });
});
