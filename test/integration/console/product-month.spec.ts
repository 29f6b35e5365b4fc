import { expect, it } from 'vitest';
import { DAY_MS } from '../../../src/domain/day.js';
import { productMonth } from '../../../src/insights/product-month.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';

const who = (name: string) => ({ externalUserId: `wm-${name}` });
const tiers = ['potential', 'regular', 'member', 'loyal'];
const monthOf = (product: TestProduct) => productMonth(product.db.read, tiers, product.clock.now());

eachDatabase('the month against the targets of the product', (open) => {
  it('counts who rose out of the lowest tier, of all who were in it', async () => {
    const product = await aProduct(await open());
    await product.happens(
      ...['A', 'B', 'C', 'D'].map((name) => aFact('joined_group', MONDAY, who(name), { chatId: 'wrTalk' })),
    );
    expect(await monthOf(product)).toMatchObject({ potentialToRegular: { k: 0, n: 4 } });
    await product.later(24);
    await product.happens(
      aFact('sent_message', product.clock.now(), who('A')),
      aFact('contact_added', product.clock.now(), who('B')),
    );
    // Whoever was never potential is neither counted nor a success.
    await product.happens(aFact('contact_added', product.clock.now(), who('E')));
    expect(await monthOf(product)).toMatchObject({ potentialToRegular: { k: 2, n: 4 } });
    await product.later(31 * 24);
    expect(await monthOf(product)).toMatchObject({ potentialToRegular: { k: 0, n: 2 } });
  });

  it('follows who became regular for thirty days, and waits until they are over', async () => {
    const product = await aProduct(await open());
    await product.happens(...['A', 'B', 'C'].map((name) => aFact('contact_added', MONDAY, who(name))));
    for (const day of [1, 2, 3, 4]) {
      await product.later(24);
      await product.happens(aFact('checked_in', MONDAY + day * DAY_MS, who('A')));
    }
    await product.happens(aFact('order_paid', product.clock.now(), who('B'), { orderId: 'o-1', amountCents: 100 }));
    expect(await monthOf(product)).toMatchObject({ regularToActive: { k: 0, n: 0 } });
    await product.later(27 * 24);
    expect(await monthOf(product)).toMatchObject({ regularToActive: { k: 2, n: 3 } });
  });

  it('counts messages by the stage that the member was in, and work on groups as such', async () => {
    const product = await aProduct(await open());
    await product.happens(aFact('contact_added', MONDAY, who('A'), { welcomeCode: 'code-1' }));
    const { effort } = await monthOf(product);
    expect(effort).toEqual({ new: 1, active: 0, paying: 0, lost: 0, system: 0 });
    await product.db.write((tx) =>
      tx.run(
        `INSERT INTO operator_task (key, kind, staff, text, state, created_at, done_at) VALUES ('t1', 'pool_low', 'LinXia', '…', 'done', $1, $1)`,
        [product.clock.now()],
      ),
    );
    // The member buys: what was sent to the newcomer stays effort for newcomers.
    await product.happens(aFact('order_paid', product.clock.now(), who('A'), { orderId: 'o-2', amountCents: 100 }));
    expect((await monthOf(product)).effort).toMatchObject({ new: 1, system: 1 });
  });
});
