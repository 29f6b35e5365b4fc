import type { Circumstances } from '../domain/context.js';
import type { Day } from '../domain/day.js';
import { outboxStore } from '../outbox/outbox.store.js';
import { readSetting, writeSetting } from '../platform/database/settings.js';
import type { Sql } from '../platform/database/sql.js';
import { contactWayActions, doubtContactWays } from '../features/contact-ways/plan-contact-ways.js';
import { groupStatActions } from '../features/groups/group-stats.js';
import { joinWayActions } from '../features/groups/join-ways.js';
import { keepPools } from '../features/groups/pools.js';
import { forgetReplyWords } from '../features/tasks/member-replies.js';
const KEPT = 'corp_kept_day';

export async function isCorpKept(sql: Sql, today: Day): Promise<boolean> {
  const kept = await readSetting(sql, KEPT);
  return kept !== null && Number(kept) >= today;
}

/** What belongs to the corp as a whole and is looked after once a day, when a new one has begun. */
export async function keepCorp(tx: Sql, on: Circumstances, today: Day, now: number): Promise<void> {
  if (await isCorpKept(tx, today)) return;
  await keepPools(tx, on, now);
  await doubtContactWays(tx, on, now);
  await forgetReplyWords(tx, now);
  await outboxStore.plan(
    tx,
    [
      ...(await joinWayActions(tx, on, now, { verify: true })),
      ...(await contactWayActions(tx, on, now)),
      ...(await groupStatActions(tx, on, now)),
    ],
    now,
  );
  await writeSetting(tx, KEPT, String(today), now);
}
