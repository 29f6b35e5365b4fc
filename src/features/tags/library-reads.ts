import type { Sql } from '../../platform/database/sql.js';

/** A read may lag by some seconds (contract §3.2). */
export const READ_LAG_MS = 5_000;

/** Whether we made tags while the library was read: such a reading cannot say that a tag is no more. */
export async function madeTagsSince(sql: Sql, readAt: number): Promise<boolean> {
  const row = await sql.one(
    `SELECT id FROM outbox WHERE kind = 'ensure_tags' AND (state = 'sending' OR settled_at >= $1) LIMIT 1`,
    [readAt - READ_LAG_MS],
  );
  return row !== undefined;
}
