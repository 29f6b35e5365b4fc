import { readSetting, writeSetting } from '../platform/database/settings.js';
import type { Sql } from '../platform/database/sql.js';

const PAUSED = 'paused';

/** Whether all proactive sending is stopped. Stored in the database, so that every worker sees it and a restart keeps it. */
export async function isPaused(sql: Sql): Promise<boolean> {
  return (await readSetting(sql, PAUSED)) === '1';
}

export async function setPaused(tx: Sql, paused: boolean, now: number): Promise<void> {
  await writeSetting(tx, PAUSED, paused ? '1' : '0', now);
}
