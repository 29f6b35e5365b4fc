import { describe, expect, it } from 'vitest';
import type { Fact, MemberIds } from '../../../src/domain/fact.js';
import { countStatements } from '../../support/counted-statements.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, groupRead, MONDAY, type TestProduct } from '../../support/test-product.js';
import { aMassSend, anOutbox } from '../outbox/an-outbox.js';

// Handing a statement to the database costs two to three times what the database needs for it, so the number of statements
// decides how fast the product is. A bound here may be lowered; to raise one, say in the commit what the statement is for.

/** The people of one group, who are contacts, and the customers of one service account. */
const people = (count: number): MemberIds[] =>
  Array.from({ length: count }, (_, index) => ({ externalUserId: `wm${index}` }));

async function community(product: TestProduct, members: readonly MemberIds[]): Promise<void> {
  const names = members.map(({ externalUserId }) => externalUserId!);
  await product.happens(
    groupRead('wrOld', '普通1群', names, MONDAY),
    ...members.map((person) => aFact('contact_added', MONDAY, person)),
  );
}

/** How many statements apply these facts, which are stored already. */
async function costOf({ db, inbox, engine }: TestProduct, facts: readonly Fact[]): Promise<number> {
  await inbox.receive(facts.map((fact) => ({ kind: 'fact', fact })));
  return countStatements(db, async () => {
    while ((await engine.advance()) > 0);
  });
}

eachDatabase('a batch of facts', (open) => {
  const FEW = 4;
  const MANY = 80;

  it('needs as many statements for many people as for few', async () => {
    const product = await aProduct(await open());
    const members = people(FEW + MANY);
    await community(product, members);
    const at = product.clock.now();
    const costs = async (kind: (person: MemberIds, index: number) => Fact[]) => [
      await costOf(product, members.slice(0, FEW).flatMap(kind)),
      await costOf(
        product,
        members.slice(FEW).flatMap((person, index) => kind(person, FEW + index)),
      ),
    ];
    const talk = await costs((person) => [aFact('sent_message', at, person, { chatId: 'wrOld' })]);
    const service = await costs((person) => [
      aFact('wrote_to_service', at, person, { account: 'wk1', type: 'text', length: 2, words: '你好' }),
    ]);
    // No group of their tier exists, so one task for all of them asks for a new group.
    const orders = await costs((person, index) => [
      aFact('order_paid', at, person, { orderId: `o-${index}`, amountCents: 9_900 }),
    ]);
    for (const [few, many] of [talk, service, orders]) expect(many).toBeLessThanOrEqual(few! + FEW);
  });

  it('of talk and joins needs a bounded number of statements', async () => {
    const product = await aProduct(await open());
    const members = people(MANY);
    await community(product, members);
    const at = product.clock.now();
    const facts = members.flatMap((person) => [
      aFact('sent_message', at, person, { chatId: 'wrOld' }),
      aFact('joined_group', at, person, { chatId: 'wrNew', scene: 1 }),
    ]);
    const cost = await costOf(product, facts);
    // 38, with BEGIN and COMMIT: the facts and their members, whether facts come in bulk, what decides about them (one
    // statement for the talk between people, one for recent changes of tier), and one write for each table. On PostgreSQL one
    // more takes the lock.
    expect(cost).toBeLessThanOrEqual(39);
  });
});

eachDatabase('the work loop', (open) => {
  it('asks little when nothing is due', async () => {
    const product = await aProduct(await open());
    await community(product, people(4));
    const cost = await countStatements(product.db, () => product.workLoop.drain());
    // One for each thing that can be due: facts, commands, cards, the day, moves, deliveries, mass-sends and their tasks.
    expect(cost).toBeLessThanOrEqual(8);
  });

  it('lets a day pass with a bounded number of statements', async () => {
    const product = await aProduct(await open());
    await community(product, people(40));
    const cost = await countStatements(product.db, () => product.later(24));
    // The daily jobs (four statements ask for words that are kept no longer, two rank all members, eight ask who is due for
    // another reason than time; on PostgreSQL each transaction takes a lock), a review of everybody, the messages that it
    // plans, and their deliveries one by one. The ends of deliveries are stored together: on a busy machine by five to eight
    // transactions of three statements.
    expect(cost).toBeLessThanOrEqual(402);
  });
});

eachDatabase('a fact that comes in alone', (open) => {
  it('is stored by one statement', async () => {
    const { db, inbox, clock } = await aProduct(await open());
    const fact = aFact('visited', clock.now(), { externalUserId: 'wm1' });
    expect(await countStatements(db, () => inbox.receive([{ kind: 'fact', fact }]))).toBe(1);
  });
});

eachDatabase('following a mass-send task', (open) => {
  const costOfPoll = async (receivers: number, tapped: boolean): Promise<number> => {
    const outbox = await anOutbox(await open());
    await outbox.enqueue(
      ...Array.from({ length: receivers }, (_, index) => ({ key: `k${index}`, action: aMassSend(`wm${index}`) })),
    );
    await outbox.deliver();
    if (tapped) outbox.channel.tapAll();
    return countStatements(outbox.db, () => outbox.later(5 * 60_000));
  };

  describe.each([false, true])('that was tapped: %s', (tapped) => {
    it('needs as many statements for many receivers as for few', async () => {
      expect(await costOfPoll(40, tapped)).toBe(await costOfPoll(4, tapped));
    });
  });
});
