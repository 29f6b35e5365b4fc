import { readSetting, writeSetting } from '../platform/database/settings.js';
import type { Sql } from '../platform/database/sql.js';

const PAUSED = 'paused';

/** The switch that stops every proactive send at once. In the database: every worker sees it, and a restart keeps it. */
export async function isPaused(sql: Sql): Promise<boolean> {
  return (await readSetting(sql, PAUSED)) === '1';
}

export async function setPaused(tx: Sql, paused: boolean, now: number): Promise<void> {
  await writeSetting(tx, PAUSED, paused ? '1' : '0', now);
}
