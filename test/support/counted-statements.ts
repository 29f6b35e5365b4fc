import type { Database } from '../../src/platform/database/database.js';
import type { Sql, SqlRow } from '../../src/platform/database/sql.js';

/** BEGIN and COMMIT. */
const STATEMENTS_OF_TRANSACTION = 2;

/** How many statements the database gets while `work` runs, on all of its connections, those of transactions included. */
export async function countStatements(database: Database, work: () => Promise<unknown>): Promise<number> {
  let statements = 0;
  const counting = (sql: Sql): Sql => {
    const insert = (rows: readonly SqlRow[]): void => void (statements += rows.length > 0 ? 1 : 0);
    return {
      dialect: sql.dialect,
      all: (text, params) => (statements++, sql.all(text, params)),
      one: (text, params) => (statements++, sql.one(text, params)),
      run: (text, params) => (statements++, sql.run(text, params)),
      insert: (table, rows, onConflict) => (insert(rows), sql.insert(table, rows, onConflict)),
      insertReturning: (table, rows, onConflict, returning) => (
        insert(rows),
        sql.insertReturning(table, rows, onConflict, returning)
      ),
    };
  };
  const { read, write, writeOne } = database;
  Object.assign(database, {
    read: counting(read),
    write: <T>(transact: (tx: Sql) => Promise<T>): Promise<T> => {
      statements += STATEMENTS_OF_TRANSACTION;
      return write.call(database, (tx) => transact(counting(tx))) as Promise<T>;
    },
    writeOne: <T>(ask: (sql: Sql) => Promise<T>): Promise<T> =>
      writeOne.call(database, (sql) => ask(counting(sql))) as Promise<T>,
  });
  try {
    await work();
  } finally {
    Object.assign(database, { read, write, writeOne });
  }
  return statements;
}
