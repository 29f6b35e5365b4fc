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
 * parameters are looked up one by one). The text is the same for any number of rows, so it is prepared once. SQLite finds an
 * element by counting from the first, so a wide row is cut into pieces: 130 columns take 41 µs instead of 390.
 */
export function insertStatement(dialect: Dialect, { table, columns, onConflict, returning }: InsertParts): string {
  const names = columns.join(', ');
  // "WHERE true" keeps SQLite from reading ON CONFLICT as the ON of a join.
  const source =
    dialect === 'sqlite'
      ? isWide(columns)
        ? fromPieces(columns.length)
        : `SELECT ${columns.map((_, index) => `value ->> ${index}`).join(', ')} FROM json_each($1) WHERE true`
      : `SELECT ${names} FROM json_populate_recordset(NULL::${table}, $1::json)`;
  return (
    `INSERT INTO ${table} (${names}) ${source}` +
    (onConflict ? ` ON CONFLICT ${onConflict}` : '') +
    (returning ? ` RETURNING ${returning}` : '')
  );
}

export function insertParam(dialect: Dialect, columns: readonly string[], rows: readonly SqlRow[]): string {
  for (const row of rows) checkColumns(columns, row);
  if (dialect !== 'sqlite') return storableJson(rows);
  const lists = rows.map((row) => columns.map((column) => row[column]));
  return storableJson(isWide(columns) ? lists.map(inPieces) : lists);
}

const PIECE = 16;
const isWide = (columns: readonly string[]): boolean => columns.length > PIECE;
const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function inPieces<V>(values: readonly V[]): V[][] {
  return numbersTo(Math.ceil(values.length / PIECE)).map((piece) => values.slice(piece * PIECE, (piece + 1) * PIECE));
}

function fromPieces(columns: number): string {
  const pieces = numbersTo(Math.ceil(columns / PIECE)).map((piece) => `value -> ${piece} AS piece${piece}`);
  const values = numbersTo(columns).map((index) => `piece${Math.floor(index / PIECE)} ->> ${index % PIECE}`);
  return (
    `WITH cut AS MATERIALIZED (SELECT ${pieces.join(', ')} FROM json_each($1)) ` +
    `SELECT ${values.join(', ')} FROM cut WHERE true`
  );
}

function checkColumns(columns: readonly string[], row: SqlRow): void {
  const missing = columns.filter((column) => row[column] === undefined);
  if (missing.length > 0) throw new Error(`row to insert lacks ${missing.join(', ')}`);
  if (Object.keys(row).length !== columns.length) {
    throw new Error(`row to insert has columns the first one lacks: ${Object.keys(row).join(', ')}`);
  }
}
