import { expect, it } from 'vitest';
import type { Sql } from '../../../src/platform/database/sql.js';
import { eachDatabase } from '../../support/databases.js';

// On a shared connection, an insert during the open transaction of somebody else reports success and vanishes when that
// transaction rolls back, and a second BEGIN fails. The write queue exists to prevent this.
eachDatabase('concurrent writes', (open) => {
  it('loses nothing but the transaction that was rolled back', async () => {
    const database = await open();
    const plain = (key: string): Promise<number> => database.write((tx) => note(tx, key));
    const three = (name: string, end?: () => void): Promise<void> =>
      database.write(async (tx) => {
        for (const step of [1, 2, 3]) {
          await note(tx, `${name}-${step}`);
          // Lets everybody else run in the middle of this transaction.
          await new Promise((settle) => setImmediate(settle));
        }
        end?.();
      });

    const outcomes = await Promise.allSettled([
      plain('plain-1'),
      three('first'),
      plain('plain-2'),
      three('second', () => {
        throw new Error('rolled back on purpose');
      }),
      plain('plain-3'),
      three('third'),
      plain('plain-4'),
    ]);

    expect(
      outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => String(outcome.reason)),
    ).toEqual(['Error: rolled back on purpose']);
    expect(await names(database.read)).toEqual([
      'first-1',
      'first-2',
      'first-3',
      'plain-1',
      'plain-2',
      'plain-3',
      'plain-4',
      'third-1',
      'third-2',
      'third-3',
    ]);
  });

  it('does not show a reader what is not committed yet', async () => {
    const database = await open();
    const during = await database.write(async (tx) => {
      await note(tx, 'mine');
      return names(database.read);
    });
    expect(during).toEqual([]);
    expect(await names(database.read)).toEqual(['mine']);
  });

  it('stores a write of one statement beside a transaction that is rolled back', async () => {
    const database = await open();
    const outcomes = await Promise.allSettled([
      database.write(async (tx) => {
        await note(tx, 'lost');
        throw new Error('rolled back on purpose');
      }),
      database.writeOne((sql) => note(sql, 'alone')),
      database.write((tx) => note(tx, 'after')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(await names(database.read)).toEqual(['after', 'alone']);
  });

  it('refuses a second statement in a write of one, even when the caller catches the error', async () => {
    const database = await open();
    const two = database.writeOne(async (sql) => {
      await note(sql, 'first');
      await note(sql, 'second').catch(() => undefined);
    });
    await expect(two).rejects.toThrow('a statement too many');
    await database.write((tx) => note(tx, 'later'));
    expect(await names(database.read)).toEqual(['first', 'later']);
  });

  it('ends a write of one statement that waits for another write', async () => {
    const database = await open({ idleLimitMs: 100 });
    await expect(database.writeOne(() => database.write((tx) => note(tx, 'within')))).rejects.toThrow(
      'a write within a write',
    );
  });

  it('runs writes in the order in which they were requested', async () => {
    const database = await open();
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        database.write(async (tx) => {
          await note(tx, `n-${n}`);
          order.push(n);
        }),
      ),
    );
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });
});

function note(tx: Sql, name: string): Promise<number> {
  return tx.run('INSERT INTO setting (name, value, changed_at) VALUES ($1, $2, $3)', [name, '', 0]);
}

async function names(sql: Sql): Promise<string[]> {
  return (await sql.all<{ name: string }>('SELECT name FROM setting ORDER BY name')).map((row) => row.name);
}
