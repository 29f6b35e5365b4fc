import { problemOf } from '../set-aside/set-aside.store.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import type { OutboxRow } from './outbox-row.js';
import { outboxStore } from './outbox.store.js';

/** Processes the first `limit` due rows in one transaction. It calls `onRead` with these rows before it works on them. */
type Work<T> = (tx: Sql, limit: number, onRead: (rows: readonly OutboxRow[]) => void) => Promise<T>;

/**
 * Runs `work`. When it fails, runs it again on ever fewer rows until the row that fails is alone: that row is set aside, and
 * null is returned. `work` has no effect outside the database, so a failed run loses nothing.
 */
export async function isolateFailingRow<T>(
  { db, logger }: { readonly db: Database; readonly logger: Logger },
  limit: number,
  now: number,
  work: Work<T>,
): Promise<T | null> {
  let read: readonly OutboxRow[] = [];
  try {
    return await db.write((tx) => work(tx, limit, (rows) => (read = rows)));
  } catch (cause) {
    const [first] = read;
    // The database is busy or unreachable, or it failed before any row was read: the rows are not to blame.
    if (cause instanceof RetryLater || first === undefined) throw cause;
    if (read.length > 1)
      return isolateFailingRow({ db, logger }, Math.max(1, Math.floor(Math.min(limit, read.length) / 4)), now, work);
    logger.error(
      { err: cause, outboxId: first.id, kind: first.kind },
      'a due action could not be prepared for delivery and was set aside',
    );
    await db.write((tx) => outboxStore.setAside(tx, first, { reason: 'bug', problem: problemOf(cause) }, now));
    return null;
  }
}
