import { describe, expect, it } from 'vitest';
import type { SqlRow } from '../../../src/platform/database/sql.js';
import { eachDatabase } from '../../support/databases.js';

eachDatabase('sql', (open) => {
  it('answers big numbers, sums and comparisons as plain numbers', async () => {
    const { read } = await open();
    const row = await read.one(
      'SELECT CAST($1 AS BIGINT) AS big, SUM(n) AS total, COUNT(*) AS rows, 2 > 1 AS yes, CAST(NULL AS TEXT) AS absent FROM (SELECT 40 AS n UNION ALL SELECT 2) AS t',
      [1_763_700_000_000],
    );
    expect(row).toEqual({ big: 1_763_700_000_000, total: 42, rows: 2, yes: 1, absent: null });
  });

  it('binds a number that appears twice to one value', async () => {
    const database = await open();
    await database.write((tx) => tx.insert('setting', [aSetting('a', 'x'), aSetting('x', 'y')]));
    const rows = await database.read.all(
      'SELECT name FROM setting WHERE name = $1 OR value = $1 AND changed_at = $2 ORDER BY name',
      ['x', 0],
    );
    expect(rows).toEqual([{ name: 'a' }, { name: 'x' }]);
  });

  it('refuses placeholders out of order and a wrong number of values', async () => {
    const { read } = await open();
    await expect(read.all('SELECT $2 AS b, $1 AS a', [1, 2])).rejects.toThrow('placeholder $2 appears before $1');
    await expect(read.all('SELECT $1 AS a', [])).rejects.toThrow('wants 1 values and was given 0');
  });

  it('answers how many rows a statement changed', async () => {
    const database = await open();
    const counts = await database.write(async (tx) => [
      await tx.insert('setting', [aSetting('a'), aSetting('b'), aSetting('c')]),
      await tx.run('UPDATE setting SET value = $1 WHERE name > $2', ['new', 'a']),
      await tx.run('UPDATE setting SET value = $1 WHERE name = $2', ['new', 'nobody']),
      await tx.run('DELETE FROM setting'),
    ]);
    expect(counts).toEqual([3, 2, 0, 3]);
  });

  it('inserts thousands of rows of every type unchanged', async () => {
    const database = await open();
    const rows = Array.from({ length: 5_000 }, (_, n) => ({
      name: `群友 ${n} "引号" \\ 🎉`,
      external_userid: n % 2 ? null : `wm${n}`,
      created_at: 1_763_700_000_000 + n,
    }));
    expect(await database.write((tx) => tx.insert('member', rows))).toBe(5_000);
    const back = await database.read.all('SELECT name, external_userid, created_at FROM member ORDER BY created_at');
    expect(back).toEqual(rows);
  });

  it('skips rows that exist and counts only the new ones', async () => {
    const database = await open();
    await database.write((tx) => tx.insert('setting', [aSetting('a'), aSetting('b')]));
    const [inserted, again] = await database.write(async (tx) => [
      await tx.insertReturning<{ name: string }>('setting', [aSetting('b'), aSetting('c')], 'DO NOTHING', 'name'),
      await tx.insert('setting', [aSetting('b'), aSetting('c')], 'DO NOTHING'),
    ]);
    expect(inserted).toEqual([{ name: 'c' }]);
    expect(again).toBe(0);
  });

  it('adds to rows that exist', async () => {
    const database = await open();
    const add = (messages: number): Promise<number> =>
      database.write((tx) =>
        tx.insert(
          'member_day',
          [{ member_id: 7, day: 20_000, messages }],
          '(member_id, day) DO UPDATE SET messages = member_day.messages + excluded.messages',
        ),
      );
    await add(2);
    await add(3);
    expect(await database.read.all('SELECT member_id, day, messages FROM member_day')).toEqual([
      { member_id: 7, day: 20_000, messages: 5 },
    ]);
  });

  it('inserts nothing when there is nothing to insert', async () => {
    const database = await open();
    expect(await database.write((tx) => tx.insert('setting', []))).toBe(0);
  });

  it('refuses rows that do not name the same columns', async () => {
    const database = await open();
    const rows: SqlRow[] = [aSetting('a'), { name: 'b', value: '' }];
    await expect(database.write((tx) => tx.insert('setting', rows))).rejects.toThrow('lacks changed_at');
  });

  it('names the statement that failed and none of its values', async () => {
    const database = await open();
    const failed = database.read.all('SELECT secret FROM nowhere WHERE x = $1', ['hunter2']);
    await expect(failed).rejects.toMatchObject({
      name: 'StatementFailed',
      message: expect.stringMatching(/nowhere.* in: SELECT secret/),
    });
    await expect(failed).rejects.not.toThrow('hunter2');
  });

  describe('the read connection', () => {
    it('is refused a write by the database itself', async () => {
      const { read } = await open();
      await expect(read.insert('setting', [aSetting('a')])).rejects.toThrow(/readonly|read-only/);
    });
  });

  describe('a transaction', () => {
    it('is rolled back when one of its statements failed, even if the failure was caught', async () => {
      const database = await open();
      const written = database.write(async (tx) => {
        await tx.insert('setting', [aSetting('a')]);
        await tx.insert('setting', [aSetting('a')]).catch(() => 'never mind');
        return 'done';
      });
      await expect(written).rejects.toThrow(/unique/i);
      expect(await database.read.all('SELECT name FROM setting')).toEqual([]);
    });

    it('is rolled back when it ends with a statement that was not awaited', async () => {
      const database = await open();
      const written = database.write(async (tx) => {
        void tx.insert('setting', [aSetting('a')]);
      });
      await expect(written).rejects.toThrow('await it');
      expect(await database.read.all('SELECT name FROM setting')).toEqual([]);
    });

    it('refuses statements after its end', async () => {
      const database = await open();
      const leaked = await database.write(async (tx) => ({ tx }));
      await expect(leaked.tx.run('DELETE FROM setting')).rejects.toThrow('the transaction is over');
    });

    it('is rolled back when it waits for a write of its own, and the other writes continue', async () => {
      const database = await open({ idleLimitMs: 100 });
      let inner: Promise<unknown> = Promise.resolve();
      const outer = database.write(async (tx) => {
        await tx.insert('setting', [aSetting('outer')]);
        inner = database.write((again) => again.insert('setting', [aSetting('inner')]));
        await inner;
      });
      await expect(outer).rejects.toThrow('a write within a write');
      await inner;
      expect(await database.read.all('SELECT name FROM setting')).toEqual([{ name: 'inner' }]);
    });
  });

  it('finishes the writes under way before it closes, and accepts no more', async () => {
    const database = await open();
    const written = database.write((tx) => tx.insert('setting', [aSetting('a')]));
    const closed = database.close();
    await expect(database.write(async () => undefined)).rejects.toThrow('the database is closed');
    expect(await written).toBe(1);
    await closed;
  });
});

function aSetting(name: string, value = ''): { name: string; value: string; changed_at: number } {
  return { name, value, changed_at: 0 };
}
