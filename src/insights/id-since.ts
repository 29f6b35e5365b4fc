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
 * twenty look-ups of the primary key, where counting by the time itself would read the whole table.
 */
export async function idSince(sql: Sql, table: keyof typeof whenColumn, at: number): Promise<number> {
  const column = whenColumn[table];
  const last = await sql.one<{ id: number }>(`SELECT id FROM ${table} ORDER BY id DESC LIMIT 1`);
  let before = 0;
  let from = Number(last?.id ?? 0) + 1;
  while (before + 1 < from) {
    const middle = Math.floor((before + from) / 2);
    const row = await sql.one<{ id: number; at: number }>(
      `SELECT id, ${column} AS at FROM ${table} WHERE id >= $1 ORDER BY id LIMIT 1`,
      [middle],
    );
    if (row === undefined || row.at >= at) from = middle;
    else before = Number(row.id);
  }
  return from;
}
