import type { Sql } from './sql.js';

/**
 * Waits for `lock` and holds it until the transaction ends, so that one process at a time on a PostgreSQL goes on. SQLite
 * has one writer anyway. Each use has its own number.
 */
export async function takeAdvisoryLock(tx: Sql, lock: number): Promise<void> {
  if (tx.dialect === 'postgres') await tx.all(`SELECT 1 AS one FROM pg_advisory_xact_lock(${lock})`);
}
