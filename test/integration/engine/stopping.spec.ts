import { expect, it } from 'vitest';
import { migrations } from '../../../src/migrations/index.js';
import { Database } from '../../../src/platform/database/database.js';
import { aFact, aProduct, MONDAY } from '../../support/test-product.js';

it('ends the work under way before the database is closed, and starts no more work, whoever asks', async () => {
  const db = await Database.open({ url: 'sqlite::memory:', migrations });
  const product = await aProduct(db);
  const facts = Array.from({ length: 40 }, (_, n) =>
    aFact('contact_added', MONDAY, { externalUserId: `wm${n}` }, { staff: 'LinXia' }),
  );
  await product.inbox.receive(facts.map((fact) => ({ kind: 'fact', fact })));
  const requests = [product.workLoop.drain(), product.workLoop.drain(), product.workLoop.review()];
  await product.workLoop.stop();
  await db.close();
  expect((await Promise.allSettled(requests)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});
