import type { Day } from '../domain/day.js';
import type { Run } from '../features/run.js';
import type { NewOutboxRow } from '../outbox/outbox-row.js';
import { outboxStore } from '../outbox/outbox.store.js';
import { readSetting, writeSetting } from '../platform/database/settings.js';
import type { Sql } from '../platform/database/sql.js';
import { features } from './features.js';

/** The last day on which the daily jobs ran. */
const LAST_DAY_SETTING = 'corp_kept_day';

export async function dailyJobsRan(sql: Sql, today: Day): Promise<boolean> {
  const lastDay = await readSetting(sql, LAST_DAY_SETTING);
  return lastDay !== null && Number(lastDay) >= today;
}

/** Runs the daily job of every feature, once per day. A second call on the same day does nothing. */
export async function runDailyJobs(run: Run, today: Day): Promise<void> {
  const { tx, now } = run;
  if (await dailyJobsRan(tx, today)) return;
  const planned: NewOutboxRow[] = [];
  for (const feature of features) planned.push(...((await feature.daily?.(run)) ?? []));
  await outboxStore.enqueue(tx, planned, now);
  await writeSetting(tx, LAST_DAY_SETTING, String(today), now);
}
