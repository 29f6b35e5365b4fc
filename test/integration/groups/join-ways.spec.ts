import { expect, it } from 'vitest';
import { GiveUp, RetryLater } from '../../../src/platform/errors.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct, groupRead, MONDAY, type TestProduct } from '../../support/test-product.js';
import { dismissedRead } from './dismissed-read.js';

const HOUR = 3_600_000;
/** The next-group tasks of the tier 会员; the groups of other tiers have tasks of their own. */
const poolTasksOf = ({ db }: TestProduct) =>
  db.read.all<{ kind: string; staff: string; state: string }>(
    `SELECT kind, staff, state FROM operator_task WHERE key LIKE 'next_group:member:%' ORDER BY id`,
  );

eachDatabase('the join ways of a pool', (open) => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `wm-${index}`);
  const joinWayOf = async ({ db }: TestProduct, chatId: string) =>
    db.read.one<{ join_chats: string; join_qr: string; join_config_id: string; join_problem: string | null }>(
      'SELECT join_chats, join_qr, join_config_id, join_problem FROM chat_group WHERE chat_id = $1',
      [chatId],
    );

  it('lead to a new group as soon as it exists, and not to a full or dismissed one', async () => {
    const product = await aProduct(await open());
    await product.happens(groupRead('wr-1', '会员群①', [], MONDAY));
    await product.happens(groupRead('wr-2', '会员群②', [], MONDAY + HOUR));
    expect((await joinWayOf(product, 'wr-1'))?.join_chats).toBe('["wr-1","wr-2"]');
    expect(product.channel.ofKind('ensure_join_way').at(-1)).toMatchObject({
      next: { baseName: '会员群', number: 3 },
    });
    await product.happens(groupRead('wr-1', '会员群①', many(199), MONDAY + 2 * HOUR));
    expect((await joinWayOf(product, 'wr-1'))?.join_chats).toBe('["wr-2"]');
    expect((await joinWayOf(product, 'wr-1'))?.join_config_id).toBe('cfg-wr-1');
    await product.happens(dismissedRead('wr-2', MONDAY + 3 * HOUR));
    expect((await joinWayOf(product, 'wr-2'))?.join_chats).toBe('["wr-1"]');
    expect((await joinWayOf(product, 'wr-1'))?.join_chats).toBe('["wr-1"]');
  });

  it('are checked once a day and not more often', async () => {
    const product = await aProduct(await open());
    await product.happens(groupRead('wr-1', '会员群①', ['wm-1'], MONDAY));
    await product.later(1);
    await product.later('2026-03-03T09:00');
    await product.later(1);
    expect(product.channel.ofKind('ensure_join_way')).toMatchObject([{ chatId: 'wr-1' }, { configId: 'cfg-wr-1' }]);
  });

  it('are made once, though their target groups changed while WeCom could not be reached', async () => {
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

  it('keep their new target groups, though the earlier request is the last to reach WeCom', async () => {
    const product = await aProduct(await open());
    product.channel.failNext(
      'ensure_join_way',
      new RetryLater('wecom_halted', HOUR, { countsAsAttempt: false, throttlesKind: true }),
    );
    await product.happens(groupRead('wr-a', '会员群①', [], MONDAY));
    await product.happens(groupRead('wr-b', '会员群②', [], MONDAY + 1));
    expect((await joinWayOf(product, 'wr-a'))?.join_chats).toBe('["wr-a","wr-b"]');
    await product.later(1);
    expect((await joinWayOf(product, 'wr-a'))?.join_chats).toBe('["wr-a","wr-b"]');
    const sent = product.channel.ofKind('ensure_join_way').filter(({ chatId }) => chatId === 'wr-a');
    expect(sent.map(({ chatIds }) => chatIds)).toEqual([['wr-a', 'wr-b']]);
  });

  it('lead to the first target group when that is right again before WeCom can be reached', async () => {
    const product = await aProduct(await open());
    for (let time = 0; time < 3; time++)
      product.channel.failNext(
        'ensure_join_way',
        new RetryLater('wecom_halted', HOUR, { countsAsAttempt: false, throttlesKind: true }),
      );
    await product.happens(groupRead('wr-a', '会员群①', [], MONDAY));
    await product.happens(groupRead('wr-b', '会员群②', [], MONDAY + 1));
    await product.happens(dismissedRead('wr-b', MONDAY + 2));
    await product.later(1);
    expect((await joinWayOf(product, 'wr-a'))?.join_chats).toBe('["wr-a"]');
  });

  it('are made once though their picture cannot be read at first, and are requested again by their config ids', async () => {
    const product = await aProduct(await open());
    product.channel.codeless = 1;
    await product.happens(groupRead('wr-1', '会员群①', ['wm-1'], MONDAY));
    await product.later(0.1);
    expect(await joinWayOf(product, 'wr-1')).toMatchObject({ join_qr: 'http://qr.test/wr-1' });
    const asked = product.channel.ofKind('ensure_join_way').map(({ configId }) => configId);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.filter((configId) => configId !== 'cfg-wr-1')).toEqual([undefined]);
  });

  it('store why WeCom refused one, and are requested again the next day', async () => {
    const product = await aProduct(await open());
    product.channel.failNext('ensure_join_way', new GiveUp('join_way_quota_full'));
    await product.happens(groupRead('wr-1', '会员群①', ['wm-1'], MONDAY));
    expect(await joinWayOf(product, 'wr-1')).toMatchObject({ join_qr: null, join_problem: 'join_way_quota_full' });
    await product.later('2026-03-03T09:00');
    expect(await joinWayOf(product, 'wr-1')).toMatchObject({ join_qr: 'http://qr.test/wr-1', join_problem: null });
  });

  it('run out when a pool fills: its owner is asked once for the next group, until that exists', async () => {
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
        text: '「会员」的群快满了，只剩 29 个空位，照最近的速度约 2 天后满。请建一个新群，群名「会员群2」，系统会自动接管。',
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
