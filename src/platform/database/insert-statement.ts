import type { Dialect, SqlRow } from './sql.js';
import { storableJson } from './storable.js';

/** Bounds one statement's JSON to a few hundred kilobytes; larger chunks gain nothing. */
export const ROWS_PER_STATEMENT = 2_000;

export interface InsertParts {
  readonly table: string;
  readonly columns: readonly string[];
  readonly onConflict?: string | undefined;
  readonly returning?: string;
}

/**
 * All rows are one JSON parameter. Measured on SQLite: 300 k rows/s, against 17 k with 1,000 rows of placeholders (named
 * parameters are looked up one by one). The text is the same for any number of rows, so it is prepared once.
 */
export function insertStatement(dialect: Dialect, { table, columns, onConflict, returning }: InsertParts): string {
  const names = columns.join(', ');
  // "WHERE true" keeps SQLite from reading ON CONFLICT as the ON of a join.
  const source =
    dialect === 'sqlite'
      ? `SELECT ${columns.map((_, index) => `value ->> ${index}`).join(', ')} FROM json_each($1) WHERE true`
      : `SELECT ${names} FROM json_populate_recordset(NULL::${table}, $1::json)`;
  return (
    `INSERT INTO ${table} (${names}) ${source}` +
    (onConflict ? ` ON CONFLICT ${onConflict}` : '') +
    (returning ? ` RETURNING ${returning}` : '')
  );
}

export function insertParam(dialect: Dialect, columns: readonly string[], rows: readonly SqlRow[]): string {
  for (const row of rows) checkColumns(columns, row);
  return storableJson(dialect === 'sqlite' ? rows.map((row) => columns.map((column) => row[column])) : rows);
}

function checkColumns(columns: readonly string[], row: SqlRow): void {
  const missing = columns.filter((column) => row[column] === undefined);
  if (missing.length > 0) throw new Error(`row to insert lacks ${missing.join(', ')}`);
  if (Object.keys(row).length !== columns.length) {
    throw new Error(`row to insert has columns the first one lacks: ${Object.keys(row).join(', ')}`);
  }
}
