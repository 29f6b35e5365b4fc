import { expect, it, vi } from 'vitest';
import type { Feature } from '../../src/engine/features.js';
import { freshSqlite } from '../support/databases.js';
import { aFact, aProduct, MONDAY, xiaolu } from '../support/test-product.js';

const DAY_MS = 86_400_000;
const calls: string[] = [];

// Adds the line that a new feature needs in the list.
vi.mock('../../src/engine/features.js', async (importOriginal) => {
  const list = await importOriginal<typeof import('../../src/engine/features.js')>();
  const diary: Feature = {
    name: 'diary',
    async plan({ tx, now }, { evaluations }) {
      const stored = await tx.one<{ n: number }>('SELECT COUNT(*) AS n FROM member');
      calls.push(`plan ${new Date(now).getUTCDate()}: ${evaluations.length} of ${stored!.n}`);
    },
    daily({ now }) {
      calls.push(`daily ${new Date(now).getUTCDate()}`);
      return Promise.resolve([]);
    },
    async merge(_tx, from, to) {
      calls.push(`merge ${from} into ${to}`);
    },
  };
  (list.features as Feature[]).push(diary);
  return list;
});

it('plans with every evaluation, runs once a day, and merges its tables as soon as it is in the list', async () => {
  const db = await freshSqlite();
  try {
    const product = await aProduct(db);
    await product.happens(aFact('contact_added', MONDAY, xiaolu));
    // The figures of the corp are computed then, and make the only member a key member.
    expect(calls).toEqual(['plan 2: 1 of 1', 'daily 2', 'plan 2: 1 of 1']);
    await product.workLoop.drain();
    expect(calls).toHaveLength(3);
    product.clock.pushTo(MONDAY + DAY_MS);
    await product.workLoop.drain();
    expect(calls.slice(3)).toEqual(['daily 3', 'plan 3: 1 of 1']);

    // A second member at first; then one fact carries the ids of both.
    const phone = { phone: '13800138000' };
    await product.happens(aFact('visited', MONDAY + DAY_MS, phone));
    await product.happens(aFact('visited', MONDAY + DAY_MS, { ...xiaolu, ...phone }));
    expect(calls.filter((call) => call.startsWith('merge'))).toEqual(['merge 2 into 1']);
  } finally {
    await db.close();
  }
});
