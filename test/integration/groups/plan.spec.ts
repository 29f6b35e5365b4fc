import { expect, it } from 'vitest';
import { dateToDay } from '../../../src/domain/calendar/festivals.js';
import type { PlanContent } from '../../../src/domain/group-posts/plan-node.js';
import {
  addPlanNode,
  changePlanNode,
  copyPlanMonth,
  movePlanNode,
  removePlanNode,
} from '../../../src/features/group-posts/edit-plan.js';
import { planNodeStore } from '../../../src/features/group-posts/plan-node.store.js';
import type { Run } from '../../../src/features/run.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct, groupRead, MONDAY, type TestProduct } from '../../support/test-product.js';

const march = (day: number): number => dateToDay(2026, 3, day);
const aNode = (given: Partial<PlanContent> = {}): PlanContent => ({
  ...{ day: march(5), minute: 600, name: '周四话题', text: '「{{ group_name }}」的朋友，周四话题来了' },
  ...{ tiers: [], groups: ['wrA'], exceptDays: ['weekends', 'holidays'], onFreeDay: 'move' },
  ...given,
});

async function edit<T>(product: TestProduct, what: (run: Run) => Promise<T>): Promise<T> {
  const context = await product.engine.context();
  const done = await product.db.write((tx) => what({ tx, context, now: product.clock.now() }));
  await product.workLoop.drain();
  return done;
}
const add = (product: TestProduct, content: PlanContent) => edit(product, (run) => addPlanNode(run, content, 'admin'));
const nodes = (product: TestProduct) => planNodeStore.between(product.db.read, march(1), march(31) + 60);
const tasks = ({ channel }: TestProduct) =>
  channel
    .ofKind('mass_send')
    .flatMap(({ chatIds, message }) => (chatIds ? [`${chatIds.join(' ')}: ${message.text}`] : []));

async function aProductWithGroups(open: () => Promise<Parameters<typeof aProduct>[0]>): Promise<TestProduct> {
  const product = await aProduct(await open());
  await product.happens(
    groupRead('wrA', '会员一群', ['wm1'], MONDAY),
    groupRead('wrB', '会员二群', ['wm2'], MONDAY),
    groupRead('wrC', '老乡群', ['wm3'], MONDAY),
  );
  return product;
}

eachDatabase('a post that is planned in the calendar', (open) => {
  it('is said at its time in the groups of its tiers and in those that it names, once', async () => {
    const product = await aProductWithGroups(open);
    await add(product, aNode({ tiers: ['member'], groups: ['wrC'] }));
    await product.later('2026-03-05T00:01');
    expect(tasks(product)).toEqual([]);
    await product.later('2026-03-05T10:00');
    await product.later('2026-03-05T10:30');
    expect(tasks(product).toSorted()).toEqual([
      'wrA: 「会员一群」的朋友，周四话题来了',
      'wrB: 「会员二群」的朋友，周四话题来了',
      'wrC: 「老乡群」的朋友，周四话题来了',
    ]);
    expect(await nodes(product)).toMatchObject([{ state: 'posted' }]);
  });

  it('moves off a day that is kept free, or is skipped on it, and was missed when the product was down', async () => {
    const product = await aProductWithGroups(open);
    await add(product, aNode({ day: march(7), name: '周六' }));
    await add(product, aNode({ day: march(8), name: '周日', onFreeDay: 'skip' }));
    await product.later('2026-03-07T09:00');
    await product.later('2026-03-08T09:00');
    expect((await nodes(product)).map(({ name, day, state }) => [name, day - march(1) + 1, state])).toEqual([
      ['周日', 8, 'skipped'],
      ['周六', 9, 'planned'],
    ]);
    await product.later('2026-03-11T09:00');
    expect((await nodes(product)).map(({ state }) => state)).toEqual(['skipped', 'missed']);
    expect(tasks(product)).toEqual([]);
  });

  it('counts with the other posts of its group, and says where the caps left it out', async () => {
    const product = await aProductWithGroups(open);
    await add(product, aNode());
    await add(product, aNode({ name: '第二条', minute: 900, groups: ['wrA', 'wrB'] }));
    await product.later('2026-03-05T00:01');
    await product.later('2026-03-05T10:00');
    await product.later('2026-03-05T15:00');
    expect(tasks(product)).toHaveLength(2);
    const left = await product.db.read.all(`SELECT state, reason FROM outbox WHERE state = 'suppressed'`);
    expect(left).toEqual([{ state: 'suppressed', reason: 'group_daily_cap' }]);
  });

  it('of today goes today, can be changed until it is on its way, and is then only cancelled', async () => {
    const product = await aProductWithGroups(open);
    const id = await add(product, aNode({ day: march(2), minute: 660 }));
    const seen = (await nodes(product))[0]!;
    await edit(product, (run) =>
      changePlanNode(run, { id, base: seen.version }, aNode({ day: march(2), minute: 720, text: '改过' })),
    );
    await product.later('2026-03-02T11:30');
    expect(tasks(product)).toEqual([]);
    await product.later('2026-03-02T12:00');
    expect(tasks(product)).toEqual(['wrA: 改过']);
    const { version } = (await nodes(product))[0]!;
    await expect(edit(product, (run) => movePlanNode(run, { id, base: version }, march(9)))).rejects.toMatchObject({
      code: 'plan_under_way',
    });
    expect(await edit(product, (run) => removePlanNode(run, { id, base: version }))).toBe('cancelled');
    await product.later(1);
    expect(product.channel.cancelled.size).toBe(1);
    await product.later(1);
    expect(
      await product.db.read.all(`SELECT DISTINCT state, reason FROM outbox WHERE key LIKE 'group_plan:%'`),
    ).toEqual([{ state: 'cancelled', reason: 'plan_changed' }]);
  });

  it.each([
    ['plan_in_past', { day: march(1) }],
    ['plan_in_quiet_hours', { minute: 1_380 }],
    ['plan_to_nobody', { groups: [] }],
    ['no_such_group', { groups: ['wrZ'] }],
    ['no_such_tier', { tiers: ['gold'] }],
    ['unknown_day', { exceptDays: ['weekend'] }],
    ['plan_text', { text: '{{ name }} 好' }],
  ])('is refused with %s', async (code, given) => {
    const product = await aProductWithGroups(open);
    await expect(add(product, aNode(given))).rejects.toMatchObject({ code });
    expect(await nodes(product)).toEqual([]);
  });

  it('is changed by one of two people who saw the same version', async () => {
    const product = await aProductWithGroups(open);
    const id = await add(product, aNode());
    await edit(product, (run) => movePlanNode(run, { id, base: 1 }, march(6)));
    await expect(edit(product, (run) => movePlanNode(run, { id, base: 1 }, march(10)))).rejects.toMatchObject({
      ...{ code: 'plan_changed_meanwhile', status: 409 },
    });
    expect(await nodes(product)).toMatchObject([{ day: march(6), version: 2 }]);
    expect(await edit(product, (run) => removePlanNode(run, { id, base: 2 }))).toBe('removed');
  });

  it('is asked for in the last three days of the month, once, where the calendar is used; and copied once', async () => {
    const product = await aProductWithGroups(open);
    const asked = () => product.channel.ofKind('notify_staff').filter(({ text }) => text.includes('2026-04')).length;
    await product.later('2026-03-29T10:00');
    expect(asked()).toBe(0);
    await add(product, aNode({ day: march(30) }));
    await product.later('2026-03-30T09:30');
    await product.later('2026-03-31T09:30');
    expect(asked()).toBe(1);
    const copy = () => edit(product, (run) => copyPlanMonth(run, march(1), 'admin'));
    expect([await copy(), await copy()]).toEqual([1, 0]);
    expect((await nodes(product)).at(-1)).toMatchObject({ day: dateToDay(2026, 4, 27), state: 'planned' });
  });
});
