import { writtenTable, type TableWrite } from './change-log.js';
import type { Connection } from './connection.js';
import { insertParam, insertStatement, ROWS_PER_STATEMENT } from './insert-statement.js';
import { checkPlaceholders } from './placeholders.js';
import type { Dialect, Sql, SqlRow } from './sql.js';
import { storableText } from './storable.js';

/**
 * Implements `Sql` over a raw connection. Every text parameter is made storable here, both when it is stored and when it
 * is searched for, so that foreign texts are found again. Each statement that writes to a table is passed to `written`.
 */
export function sqlOver(dialect: Dialect, connection: Connection, written?: (write: TableWrite) => void): Sql {
  const record = (text: string, members: readonly number[] | null): void => {
    const table = written && writtenTable(text);
    if (table) written({ table, members });
  };
  const ask = async <T>(text: string, params: readonly unknown[], members: readonly number[] | null): Promise<T[]> => {
    checkPlaceholders(text, params.length);
    record(text, members);
    return (await connection.all(text, storableParams(params))) as T[];
  };
  const all = <T>(text: string, params: readonly unknown[] = []): Promise<T[]> => ask<T>(text, params, null);
  const run = async (
    text: string,
    params: readonly unknown[] = [],
    members: readonly number[] | null = null,
  ): Promise<number> => {
    checkPlaceholders(text, params.length);
    record(text, members);
    return connection.run(text, storableParams(params));
  };
  return {
    dialect,
    all,
    one: async <T>(text: string, params?: readonly unknown[]) => (await all<T>(text, params))[0],
    run,
    async insert(table, rows, onConflict) {
      let changed = 0;
      for (const { columns, part } of chunks(rows)) {
        const text = insertStatement(dialect, { table, columns, onConflict });
        changed += await run(text, [insertParam(dialect, columns, part)], membersOf(part));
      }
      return changed;
    },
    async insertReturning<T>(
      table: string,
      rows: readonly SqlRow[],
      onConflict: string | undefined,
      returning: string,
    ) {
      const answered: T[] = [];
      for (const { columns, part } of chunks(rows)) {
        const text = insertStatement(dialect, { table, columns, onConflict, returning });
        const param = insertParam(dialect, columns, part);
        for (const row of await ask<T>(text, [param], membersOf(part))) answered.push(row);
      }
      return answered;
    },
  };
}

const storableParams = (params: readonly unknown[]): readonly unknown[] =>
  params.map((param) => (typeof param === 'string' ? storableText(param) : param));

const membersOf = (rows: readonly SqlRow[]): readonly number[] | null =>
  typeof rows[0]?.['member_id'] === 'number' ? rows.map((row) => row['member_id'] as number) : null;

function* chunks(rows: readonly SqlRow[]): Generator<{ columns: readonly string[]; part: readonly SqlRow[] }> {
  const columns = Object.keys(rows[0] ?? {});
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
    yield { columns, part: rows.slice(from, from + ROWS_PER_STATEMENT) };
  }
}
