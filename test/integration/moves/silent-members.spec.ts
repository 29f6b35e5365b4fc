import { expect, it } from 'vitest';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, rulesWith, type TestProduct } from '../../support/test-product.js';

const people = Array.from({ length: 60 }, (_, index) => `wmP${index}`);
/** Pretends that this message was sent to these people then. */
const askedAt = (product: TestProduct, names: readonly string[], at: number) =>
  product.db.write((tx) =>
    tx.run(
      `INSERT INTO outbox (key, kind, member_id, campaign, action, state, not_before, created_at, settled_at)
       SELECT 'still-there:' || id, 'mass_send', id, 'still-there', '{}', 'sent', $1, $1, $1 FROM member
       WHERE external_userid IN (${names.map((name) => `'${name}'`).join(',')})`,
      [at],
    ),
  );
const removals = (product: TestProduct) =>
  product.db.read.all<{ state: string; staff: string; text: string }>(
    `SELECT state, staff, text FROM operator_task WHERE kind = 'remove_silent' ORDER BY id`,
  );

eachDatabase('cleaning a group of silent members', (open) => {
  async function aGroupOfSixty(enabled: boolean) {
    const rules = await rulesWith({ tiers: { 'enabled: false': `enabled: ${enabled}` } });
    const product = await aProduct(await open(), { rules });
    await product.happens(groupRead('wr-1', '潜在群①', people, MONDAY));
    await askedAt(product, people.slice(0, 10), MONDAY);
    return product;
  }

  it('does nothing as long as it is off', async () => {
    const product = await aGroupOfSixty(false);
    await product.later('2026-03-20T09:00');
    expect(await removals(product)).toEqual([]);
  });

  it('asks the owner to remove who gave no sign of life, no more than the share of a day', async () => {
    const product = await aGroupOfSixty(true);
    await product.later('2026-03-15T09:00');
    expect(await removals(product)).toEqual([]);
    await product.later('2026-03-17T09:00');
    expect(await removals(product)).toMatchObject([
      { state: 'open', staff: 'LinXia', text: expect.stringContaining('移出「潜在群①」') as string },
    ]);
    await product.later('2026-03-17T20:00');
    expect(await removals(product)).toHaveLength(1);
    await product.later('2026-03-18T09:00');
    await product.later('2026-03-19T09:00');
    expect(await removals(product)).toHaveLength(3);
    const keys = await product.db.read.all<{ member_id: number }>(
      `SELECT DISTINCT member_id FROM operator_task WHERE kind = 'remove_silent'`,
    );
    expect(keys).toHaveLength(3);
  });

  it('leaves alone who is seen after the question, and closes the task of who comes back or has left', async () => {
    const product = await aGroupOfSixty(true);
    const [first, second] = people;
    await product.later('2026-03-03T09:00');
    await product.happens(aFact('checked_in', product.clock.now(), { externalUserId: first! }));
    await product.later('2026-03-17T09:00');
    const taskOf = (who: string) =>
      product.db.read.all<{ state: string }>(
        `SELECT t.state FROM operator_task t JOIN member m ON m.id = t.member_id WHERE t.kind = 'remove_silent' AND m.external_userid = $1`,
        [who],
      );
    expect(await taskOf(first!)).toEqual([]);
    expect(await taskOf(second!)).toEqual([{ state: 'open' }]);
    await product.later(1);
    await product.happens(aFact('checked_in', product.clock.now(), { externalUserId: second! }));
    expect(await taskOf(second!)).toEqual([{ state: 'cancelled' }]);
    await product.later('2026-03-18T09:00');
    const third = people[2]!;
    expect(await taskOf(third)).toEqual([{ state: 'open' }]);
    await product.happens(
      aFact('left_group', product.clock.now() + 1_000, { externalUserId: third }, { chatId: 'wr-1', removed: true }),
    );
    expect(await taskOf(third)).toEqual([{ state: 'done' }]);
  });
});
