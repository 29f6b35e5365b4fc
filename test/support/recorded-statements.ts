import type { Sql } from '../../src/platform/database/sql.js';

/** Records the statements that read rows, so that their query plan can be read. */
export const recording = (tx: Sql, statements: string[]): Sql => ({
  ...tx,
  dialect: tx.dialect,
  all: (text, params) => {
    statements.push(text);
    return tx.all(text, params);
  },
});
