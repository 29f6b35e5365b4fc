import type { Sql } from './sql.js';

/**
 * Holds `lock` until the transaction ends, and waits for whoever holds it: of several processes on one PostgreSQL one at a
 * time gets on. SQLite has one writer anyway. Each use has a number of its own.
 */
export async function takeAdvisoryLock(tx: Sql, lock: number): Promise<void> {
  if (tx.dialect === 'postgres') await tx.all(`SELECT 1 AS one FROM pg_advisory_xact_lock(${lock})`);
}
