import { factStore } from '../../inbox/fact.store.js';
import { readSetting, removeSetting, writeSetting } from '../../platform/database/settings.js';
import type { Sql } from '../../platform/database/sql.js';

/**
 * The last fact of an import, or of a comparison with the corp: more facts came than a batch holds. Whom they move waits for
 * the first review after it, which counts them all. Stored, because after a restart what is left may be less than a batch.
 */
const BULK_END_SETTING = 'bulk_facts_up_to';

export async function bulkEnd(sql: Sql): Promise<number | null> {
  const stored = await readSetting(sql, BULK_END_SETTING);
  return stored === null ? null : Number(stored);
}

/** Whether a batch belongs to facts that came in bulk. `isFull`: more came than a batch holds, so that bulk begins with it. */
export async function inBulk(tx: Sql, isFull: boolean, now: number): Promise<boolean> {
  if ((await bulkEnd(tx)) !== null) return true;
  const last = isFull ? await factStore.lastPending(tx) : null;
  if (last !== null) await writeSetting(tx, BULK_END_SETTING, String(last), now);
  return last !== null;
}

/** Ends the bulk once all its facts are applied; answers whether none is left. */
export async function endBulk(tx: Sql): Promise<boolean> {
  const end = await bulkEnd(tx);
  if (end === null) return true;
  if (await factStore.isPendingUpTo(tx, end)) return false;
  await removeSetting(tx, BULK_END_SETTING);
  return true;
}
