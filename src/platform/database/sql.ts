/** Booleans are stored as 0/1, JSON as text, times as epoch ms, days as integers, money as cents. */
export type SqlValue = string | number | null;

export type SqlRow = Readonly<Record<string, SqlValue>>;

export type Dialect = 'sqlite' | 'postgres';

/**
 * One connection as a store sees it; inside `Database.write` it is one transaction.
 *
 * Placeholders are `$1, $2 …`, numbered in order of first appearance (SQLite binds by that order); a number may be
 * repeated. Both dialects return BIGINT, NUMERIC and booleans as plain numbers.
 *
 * SQLite binds a number beyond 32 bits as a float: it compares and stores the same, but `$1 / 1000` and `'x' || $1` do
 * not, so do such arithmetic before binding.
 */
export interface Sql {
  readonly dialect: Dialect;
  all<T>(text: string, params?: readonly unknown[]): Promise<T[]>;
  /** The first row. */
  one<T>(text: string, params?: readonly unknown[]): Promise<T | undefined>;
  /**
   * Resolves to the number of rows changed. `members`: their `member_id`, if it is known; otherwise the `ChangeLog` tells
   * that anybody's row of the table may have changed.
   */
  run(text: string, params?: readonly unknown[], members?: readonly number[]): Promise<number>;
  /**
   * Inserts any number of rows in few statements; resolves to the rows inserted or changed. Every row names the same
   * columns. `onConflict`: `DO NOTHING` or `(member_id, day) DO UPDATE SET messages = member_day.messages + excluded.messages`;
   * with `DO UPDATE` the rows of one call must differ in their key (PostgreSQL refuses to change a row twice).
   */
  insert(table: string, rows: readonly SqlRow[], onConflict?: string): Promise<number>;
  /**
   * As `insert`, and resolves to the columns `returning` (for example `id, key`) of the rows inserted or changed. Their
   * order is undefined: identify them by a key.
   */
  insertReturning<T>(
    table: string,
    rows: readonly SqlRow[],
    onConflict: string | undefined,
    returning: string,
  ): Promise<T[]>;
}
