import { expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/day.js';
import type { FactOf } from '../../../src/domain/fact.js';
import { groupStore } from '../../../src/features/groups/group.store.js';
import { taskStore } from '../../../src/features/tasks/task.store.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, groupRead, groupReadOf, MONDAY } from '../../support/test-product.js';
import {
  aProductWithCards,
  cards,
  closed,
  presses,
  says,
  seenGone,
  seenInGroup,
  tasks,
  toBeRemoved,
} from './staff-tasks.js';

eachDatabase('a task that staff claim to have done', (open) => {
  it('is not done by a claim: the group is read, and the card comes again while the member is still in it', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await presses(product, 'ZhouMing', 'done');
    expect(closed(product)).toEqual(['ZhouMing: 已处理 · ZhouMing']);
    await product.later(1 / 60);
    expect(product.channel.ofKind('read_group')).toEqual([{ kind: 'read_group', chatId: 'wrOld' }]);
    expect(await tasks(product)).toMatchObject([{ state: 'open', answered_by: 'ZhouMing' }]);
    await seenInGroup(product);
    await product.later(0.2);
    expect(cards(product)).toHaveLength(2);
    expect(cards(product)[1]!.text).toContain('还没有完成');
    await presses(product, 'ZhouMing', 'done');
    await seenGone(product);
    expect(await tasks(product)).toMatchObject([{ state: 'done', answered_by: 'ZhouMing' }]);
    await product.later(1);
    expect(cards(product)).toHaveLength(2);
  });

  it('comes back after a false claim to whoever made it, and after the second to the operators, too', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    const stillThere = async () => {
      await product.later(1 / 60);
      await seenInGroup(product);
      await product.later(0.2);
    };
    // An operator claims it for the assignee and is notified of the finding.
    await says(product, 'LinXia', '完成 1');
    await stillThere();
    expect(product.channel.ofKind('notify_staff').at(-1)).toMatchObject({
      staff: ['LinXia'],
      text: expect.stringContaining('仍在群里') as string,
    });
    expect(cards(product).at(-1)).toMatchObject({ staff: ['ZhouMing'], buttons: [{ key: 'done' }, { key: 'snooze' }] });
    await presses(product, 'ZhouMing', 'done');
    await stillThere();
    expect(cards(product)).toHaveLength(3);
    expect(new Set(cards(product).map(({ taskId }) => taskId)).size).toBe(3);
    expect(cards(product).at(-1)).toMatchObject({
      staff: ['ZhouMing', 'LinXia'],
      text: expect.stringContaining('已经 2 次说做好了') as string,
    });
    await seenGone(product);
    expect(await tasks(product)).toMatchObject([{ state: 'done' }]);
  });

  it('is sent again after a claim when the group cannot be read for six hours', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await presses(product, 'ZhouMing', 'done');
    for (let time = 0; time < 7; time++) await product.later(1);
    expect(cards(product)).toHaveLength(2);
    expect(cards(product)[1]!.text).toContain('没能读到群里的情况');
  });

  it('states only what was seen of a group that only the chat account knows', async () => {
    const product = await aProductWithCards(open);
    const person = { chatContactId: 'c-lu' };
    await product.happens(aFact('joined_group', MONDAY - DAY_MS, person, { chatId: 'R:old' }));
    const [group] = await groupStore.all(product.db.read);
    const task = { kind: 'remove_from_group', staff: 'ZhouMing', member: null, group: group!.id, move: null } as const;
    await product.db.write((tx) =>
      taskStore.createOne(tx, { ...task, key: 'k', text: '请移出', dueAt: null }, product.clock.now()),
    );
    await product.later(0.1);
    await presses(product, 'ZhouMing', 'done');
    for (let time = 0; time < 5; time++) await product.later(1);
    expect(cards(product)).toHaveLength(1);
    await product.later(2);
    expect(cards(product).at(-1)!.text).toContain('没能读到群里的情况');
    await presses(product, 'ZhouMing', 'done');
    await product.later(0.1);
    await product.happens(
      aFact(
        'group_read',
        product.clock.now(),
        {},
        { ...(groupRead('R:old', '普通1群', [], 0) as FactOf<'group_read'>).data, readAt: product.clock.now() },
      ),
    );
    await product.later(0.2);
    expect(cards(product).at(-1)!.text).toContain('核对过了');
  });

  it('is not sent again after a claim before the group was read', async () => {
    const product = await aProductWithCards(open);
    await toBeRemoved(product);
    await presses(product, 'ZhouMing', 'done');
    for (let time = 0; time < 6; time++) await product.later(0.2);
    expect(cards(product)).toHaveLength(1);
    await seenGone(product);
    expect(await tasks(product)).toMatchObject([{ state: 'done' }]);
  });

  it('to create a group stays open after a claim, and is sent again after an hour without the group', async () => {
    const product = await aProductWithCards(open);
    const read = groupReadOf({ chatId: 'wrNew', name: '潜在1群', people: ['wmXiaolu'], at: MONDAY, owner: 'ZhouMing' });
    const full = async (chatId: string) => {
      await product.db.write((tx) => tx.run('UPDATE chat_group SET capacity = 2 WHERE chat_id = $1', [chatId]));
      await product.happens(aFact('joined_group', product.clock.now(), { externalUserId: 'wmOther' }, { chatId }));
    };
    await product.happens(read);
    await full('wrNew');
    expect(await tasks(product)).toMatchObject([{ kind: 'pool_full', staff: 'ZhouMing', state: 'open' }]);
    await presses(product, 'ZhouMing', 'done');
    await full('wrNew');
    await product.later(0.5);
    expect(cards(product)).toHaveLength(1);
    expect(await tasks(product)).toMatchObject([{ state: 'open', answered_by: 'ZhouMing' }]);
    await product.later(1);
    expect(cards(product)).toHaveLength(2);
    expect(cards(product)[1]!.text).toContain('还没看到新群');
    await presses(product, 'ZhouMing', 'done');
    await product.happens(
      groupReadOf({ chatId: 'wrNew2', name: '潜在2群', people: [], at: product.clock.now(), owner: 'ZhouMing' }),
    );
    expect(await tasks(product)).toMatchObject([{ state: 'done', answered_by: 'ZhouMing' }]);
    await product.later(2);
    expect(cards(product)).toHaveLength(2);
  });
});
