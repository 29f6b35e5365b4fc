import { expect, it } from 'vitest';
import { contactWayStore, type NewWay } from '../../../src/features/contact-ways/contact-way.store.js';
import { contactWayActions } from '../../../src/features/contact-ways/plan-contact-ways.js';
import { eachDatabase } from '../../support/databases.js';
import { aProduct, type TestProduct } from '../../support/test-product.js';

const aWay = (key: string, kind: NewWay['kind']): NewWay => ({
  ...{ key, kind, name: key, staff: ['LinXia'], member: null, tags: [], skipVerify: true },
});
const ways = (count: number, kind: NewWay['kind'], from = 0): NewWay[] =>
  Array.from({ length: count }, (_, index) => aWay(`${kind}-${from + index}`, kind));
const planned = async (product: TestProduct) => {
  const context = await product.engine.context();
  return product.db.write((tx) => contactWayActions({ tx, context, now: product.clock.now() }));
};

eachDatabase('the contact ways that are due', (open) => {
  it('are planned though many that no channel can make came first', async () => {
    const product = await aProduct(await open());
    expect(product.channel.abilities.has('ensure_acquisition_link')).toBe(false);
    const now = product.clock.now();
    await product.db.write((tx) => contactWayStore.open(tx, [...ways(600, 'link'), aWay('shop', 'channel')], now));
    expect((await planned(product)).map(({ action }) => action)).toMatchObject([
      { kind: 'ensure_contact_way', state: 'shop' },
    ]);
  });

  it('are planned all at once, however many there are', async () => {
    const product = await aProduct(await open());
    const now = product.clock.now();
    await product.db.write((tx) => contactWayStore.open(tx, ways(1_000, 'channel'), now));
    expect(new Set((await planned(product)).map(({ key }) => key)).size).toBe(1_000);
  });

  it('are planned though many before them cannot be read', async () => {
    const product = await aProduct(await open());
    const now = product.clock.now();
    await product.db.write(async (tx) => {
      await contactWayStore.open(tx, ways(501, 'channel'), now);
      await tx.run(`UPDATE contact_way SET staff = '[' WHERE key <> 'channel-500'`);
    });
    expect((await planned(product)).map(({ action }) => action)).toMatchObject([{ state: 'channel-500' }]);
  });
});
