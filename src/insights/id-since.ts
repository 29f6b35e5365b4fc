import type { Sql } from '../platform/database/sql.js';

/** Tables whose rows are only ever appended, with the column that says when. */
const whenColumn = {
  fact: 'received_at',
  decision: 'at',
  outbox: 'created_at',
  outbox_event: 'at',
  move_event: 'at',
} as const;

/**
 * The number of the first row written at or after a moment. Numbers grow with time, so it is found by halving in some
 * twenty look-ups of the primary key, where counting by the time itself would read the whole table; all in one statement.
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
