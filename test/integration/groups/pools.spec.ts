import { expect, it } from 'vitest';
import type { Because } from '../../../src/domain/because.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, MONDAY } from '../../support/test-product.js';
import { aChatProduct, aRead, hua, lu, movesOf } from '../moves/a-chat-product.js';

const HOUR = 3_600_000;
const order = (person: typeof lu, at: number, orderId: string) =>
  aFact('order_paid', at, person.ids, { orderId, amountCents: 8_800 });

eachDatabase("a tier's pool of groups", (open) => {
  /** The owner takes one of the places. */
  async function aProductWithSmallGroups(capacity: number) {
    const product = await aChatProduct(await open(), { capacity });
    await product.happens(aFact('contact_added', MONDAY, lu.ids), aFact('contact_added', MONDAY, hua.ids));
    await product.happens(aRead('R:old', '普通群①', [lu, hua], MONDAY), aRead('R:new', '会员群①', [], MONDAY));
    return product;
  }
  const refusals = async ({ db }: Awaited<ReturnType<typeof aChatProduct>>) =>
    (
      await db.read.all<{ because: string }>(
        `SELECT because FROM decision WHERE kind = 'move' AND code <> 'move_planned' ORDER BY id`,
      )
    ).flatMap((row) => (JSON.parse(row.because) as Because).reasons ?? []);

  it('promises its last place to one member only', async () => {
    const product = await aProductWithSmallGroups(2);
    await product.happens(order(lu, MONDAY, 'o-1'), order(hua, MONDAY, 'o-2'));
    expect((await movesOf(product.db)).length).toBe(1);
  });

  it('creates a decision for the member and a single task for staff when it is full', async () => {
    const product = await aProductWithSmallGroups(2);
    await product.happens(order(lu, MONDAY, 'o-1'));
    await product.happens(order(hua, MONDAY + HOUR, 'o-2'));
    expect(await refusals(product)).toEqual(['pool_full']);
    for (const day of [3, 4, 5]) await product.later(`2026-03-0${day}T09:00`);
    const tasks = await product.db.read.all<{ kind: string; state: string; text: string }>(
      `SELECT kind, state, text FROM operator_task WHERE text LIKE '%「会员」%'`,
    );
    expect(tasks).toEqual([
      {
        kind: 'pool_full',
        state: 'open',
        text: expect.stringContaining('「会员」的群都满了。请建一个新群，群名「会员群2」') as string,
      },
    ]);
  });

  it('accepts the waiting members as soon as there is another group', async () => {
    const product = await aProductWithSmallGroups(2);
    await product.happens(order(lu, MONDAY, 'o-1'));
    await product.happens(order(hua, MONDAY + HOUR, 'o-2'));
    await product.happens(aRead('R:new2', '会员群②', [], product.clock.now()));
    await product.later('2026-03-03T09:00');
    expect((await movesOf(product.db)).map((move) => move.to)).toEqual(['会员群①', '会员群②']);
  });

  it('frees the place when an invitation expires', async () => {
    const product = await aProductWithSmallGroups(2);
    await product.happens(order(lu, MONDAY, 'o-1'));
    await product.happens(order(hua, MONDAY + HOUR, 'o-2'));
    for (let day = 3; day <= 9; day++) await product.later(`2026-03-0${day}T10:00`);
    await product.later('2026-03-10T10:00');
    expect(await movesOf(product.db)).toMatchObject([{ state: 'expired' }, { state: 'invited' }]);
  });

  it('fills the group with the most free places first', async () => {
    const product = await aProductWithSmallGroups(5);
    await product.happens(
      aRead('R:new', '会员群①', [{ ids: { chatContactId: 'c-1' } }, { ids: { chatContactId: 'c-2' } }], MONDAY + 1),
      aRead('R:new2', '会员群②', [], MONDAY),
    );
    await product.happens(order(lu, MONDAY, 'o-1'));
    expect(await movesOf(product.db)).toMatchObject([{ to: '会员群②' }]);
  });

  it('does not count a dismissed group', async () => {
    const product = await aProductWithSmallGroups(5);
    const dismissed = aRead('R:new', '会员群①', [], MONDAY + 1);
    await product.happens({ ...dismissed, data: { ...dismissed.data, dismissed: true } } as typeof dismissed);
    await product.happens(order(lu, MONDAY, 'o-1'));
    expect(await movesOf(product.db)).toEqual([]);
    expect(await refusals(product)).toEqual(['no_pool']);
  });
});
