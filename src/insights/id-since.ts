import type { Sql } from '../platform/database/sql.js';

/** Append-only tables, with the column of the time at which a row was written. */
const whenColumn = {
  fact: 'received_at',
  decision: 'at',
  outbox: 'created_at',
  outbox_event: 'at',
  move_event: 'at',
  audit: 'at',
} as const;

/**
 * The id of the first row written at or after `at`. Ids grow with time, so a binary search finds it in about twenty look-ups
 * of the primary key, in one statement. A filter on the time column would read the whole table.
 */
export async function idSince(sql: Sql, table: keyof typeof whenColumn, at: number): Promise<number> {
  const column = whenColumn[table];
  const middle = '(low + high) / 2';
  const isLate = `COALESCE((SELECT ${column} FROM ${table} WHERE id >= ${middle} ORDER BY id LIMIT 1), $1) >= $1`;
  const row = await sql.one<{ id: number }>(
    `WITH RECURSIVE halves (low, high) AS (
      SELECT CAST(0 AS BIGINT), COALESCE(MAX(id), 0) + 1 FROM ${table}
      UNION ALL SELECT CASE WHEN ${isLate} THEN low ELSE ${middle} END, CASE WHEN ${isLate} THEN ${middle} ELSE high END
      FROM halves WHERE low + 1 < high
    ) SELECT MIN(high) AS id FROM halves`,
    [at],
  );
  return Number(row?.id ?? 1);
}
