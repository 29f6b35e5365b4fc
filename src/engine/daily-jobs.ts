import type { Day } from '../domain/day.js';
import type { Run } from '../features/run.js';
import { outboxStore, type NewOutboxRow } from '../outbox/outbox.store.js';
import { readSetting, writeSetting } from '../platform/database/settings.js';
import type { Sql } from '../platform/database/sql.js';
import { features } from './features.js';

const KEPT = 'corp_kept_day';

export async function dailyJobsRan(sql: Sql, today: Day): Promise<boolean> {
  const kept = await readSetting(sql, KEPT);
  return kept !== null && Number(kept) >= today;
}

/** What belongs to the corp as a whole and is looked after once a day, when a new one has begun. */
export async function runDailyJobs(run: Run, today: Day): Promise<void> {
  const { tx, now } = run;
  if (await dailyJobsRan(tx, today)) return;
  const planned: NewOutboxRow[] = [];
  for (const feature of features) planned.push(...((await feature.daily?.(run)) ?? []));
  await outboxStore.enqueue(tx, planned, now);
  await writeSetting(tx, KEPT, String(today), now);
}
