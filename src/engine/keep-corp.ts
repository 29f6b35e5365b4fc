import type { Sql } from '../platform/database/sql.js';
import { contactWayActions, doubtContactWays } from './contact-ways.js';
import { groupStatActions } from './group-stats.js';
import { joinWayActions } from './join-ways.js';
import { keepPools } from './keep-pools.js';
import type { Circumstances } from './look.js';
import { stores } from './stores.js';

/** What belongs to the corp as a whole and is looked after once a day, when a new one has begun. */
export async function keepCorp(tx: Sql, on: Circumstances, now: number): Promise<void> {
  await keepPools(tx, on, now);
  await doubtContactWays(tx, on, now);
  await stores.outbox.plan(
    tx,
    [
      ...(await joinWayActions(tx, on, now, { verify: true })),
      ...(await contactWayActions(tx, on, now)),
      ...(await groupStatActions(tx, on, now)),
    ],
    now,
  );
}
