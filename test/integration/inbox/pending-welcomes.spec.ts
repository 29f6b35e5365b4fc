import { expect, it } from 'vitest';
import { factStore } from '../../../src/inbox/fact.store.js';
import { eachDatabase } from '../../support/databases.js';
import { recording } from '../../support/recorded-statements.js';
import { aFact, MONDAY, withKey } from '../../support/test-product.js';

eachDatabase('the people to be welcomed', (open, dialect) => {
  it('are new contacts and visitors of customer service, in the order in which they came', async () => {
    const db = await open();
    const welcome = { account: 'wkAccount', welcomeCode: 'W' };
    const facts = [
      withKey('first', aFact('entered_service', MONDAY, { externalUserId: 'wmOne' }, welcome)),
      withKey('second', aFact('contact_added', MONDAY, { externalUserId: 'wmTwo' }, { welcomeCode: 'W' })),
      withKey('third', aFact('entered_service', MONDAY, { externalUserId: 'wmThree' }, welcome)),
      withKey('without a code', aFact('contact_added', MONDAY, { externalUserId: 'wmFour' })),
    ];
    await db.write((tx) => factStore.append(tx, facts, MONDAY));
    const keysOf = async (limit: number, now: number) =>
      (await factStore.pendingWelcomes(db.read, limit, now)).facts.map(({ key }) => key);
    expect(await keysOf(10, MONDAY)).toEqual(['first', 'second', 'third']);
    expect(await keysOf(2, MONDAY)).toEqual(['first', 'second']);
    expect(await keysOf(10, MONDAY + 20_000)).toEqual([]);
  });

  it.skipIf(dialect !== 'sqlite')('are found by an index, however many facts wait', async () => {
    const db = await open();
    const plans = await db.write(async (tx) => {
      const statements: string[] = [];
      await factStore.pendingWelcomes(recording(tx, statements), 10, MONDAY);
      return Promise.all(statements.map((text) => tx.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, [MONDAY])));
    });
    expect(plans.map(([first]) => first?.detail)).toEqual([
      'SEARCH fact USING INDEX fact_newcomer (received_at>?)',
      'SEARCH fact USING INDEX fact_visitor (received_at>?)',
    ]);
  });
});
