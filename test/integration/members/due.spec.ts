import { expect, it } from 'vitest';
import { memberStore } from '../../../src/features/members/member.store.js';
import type { Database } from '../../../src/platform/database/database.js';
import { eachDatabase } from '../../support/databases.js';

eachDatabase('the members who are due', (open, dialect) => {
  const TODAY = 20_000;
  const people = async (db: Database, days: readonly number[]) => {
    await db.write((tx) =>
      tx.insert(
        'member',
        days.map((due_day, index) => ({ id: index + 1, created_at: 1, due_day })),
      ),
    );
  };
  /** Goes through all who are due, as the review does; the review of `failing` members fails, so they are never marked. */
  async function review(db: Database, limit: number, failing: readonly number[] = []): Promise<number[]> {
    const tried: number[] = [];
    for (let after = 0, rounds = 0; rounds < 100; rounds++) {
      const due = await memberStore.due(db.read, TODAY, after, limit);
      if (due.length === 0) return tried;
      tried.push(...due);
      await db.write((tx) =>
        memberStore.markReviewed(
          tx,
          new Map(due.filter((id) => !failing.includes(id)).map((id) => [id, TODAY + 1])),
          TODAY,
        ),
      );
      after = due.at(-1)!;
    }
    throw new Error('the review does not end');
  }

  it('are all reviewed once, those due longest first', async () => {
    const db = await open();
    await people(db, [5, 0, TODAY + 1, 9, 0, 5]);
    expect(await review(db, 2)).toEqual([2, 5, 1, 6, 4]);
    expect(await review(db, 2)).toEqual([]);
  });

  it('are all tried, and the review ends, even when some of them fail', async () => {
    const db = await open();
    await people(db, [5, 0, 0, 9, 0, 5, 3]);
    for (const limit of [1, 2, 3]) {
      await db.write((tx) => tx.run('UPDATE member SET due_day = id'));
      expect(new Set(await review(db, limit, [1, 2, 5]))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
    }
  });

  it.runIf(dialect === 'sqlite')('are found by the index', async () => {
    const db = await open();
    const plan = await db.read.all<{ detail: string }>(
      `EXPLAIN QUERY PLAN SELECT id FROM member WHERE due_day <= $1 AND (due_day, id) > ($2, $3) AND merged_into IS NULL ORDER BY due_day, id LIMIT 1`,
      [TODAY, -1, 0],
    );
    expect(plan).toHaveLength(1);
    expect(plan[0]!.detail).toMatch(/SEARCH member USING INDEX member_due/);
  });
});
