import { describe, expect, it } from 'vitest';
import type { Action, ActionKind } from '../../../src/domain/action.js';
import { DAY_MS } from '../../../src/domain/day.js';
import type { FactOf } from '../../../src/domain/fact.js';
import { groupStore } from '../../../src/features/groups/group.store.js';
import { taskStore } from '../../../src/features/tasks/task.store.js';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { listTasks } from '../../../src/insights/tasks.js';
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
import { FakeChannel } from '../../support/fake-channel.js';

const kinds: readonly ActionKind[] = [
  'mass_send',
  'read_mass_send',
  'read_group',
  'ensure_join_way',
  'notify_staff',
  'staff_card',
  'close_card',
];
const cards = ({ channel }: TestProduct) => channel.ofKind('staff_card');
const closed = ({ channel }: TestProduct) =>
  channel.ofKind('close_card').map(({ staff, mark }) => `${staff.join(' ')}: ${mark}`);
const tasks = ({ db }: TestProduct) =>
  db.read.all<{ kind: string; staff: string; state: string; answered_by: string | null }>(
    'SELECT kind, staff, state, answered_by FROM operator_task ORDER BY id',
  );

/** Runs `meanwhile` while an action is on its way. */
class InterruptedChannel extends FakeChannel {
  meanwhile: ((action: Action) => Promise<void>) | undefined;

  override async send(action: Action, key: string) {
    await this.meanwhile?.(action);
    return super.send(action, key);
  }
}

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

let said = 0;

async function says(product: TestProduct, staff: string, text: string): Promise<string[]> {
  const before = product.channel.ofKind('notify_staff').length;
  await product.inbox.receive([
    {
      kind: 'command',
      command: {
        key: `said-${++said}`,
        at: product.clock.now(),
        from: { kind: 'staff', staff },
        replyTo: { kind: 'app' },
        text,
      },
    },
  ]);
  await product.workLoop.drain();
  return product.channel
    .ofKind('notify_staff')
    .slice(before)
    .map(({ text: answer }) => answer);
}

/** Presses a button of the latest card, or of the card `taskId`. */
async function presses(
  product: TestProduct,
  staff: string,
  button: string,
  { key = `pressed-${++said}`, taskId = cards(product).at(-1)!.taskId }: { key?: string; taskId?: string } = {},
): Promise<void> {
  await product.inbox.receive([
    {
      kind: 'command',
      command: {
        key,
        at: product.clock.now(),
        from: { kind: 'staff', staff },
        replyTo: { kind: 'card', taskId, responseCode: `pressed-${key}` },
        text: `${button} ${taskId}`,
      },
    },
  ]);
  await product.workLoop.drain();
}

eachDatabase('a task for staff', (open) => {
  const aProductWithCards = async (approve: 'none' | 'all' = 'none', abilities = kinds) =>
    aProduct(await open(), { channel: new FakeChannel(abilities), approve });

  /** 小鹿 is a member by now, in the new group and still in the old one, which is 周铭's. */
  async function toBeRemoved(product: TestProduct): Promise<void> {
    await product.happens(
      aFact('contact_added', MONDAY, xiaolu),
      aFact('order_paid', MONDAY, xiaolu, { orderId: 'o-1', amountCents: 9_900 }),
    );
    await product.happens(
      groupReadOf({ chatId: 'wrOld', name: '普通1群', people: ['wmXiaolu'], at: MONDAY, owner: 'ZhouMing' }),
      groupRead('wrNew', '会员1群', ['wmXiaolu'], MONDAY),
    );
  }
  const oldGroupIsRead = ({ happens, clock }: TestProduct, people: readonly string[]) =>
    happens(groupReadOf({ chatId: 'wrOld', name: '普通1群', people, at: clock.now(), owner: 'ZhouMing' }));
  const seenGone = (product: TestProduct) => oldGroupIsRead(product, []);
  const seenInGroup = (product: TestProduct) => oldGroupIsRead(product, ['wmXiaolu']);

  it('is sent once, as a card with two buttons, to its assignee', async () => {
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
    await toBeRemoved(product);
    const { facts } = cards(product)[0]!;
    expect(facts?.slice(0, 2)).toEqual([
      { name: '编号', value: '1' },
      { name: '负责人', value: 'ZhouMing' },
    ]);
    expect(facts?.[2]).toMatchObject({ name: '截止', value: expect.stringMatching(/^3月\d+日 \d\d:\d\d$/) as string });
  });

  it('is sent on a new card when the code of the old one has expired, and a press on the old one shows that it is done', async () => {
    const product = await aProductWithCards();
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
      'none',
      kinds.filter((kind) => kind !== 'staff_card' && kind !== 'close_card'),
    );
    await toBeRemoved(product);
    expect(product.channel.ofKind('notify_staff')).toMatchObject([{ staff: ['ZhouMing'] }]);
  });

  it('is not done by a claim: the group is read, and the card comes again while the member is still in it', async () => {
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
    await toBeRemoved(product);
    await presses(product, 'ZhouMing', 'done');
    for (let time = 0; time < 7; time++) await product.later(1);
    expect(cards(product)).toHaveLength(2);
    expect(cards(product)[1]!.text).toContain('没能读到群里的情况');
  });

  it('states only what was seen of a group that only the chat account knows', async () => {
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
    await toBeRemoved(product);
    await presses(product, 'ZhouMing', 'done');
    for (let time = 0; time < 6; time++) await product.later(0.2);
    expect(cards(product)).toHaveLength(1);
    await seenGone(product);
    expect(await tasks(product)).toMatchObject([{ state: 'done' }]);
  });

  it('closes its card when it is seen to be done although nobody pressed a button', async () => {
    const product = await aProductWithCards();
    await toBeRemoved(product);
    await product.later(1);
    await seenGone(product);
    expect(closed(product)).toEqual(['ZhouMing: 已处理']);
    expect(product.channel.ofKind('close_card')[0]!.responseCode).toBe(`code-of-${cards(product)[0]!.taskId}`);
    await product.later(1);
    expect(closed(product)).toHaveLength(1);
  });

  it('is sent again after a snooze, and in the morning when the snooze ends at night', async () => {
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
    await toBeRemoved(product);
    await product.later(2);
    expect(await says(product, 'ZhouMing', '待办')).toEqual([expect.stringContaining('移出「普通1群」')]);
    await presses(product, 'ZhouMing', 'snooze');
    await product.later(5);
    expect(cards(product)).toHaveLength(2);
    await product.later(70);
    expect(cards(product)).toHaveLength(3);
  });

  it('is answered once by two presses, and once by a press that is delivered twice', async () => {
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
    await toBeRemoved(product);
    expect((await says(product, 'zhouming', '待办')).join()).toContain('1. 请将');
    expect((await says(product, 'ZhouMing', '稍后 1')).join()).toContain('稍后再提醒');
    expect((await says(product, 'ZhouMing', '完成 #1')).join()).toContain('正在核对');
    expect((await says(product, 'ZhouMing', '完成 9')).join()).toContain('没有编号 9');
    expect((await says(product, 'ZhouMing', '完成 它')).join()).toContain('写上待办编号');
    expect(await says(product, 'ZhouMing', '暂停')).toEqual([]);
    expect((await says(product, 'LinXia', '待办')).join()).toContain('1. 请将');
  });

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
    const product = await aProductWithCards('all');
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
    const product = await aProductWithCards('all');
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
    const product = await aProductWithCards('all');
    await toBeInvited(product);
    expect((await says(product, 'LinXia', '不同意 1')).join()).toContain('不换群');
    for (let turn = 0; turn < 5; turn++) await product.later(96);
    expect(await moves(product)).toEqual([{ state: 'failed' }]);
    expect(invitations(product)).toEqual([]);
    expect(await tasks(product)).toHaveLength(1);
  });

  it('to approve a move is answered with a notice when the member can no longer be reached', async () => {
    const product = await aProductWithCards('all');
    await toBeInvited(product);
    const db = product.db;
    await db.write((tx) => tx.run(`UPDATE follow SET ended = 1`));
    expect((await says(product, 'LinXia', '同意 1')).join()).toContain('没有发出邀请');
    expect(await moves(product)).toEqual([{ state: 'failed' }]);
    expect(await tasks(product)).toMatchObject([{ state: 'done', answered_by: 'LinXia' }]);
  });

  it('to approve a move is cancelled with its move when the group has no way in', async () => {
    const product = await aProductWithCards('all');
    await toBeInvited(product);
    await product.db.write((tx) => tx.run(`UPDATE chat_group SET join_qr = NULL`));
    expect((await says(product, 'LinXia', '同意 1')).join()).toContain('不需要了');
    expect(await moves(product)).toEqual([{ state: 'cancelled' }]);
    expect(await tasks(product)).toMatchObject([{ state: 'cancelled' }]);
  });

  it('to create a group stays open after a claim, and is sent again after an hour without the group', async () => {
    const product = await aProductWithCards();
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

  it('loses the claim of its former assignee when it is reassigned', async () => {
    const product = await aProductWithCards();
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

  it('is sent in the morning when it arises at night', async () => {
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
    await product.later('2026-03-02T22:00');
    await toBeRemoved(product);
    await product.later('2026-03-03T03:00');
    await seenGone(product);
    await product.later('2026-03-03T09:00');
    expect(cards(product)).toEqual([]);
    expect(await tasks(product)).toMatchObject([{ state: 'done' }]);
  });

  it('is sent only to the new assignee when it is reassigned at night', async () => {
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
    await toBeRemoved(product);
    await product.later('2026-03-02T23:00');
    await presses(product, 'ZhouMing', 'done');
    expect(closed(product)).toEqual(['ZhouMing: 已处理 · ZhouMing']);
  });

  it('closes the card of its former assignee when it is reassigned', async () => {
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
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

  it('is not sent when it is done before its card could be sent', async () => {
    const product = await aProductWithCards();
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
    const product = await aProductWithCards();
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
