import { expect, it } from 'vitest';
import type { Sql } from '../../../src/platform/database/sql.js';
import type { Fact } from '../../../src/domain/fact.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, type TestProduct } from '../../support/test-product.js';

const statementMethods = new Set<string | symbol>(['all', 'one', 'run', 'insert', 'insertReturning']);

/** How many statements the database gets while these facts are applied. */
async function statementsFor({ db, inbox, engine }: TestProduct, facts: readonly Fact[]): Promise<number> {
  let statements = 0;
  const write = db.write.bind(db);
  const counting = (tx: Sql): Sql =>
    new Proxy(tx, {
      get(sql, name) {
        const value: unknown = Reflect.get(sql, name);
        if (typeof value !== 'function') return value;
        if (statementMethods.has(name)) statements++;
        return value.bind(sql) as unknown;
      },
    });
  db.write = (work) => write((tx) => work(counting(tx)));
  await inbox.receive(facts.map((fact) => ({ kind: 'fact', fact })));
  statements = 0;
  while ((await engine.advance()) > 0);
  db.write = write;
  return statements;
}

eachDatabase('a batch of facts', (open) => {
  const FEW = 4;
  const MANY = 80;
  const people = Array.from({ length: FEW + MANY }, (_, index) => ({ externalUserId: `wm${index}` }));

  it('needs as many statements for many people as for few', async () => {
    const product = await aProduct(await open());
    await product.happens(
      groupRead(
        'wrOld',
        '普通1群',
        people.map((person) => person.externalUserId),
        MONDAY,
      ),
      ...people.map((person) => aFact('contact_added', MONDAY, person)),
    );
    const at = product.clock.now();
    const costs = async (kind: (person: (typeof people)[number], index: number) => Fact[]) => [
      await statementsFor(product, people.slice(0, FEW).flatMap(kind)),
      await statementsFor(
        product,
        people.slice(FEW).flatMap((person, index) => kind(person, FEW + index)),
      ),
    ];
    const talk = await costs((person) => [aFact('sent_message', at, person, { chatId: 'wrOld' })]);
    // No group of their tier exists, so one task for all of them asks for a new group.
    const orders = await costs((person, index) => [
      aFact('order_paid', at, person, { orderId: `o-${index}`, amountCents: 9_900 }),
    ]);
    for (const [few, many] of [talk, orders]) expect(many).toBeLessThanOrEqual(few! + FEW);
  });
});
