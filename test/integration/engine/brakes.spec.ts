import fc from 'fast-check';
import { expect, it } from 'vitest';
import { answerTask } from '../../../src/engine/answer-task.js';
import { FACTS_AT_ONCE } from '../../../src/engine/engine.js';
import { recount } from '../../../src/engine/recount.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import type { Sql } from '../../../src/platform/database/sql.js';
import { brakeStore } from '../../../src/engine/brakes/brake.store.js';
import { compileRules } from '../../../src/features/ruleset/compile-rules.js';
import { eachDatabase } from '../../support/databases.js';
import { aFact, aProduct, MONDAY, type TestProduct } from '../../support/test-product.js';

const PEOPLE = 30;
const member = (index: number) => ({ externalUserId: `wm${index}` });
const looser = (text: string): string =>
  text.replace('enter: orders_total >= 1', 'enter: orders_total >= 1 || messages_total >= 2');

/** Thirty regulars who have spoken twice. */
async function aCommunity(db: Parameters<typeof aProduct>[0]): Promise<TestProduct> {
  const product = await aProduct(db);
  const people = Array.from({ length: PEOPLE }, (_, index) => index);
  await product.happens(
    ...people.flatMap((index) => [
      aFact('contact_added', MONDAY, member(index)),
      aFact('sent_message', MONDAY, member(index)),
      aFact('sent_message', MONDAY, member(index)),
    ]),
  );
  return product;
}

async function publish({ db, rulesets, clock }: TestProduct, change: (tiers: string) => string): Promise<void> {
  const { texts } = rulesets.compiled;
  const compiled = compileRules({ ...texts, tiers: change(texts.tiers) });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  await rulesets.replaceIn(db, (_, replace) => replace(compiled.value, clock.now()));
}

const tiersOf = async ({ db }: TestProduct): Promise<Record<string, number>> => {
  const rows = await db.read.all<{ tier: string; n: number }>(
    'SELECT tier, COUNT(*) AS n FROM member_metrics GROUP BY tier ORDER BY tier',
  );
  return Object.fromEntries(rows.map(({ tier, n }) => [tier, Number(n)]));
};

const openTasks = ({ db }: TestProduct) =>
  db.read.all<{ id: number; text: string }>(
    `SELECT id, text FROM operator_task WHERE kind = 'large_run' AND state = 'open'`,
  );

async function answer(product: TestProduct, task: number, given: 'approve' | 'refuse', by: string) {
  const context = await product.engine.context();
  const now = product.clock.now();
  return product.db.write((tx) => answerTask({ tx, context, now }, { task, answer: given, by, isOperator: true }));
}

eachDatabase('a review that would move too many', (open) => {
  it('moves nobody, asks the operators, and goes on after one yes, also after a restart', async () => {
    const before = await aCommunity(await open());
    await publish(before, looser);
    const texts = before.rulesets.compiled;
    await before.workLoop.drain();
    expect(await tiersOf(before)).toEqual({ regular: PEOPLE });
    const [task, ...others] = await openTasks(before);
    expect(others).toEqual([]);
    expect(task!.text).toContain('30 人中有 30 人要离开');
    expect(await brakeStore.list(before.db.read, 9)).toMatchObject([
      { state: 'waiting', figures: { moves: [{ from: 'regular', to: 'member', n: PEOPLE }] } },
    ]);

    // A member who waits stays, whatever they do; somebody new is placed.
    await before.happens(
      aFact('sent_message', MONDAY, member(0)),
      aFact('contact_added', MONDAY, { externalUserId: 'wmNew' }),
    );
    expect(await tiersOf(before)).toEqual({ regular: PEOPLE + 1 });

    const product = await before.rebuilt();
    await product.rulesets.replaceIn(product.db, (_, replace) => replace(texts, product.clock.now()));
    await product.workLoop.drain();
    expect(await tiersOf(product)).toEqual({ regular: PEOPLE + 1 });
    const [again] = await openTasks(product);
    expect(await answer(product, again!.id, 'approve', '周敏')).toMatchObject({ outcome: 'taken' });
    expect(await answer(product, again!.id, 'approve', '李雷')).toMatchObject({ outcome: 'already' });
    await product.workLoop.drain();
    expect(await tiersOf(product)).toEqual({ member: PEOPLE, regular: 1 });
    expect(await brakeStore.list(product.db.read, 1)).toMatchObject([{ state: 'done', decidedBy: '周敏' }]);
    const audited = await product.db.read.all(`SELECT who FROM audit WHERE what = 'task_approve'`);
    expect(audited).toEqual([{ who: '周敏' }]);
  });

  it('leaves everybody as they are after a no, and is over when the earlier rules are published again', async () => {
    const product = await aCommunity(await open());
    const earlier = product.rulesets.compiled.texts.tiers;
    await publish(product, looser);
    await product.workLoop.drain();
    const [task] = await openTasks(product);
    await answer(product, task!.id, 'refuse', '周敏');
    await product.workLoop.drain();
    await product.happens(aFact('sent_message', MONDAY, member(0)));
    expect(await tiersOf(product)).toEqual({ regular: PEOPLE });
    await publish(product, () => earlier);
    await product.workLoop.drain();
    expect(await brakeStore.list(product.db.read, 9)).toMatchObject([{ state: 'dropped' }]);
    await product.happens(aFact('order_paid', MONDAY, member(0), { orderId: 'o-1', amountCents: 100 }));
    expect(await tiersOf(product)).toEqual({ member: 1, regular: PEOPLE - 1 });
  });

  it('is dropped without an answer when the earlier rules are published again', async () => {
    const product = await aCommunity(await open());
    const earlier = product.rulesets.compiled.texts.tiers;
    await publish(product, looser);
    await product.workLoop.drain();
    await publish(product, () => earlier);
    await product.workLoop.drain();
    expect(await openTasks(product)).toEqual([]);
    expect(await tiersOf(product)).toEqual({ regular: PEOPLE });
  });

  it('is not stopped below the limits', async () => {
    const product = await aCommunity(await open());
    await publish(product, (text) => `${looser(text)}\nbrakes: { moved_at_least: ${PEOPLE + 1} }\n`);
    await product.workLoop.drain();
    expect(await tiersOf(product)).toEqual({ member: PEOPLE });
    expect(await openTasks(product)).toEqual([]);
  });

  it('is stopped whatever the order of facts, reviews and publications', async () => {
    const step = fc.constantFrom('fact', 'review', 'publish', 'restore', 'day');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
        const db = await open();
        const product = await aCommunity(db);
        const earlier = product.rulesets.compiled.texts.tiers;
        for (const [index, each] of steps.entries()) {
          if (each === 'fact') await product.happens(aFact('visited', product.clock.now(), member(index)));
          if (each === 'review') await product.engine.review();
          if (each === 'publish') await publish(product, looser);
          if (each === 'restore') await publish(product, () => earlier);
          if (each === 'day') await product.later(24);
          expect((await tiersOf(product))['regular']).toBe(PEOPLE);
        }
        await db.close();
      }),
      { numRuns: 4 },
    );
  });
});

eachDatabase('facts that would move too many', (open) => {
  it.each([
    ['in one batch', 1],
    ['in more batches than one', 60],
  ])('%s count at once and move nobody until a person says yes', async (_, visits) => {
    const product = await aCommunity(await open());
    const people = Array.from({ length: PEOPLE }, (_, index) => index);
    const at = product.clock.now();
    await product.happens(
      ...people.flatMap((index) => [
        ...Array.from({ length: visits - 1 }, () => aFact('visited', at, member(index))),
        aFact('order_paid', at, member(index), { orderId: `o-${index}`, amountCents: 8_800 }),
      ]),
    );
    await product.workLoop.drain();
    expect(await tiersOf(product)).toEqual({ regular: PEOPLE });
    const counted = await product.db.read.one('SELECT SUM(orders_total) AS n FROM member_metrics');
    expect(Number((counted as { n: number }).n)).toBe(PEOPLE);
    const [task, ...others] = await openTasks(product);
    expect(others).toEqual([]);
    expect(await brakeStore.list(product.db.read, 9)).toMatchObject([
      { state: 'waiting', figures: { moves: [{ from: 'regular', to: 'member', n: PEOPLE }] } },
    ]);
    await answer(product, task!.id, 'approve', '周敏');
    await product.workLoop.drain();
    expect(await tiersOf(product)).toEqual({ member: PEOPLE });
  });

  it('move nobody after a restart in the middle of an import, though less than a batch is left', async () => {
    const product = await aCommunity(await open());
    const at = product.clock.now();
    const visits = Array.from({ length: FACTS_AT_ONCE }, (_, index) => aFact('visited', at, member(index % PEOPLE)));
    const orders = Array.from({ length: 19 }, (_, index) =>
      aFact('order_paid', at, member(index), { orderId: `o-${index}`, amountCents: 8_800 }),
    );
    await product.inbox.receive([...visits, ...orders].map((fact) => ({ kind: 'fact', fact })));
    expect(await product.engine.advance()).toBe(FACTS_AT_ONCE);
    const again = await product.rebuilt();
    expect(await again.engine.advance()).toBe(orders.length);
    expect(await tiersOf(again)).toEqual({ regular: PEOPLE });
    // The first review after the import counts them all.
    await again.workLoop.drain();
    expect(await tiersOf(again)).toEqual({ member: 19, regular: PEOPLE - 19 });
    // What comes later moves at once.
    await again.happens(aFact('order_paid', again.clock.now(), member(25), { orderId: 'later', amountCents: 8_800 }));
    expect(await tiersOf(again)).toEqual({ member: 20, regular: PEOPLE - 20 });
  });

  it('are not stopped below the limits, and move at once', async () => {
    const product = await aCommunity(await open());
    const at = product.clock.now();
    await product.happens(
      ...Array.from({ length: 19 }, (_, index) =>
        aFact('order_paid', at, member(index), { orderId: `o-${index}`, amountCents: 8_800 }),
      ),
    );
    expect(await tiersOf(product)).toEqual({ member: 19, regular: PEOPLE - 19 });
    expect(await openTasks(product)).toEqual([]);
  });
});

eachDatabase('a recount that would move too many', (open) => {
  const ALL = 230;
  /** Two batches of the recount, with thirty buyers in each: neither is too many alone. Their orders are not counted yet. */
  const buyers = [...Array(30).keys(), ...Array.from({ length: 30 }, (_, index) => 200 + index)];

  async function beforeRecount() {
    const product = await aProduct(await open());
    await product.happens(...Array.from({ length: ALL }, (_, index) => aFact('contact_added', MONDAY, member(index))));
    for (const some of [buyers.slice(0, 30), buyers.slice(30)])
      await product.happens(
        ...some.map((index) =>
          aFact('order_paid', MONDAY, member(index), { orderId: `o-${index}`, amountCents: 8_800 }),
        ),
      );
    expect(await tiersOf(product)).toEqual({ member: 60, regular: ALL - 60 });
    await product.db.write(async (tx) => {
      await tx.run('DELETE FROM shop_order');
      await tx.run('UPDATE member_day SET orders = 0, spend_cents = 0');
      await tx.run(`UPDATE member_metrics SET tier = 'regular', orders_total = 0, orders_90d = 0, orders_30d = 0`);
      await tx.insert('setting', [{ name: 'recount_after', value: '0', changed_at: 0 }]);
    });
    return product;
  }

  const countedOrders = async ({ db }: TestProduct): Promise<number> =>
    Number((await db.read.one<{ n: number }>('SELECT SUM(orders_total) AS n FROM member_metrics'))?.n);

  it('moves nobody before all are counted, and then asks', async () => {
    const product = await beforeRecount();
    expect(await product.engine.recount()).toBe(ALL);
    expect(await countedOrders(product)).toBe(60);
    expect(await tiersOf(product)).toEqual({ regular: ALL });
    await product.workLoop.drain();
    expect(await tiersOf(product)).toEqual({ regular: ALL });
    expect(await brakeStore.list(product.db.read, 9)).toMatchObject([
      { state: 'waiting', figures: { moves: [{ from: 'regular', to: 'member', n: 60 }] } },
    ]);
    const [task] = await openTasks(product);
    await answer(product, task!.id, 'approve', '周敏');
    await product.workLoop.drain();
    expect(await tiersOf(product)).toEqual({ member: 60, regular: ALL - 60 });
  });

  it('moves nobody when it is killed after the first batch, nor before it is done after the restart', async () => {
    const product = await beforeRecount();
    let batches = 0;
    const killed = recount({
      write: (work) =>
        product.db.write(async (tx) => {
          const known = await countedIn(tx);
          const done = await work(tx);
          if ((await countedIn(tx)) > known && ++batches === 2) throw new RetryLater('killed');
          return done;
        }),
      context: await product.engine.context(),
      now: product.clock.now(),
      logger: createLogger({ level: 'silent' }),
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await countedOrders(product)).toBe(30);
    // A review meanwhile, of another process, leaves them alone.
    await product.workLoop.drain();
    expect(await tiersOf(product)).toEqual({ regular: ALL });
    const again = await product.rebuilt();
    expect(await again.engine.recount()).toBe(ALL - 200);
    expect(await tiersOf(again)).toEqual({ regular: ALL });
    await again.workLoop.drain();
    expect(await tiersOf(again)).toEqual({ regular: ALL });
    expect(await brakeStore.list(again.db.read, 9)).toMatchObject([
      { state: 'waiting', figures: { moves: [{ from: 'regular', to: 'member', n: 60 }] } },
    ]);
  });
});

const countedIn = async (sql: Sql): Promise<number> =>
  Number((await sql.one<{ n: number }>('SELECT COUNT(*) AS n FROM shop_order'))?.n);
