import { expect, it } from 'vitest';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, xiaolu, type TestProduct } from '../../support/test-product.js';

const HOUR = 3_600_000;
const order = (at: number, orderId = 'o-1') => aFact('order_paid', at, xiaolu, { orderId, amountCents: 8_800 });
const gone = (chatId: string, at: number) => {
  const read = groupRead(chatId, '', [], at, '');
  return { ...read, data: { ...read.data, name: '', people: [], dismissed: true } } as typeof read;
};
const movesOf = ({ db }: TestProduct) =>
  db.read.all<{ state: string; to: string; note: string }>(
    `SELECT m.state, g.name AS "to", (SELECT e.note FROM move_event e WHERE e.move_id = m.id ORDER BY e.id DESC LIMIT 1) AS note
     FROM move m JOIN chat_group g ON g.id = m.to_group ORDER BY m.id`,
  );
const tasksOf = ({ db }: TestProduct) =>
  db.read.all<{ kind: string; staff: string; state: string }>(
    'SELECT kind, staff, state FROM operator_task ORDER BY id',
  );

/** Who is in a group without a pool of their own is asked for elsewhere. */
const poolTasksOf = ({ db }: TestProduct) =>
  db.read.all<{ kind: string; staff: string; state: string }>(
    `SELECT kind, staff, state FROM operator_task WHERE key LIKE 'next_group:member:%' ORDER BY id`,
  );

eachDatabase('groups that end, change hands or fill', (open) => {
  /** 小鹿 is invited from the old group to the new one. */
  async function anInvited() {
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

  it('send the invited elsewhere when the group they were to join is dismissed', async () => {
    const product = await anInvited();
    await product.happens(groupRead('wr-new2', '会员群②', [], MONDAY + HOUR));
    await product.happens(gone('wr-new', MONDAY + 2 * HOUR));
    expect(await movesOf(product)).toMatchObject([
      { state: 'cancelled', to: '会员群①', note: 'group_dismissed' },
      { state: 'planned', to: '会员群②' },
    ]);
  });

  it('take everybody out of a group that was dismissed, and ask nobody to', async () => {
    const product = await anInvited();
    await joins(product, 'wr-new');
    expect(await tasksOf(product)).toMatchObject([{ kind: 'remove_from_group', state: 'open' }]);
    await product.happens(gone('wr-old', product.clock.now() + HOUR));
    await product.happens(gone('wr-old', product.clock.now() + HOUR));
    expect(await movesOf(product)).toMatchObject([{ state: 'done', note: 'group_dismissed' }]);
    expect(await tasksOf(product)).toMatchObject([{ state: 'done' }]);
    expect(await product.db.read.all('SELECT present FROM group_person WHERE present = 1')).toHaveLength(1);
    expect(await product.db.read.all(`SELECT name, tier, status FROM chat_group WHERE chat_id = 'wr-old'`)).toEqual([
      { name: '普通成员群①', tier: 'regular', status: 'dismissed' },
    ]);
  });

  it('hand what is open to the new owner, and tell them', async () => {
    const product = await anInvited();
    await joins(product, 'wr-new');
    await product.happens(groupRead('wr-old', '普通成员群①', ['wmXiaolu'], MONDAY + 2 * HOUR, 'ChenYu'));
    expect(await tasksOf(product)).toMatchObject([{ kind: 'remove_from_group', staff: 'ChenYu', state: 'open' }]);
    expect(product.channel.ofKind('notify_staff').map(({ staff }) => staff)).toEqual([['LinXia'], ['ChenYu']]);
  });

  it('ask for a group to be handed on whose owner left, until it is', async () => {
    const product = await anInvited();
    const orphan = groupRead('wr-new', '会员群①', [], MONDAY + 2 * HOUR);
    await product.happens({ ...orphan, data: { ...orphan.data, ownerState: 1 } } as typeof orphan);
    expect(await tasksOf(product)).toMatchObject([{ kind: 'owner_left', state: 'open' }]);
    const handed = groupRead('wr-new', '会员群①', [], MONDAY + 3 * HOUR, 'ChenYu');
    await product.happens({ ...handed, data: { ...handed.data, ownerState: 3 } } as typeof handed);
    expect(await tasksOf(product)).toMatchObject([{ kind: 'owner_left', state: 'done' }]);
  });

  it('do not say of the new owner that they left, though a read of one group does not tell its state', async () => {
    const product = await anInvited();
    const orphan = groupRead('wr-new', '会员群①', [], MONDAY + 2 * HOUR);
    await product.happens({ ...orphan, data: { ...orphan.data, ownerState: 1 } } as typeof orphan);
    await product.happens(groupRead('wr-new', '会员群①', [], MONDAY + 3 * HOUR, 'ChenYu'));
    expect(await tasksOf(product)).toMatchObject([{ kind: 'owner_left', state: 'done' }]);
  });

  it('ask nobody to remove who joined and left in one batch', async () => {
    const product = await anInvited();
    const at = product.clock.now();
    await product.happens(
      aFact('joined_group', at, xiaolu, { chatId: 'wr-new', scene: 3 }),
      aFact('left_group', at + 1, xiaolu, { chatId: 'wr-old', removed: false }),
    );
    expect(await movesOf(product)).toMatchObject([{ state: 'done' }]);
    expect(await tasksOf(product)).toEqual([]);
    expect(product.channel.ofKind('notify_staff')).toEqual([]);
  });

  it('do not show out of the old group who walked out of the new one, nor call them back at once', async () => {
    const product = await anInvited();
    await joins(product, 'wr-new');
    await product.happens(
      aFact('left_group', product.clock.now() + HOUR, xiaolu, { chatId: 'wr-new', removed: false }),
    );
    await product.later('2026-03-03T09:00');
    expect(await movesOf(product)).toMatchObject([{ state: 'failed', note: 'left_the_new_group' }]);
    expect(await tasksOf(product)).toMatchObject([{ kind: 'remove_from_group', state: 'cancelled' }]);
  });

  it('count as joined who landed in a group that WeCom opened from our code, whatever it is called', async () => {
    const product = await anInvited();
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

eachDatabase('the codes of a pool', (open) => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `wm-${index}`);
  const wayOf = async ({ db }: TestProduct, chatId: string) =>
    db.read.one<{ join_chats: string; join_qr: string; join_config_id: string; join_problem: string | null }>(
      'SELECT join_chats, join_qr, join_config_id, join_problem FROM chat_group WHERE chat_id = $1',
      [chatId],
    );

  it('lead to a new group as soon as it is there, and no more to one that is full or gone', async () => {
    const product = await aProduct(await open());
    await product.happens(groupRead('wr-1', '会员群①', [], MONDAY));
    await product.happens(groupRead('wr-2', '会员群②', [], MONDAY + HOUR));
    expect((await wayOf(product, 'wr-1'))?.join_chats).toBe('["wr-1","wr-2"]');
    expect(product.channel.ofKind('ensure_join_way').at(-1)).toMatchObject({
      next: { baseName: '会员群', number: 3 },
    });
    await product.happens(groupRead('wr-1', '会员群①', many(199), MONDAY + 2 * HOUR));
    expect((await wayOf(product, 'wr-1'))?.join_chats).toBe('["wr-2"]');
    expect((await wayOf(product, 'wr-1'))?.join_config_id).toBe('cfg-wr-1');
    await product.happens(gone('wr-2', MONDAY + 3 * HOUR));
    expect((await wayOf(product, 'wr-2'))?.join_chats).toBe('["wr-1"]');
    expect((await wayOf(product, 'wr-1'))?.join_chats).toBe('["wr-1"]');
  });

  it('are looked at once a day and not more often', async () => {
    const product = await aProduct(await open());
    await product.happens(groupRead('wr-1', '会员群①', ['wm-1'], MONDAY));
    await product.later(1);
    await product.later('2026-03-03T09:00');
    await product.later(1);
    expect(product.channel.ofKind('ensure_join_way')).toMatchObject([{ chatId: 'wr-1' }, { configId: 'cfg-wr-1' }]);
  });

  it('are made once, though where they lead changed while WeCom could not be reached', async () => {
    const product = await aProduct(await open());
    const outage = () =>
      product.channel.failNext(
        'ensure_join_way',
        new RetryLater('wecom_halted', HOUR, { countsAsAttempt: false, throttlesKind: true }),
      );
    outage();
    await product.happens(groupRead('wr-a', '会员群①', [], MONDAY));
    outage();
    outage();
    await product.happens(groupRead('wr-b', '会员群②', [], MONDAY + 1));
    for (let turn = 0; turn < 4; turn++) await product.later(1);
    const made = product.channel.ofKind('ensure_join_way').filter(({ configId }) => configId === undefined);
    expect(made.map(({ chatId }) => chatId).sort()).toEqual(['wr-a', 'wr-b']);
    const ways = await product.db.read.all<{ chats: string }>('SELECT join_chats AS chats FROM chat_group ORDER BY id');
    expect(ways.map(({ chats }) => (JSON.parse(chats) as string[]).length)).toEqual([2, 2]);
  });

  it('do not go back to where they led before, though the earlier wish is the last to reach WeCom', async () => {
    const product = await aProduct(await open());
    product.channel.failNext(
      'ensure_join_way',
      new RetryLater('wecom_halted', HOUR, { countsAsAttempt: false, throttlesKind: true }),
    );
    await product.happens(groupRead('wr-a', '会员群①', [], MONDAY));
    await product.happens(groupRead('wr-b', '会员群②', [], MONDAY + 1));
    expect((await wayOf(product, 'wr-a'))?.join_chats).toBe('["wr-a","wr-b"]');
    await product.later(1);
    expect((await wayOf(product, 'wr-a'))?.join_chats).toBe('["wr-a","wr-b"]');
    const told = product.channel.ofKind('ensure_join_way').filter(({ chatId }) => chatId === 'wr-a');
    expect(told.map(({ chatIds }) => chatIds)).toEqual([['wr-a', 'wr-b']]);
  });

  it('lead where they led first, when that is wanted again before WeCom could be reached', async () => {
    const product = await aProduct(await open());
    for (let time = 0; time < 3; time++)
      product.channel.failNext(
        'ensure_join_way',
        new RetryLater('wecom_halted', HOUR, { countsAsAttempt: false, throttlesKind: true }),
      );
    await product.happens(groupRead('wr-a', '会员群①', [], MONDAY));
    await product.happens(groupRead('wr-b', '会员群②', [], MONDAY + 1));
    await product.happens(gone('wr-b', MONDAY + 2));
    await product.later(1);
    expect((await wayOf(product, 'wr-a'))?.join_chats).toBe('["wr-a"]');
  });

  it('are made once though a picture cannot be read at first, and asked for again under their ids', async () => {
    const product = await aProduct(await open());
    product.channel.codeless = 1;
    await product.happens(groupRead('wr-1', '会员群①', ['wm-1'], MONDAY));
    await product.later(0.1);
    expect(await wayOf(product, 'wr-1')).toMatchObject({ join_qr: 'http://qr.test/wr-1' });
    const asked = product.channel.ofKind('ensure_join_way').map(({ configId }) => configId);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.filter((configId) => configId !== 'cfg-wr-1')).toEqual([undefined]);
  });

  it('tell why WeCom refused one, and are tried again the next day', async () => {
    const product = await aProduct(await open());
    product.channel.failNext('ensure_join_way', new GiveUp('join_way_quota_full'));
    await product.happens(groupRead('wr-1', '会员群①', ['wm-1'], MONDAY));
    expect(await wayOf(product, 'wr-1')).toMatchObject({ join_qr: null, join_problem: 'join_way_quota_full' });
    await product.later('2026-03-03T09:00');
    expect(await wayOf(product, 'wr-1')).toMatchObject({ join_qr: 'http://qr.test/wr-1', join_problem: null });
  });

  it('are not enough when a pool fills: its owner is asked for the next group once, and no more when it is there', async () => {
    const product = await aProduct(await open());
    await product.happens(groupRead('wr-1', '会员群①', many(168), MONDAY));
    expect(await poolTasksOf(product)).toEqual([]);
    await product.happens(groupRead('wr-1', '会员群①', many(170), MONDAY + HOUR));
    await product.happens(groupRead('wr-1', '会员群①', many(172), MONDAY + 2 * HOUR));
    expect(await poolTasksOf(product)).toEqual([{ kind: 'pool_low', staff: 'LinXia', state: 'open' }]);
    expect(product.channel.ofKind('notify_staff')).toEqual([
      {
        kind: 'notify_staff',
        staff: ['LinXia'],
        text: '「会员」的群快满了，只剩 29 个空位。请建一个新群，群名「会员群2」，系统会自动接管。',
      },
    ]);
    await product.happens(groupRead('wr-1', '会员群①', many(199), MONDAY + 3 * HOUR));
    expect(await poolTasksOf(product)).toEqual([{ kind: 'pool_full', staff: 'LinXia', state: 'open' }]);
    expect(product.channel.ofKind('notify_staff')).toHaveLength(2);
    await product.happens(groupRead('wr-2', '会员群2', [], MONDAY + 4 * HOUR));
    expect(await poolTasksOf(product)).toEqual([{ kind: 'pool_full', staff: 'LinXia', state: 'done' }]);
    await product.happens(groupRead('wr-2', '会员群2', many(180), MONDAY + 5 * HOUR));
    expect((await poolTasksOf(product)).map(({ state }) => state)).toEqual(['done', 'open']);
  });
});
