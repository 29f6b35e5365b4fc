import { problemOf } from '../set-aside/set-aside.store.js';
import type { Database } from '../platform/database/database.js';
import type { Sql } from '../platform/database/sql.js';
import { RetryLater } from '../platform/errors.js';
import type { Logger } from '../platform/logger/logger.js';
import type { OutboxRow, OutboxStore } from './outbox.store.js';

/** The work of one transaction on the first `limit` due rows. It reports which rows it was given before it works on them. */
type Work<T> = (tx: Sql, limit: number, given: (rows: readonly OutboxRow[]) => void) => Promise<T>;

/**
 * Does `work` on fewer and fewer rows when it fails, down to the one that fails alone: that one is set aside, and null is
 * answered. Nothing was said outside yet, so nothing is lost but its own turn.
 */
export async function goApart<T>(
  { db, store, logger }: { readonly db: Database; readonly store: OutboxStore; readonly logger: Logger },
  limit: number,
  now: number,
  work: Work<T>,
): Promise<T | null> {
  let met: readonly OutboxRow[] = [];
  try {
    return await db.write((tx) => work(tx, limit, (rows) => (met = rows)));
  } catch (cause) {
    const [first] = met;
    // The database was busy or gone, or fails before there is any row: nothing is wrong with the rows.
    if (cause instanceof RetryLater || first === undefined) throw cause;
    if (met.length > 1)
      return goApart({ db, store, logger }, Math.max(1, Math.floor(Math.min(limit, met.length) / 4)), now, work);
    logger.error({ err: cause, outboxId: first.id, kind: first.kind }, 'a due action failed on its way out; set aside');
    await db.write((tx) => store.setAside(tx, first, 'bug', problemOf(cause), now));
    return null;
  }
}
