import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import type { Run } from '../run.js';
import { groupStore } from './group.store.js';
import { joinWayActions } from './join-ways.js';
import { maintainPools } from './pools.js';

/**
 * Asks staff for the groups that the pools need, and returns the join ways to request. With `verify` those are all join
 * ways, otherwise those that are missing or outdated.
 */
export async function maintainGroups(run: Run, { verify = false } = {}): Promise<NewOutboxRow[]> {
  const groups = await groupStore.pools(run.tx);
  await maintainPools(run, groups);
  return joinWayActions(run, groups, { verify });
}
