import type { GroupId } from '../../domain/ids.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import { groupPeopleStore } from '../../features/groups/group-people.store.js';
import { groupStore } from '../../features/groups/group.store.js';
import { moveStore } from '../../features/moves/move.store.js';
import { taskStore } from '../../features/tasks/task.store.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';

interface MergesGroups {
  mergeGroup(tx: Sql, from: GroupId, to: GroupId): Promise<void>;
}

/** The tables in which rows name a group. A new one needs a place here. */
const inOrder: readonly MergesGroups[] = [groupPeopleStore, outboxStore, taskStore, moveStore];

/** Two records of one group become one: every row that names `from` then names `to`. */
export async function mergeGroups(tx: Sql, from: StoredGroup, to: StoredGroup): Promise<void> {
  for (const store of inOrder) await store.mergeGroup(tx, from.id, to.id);
  await groupStore.merge(tx, from, to);
  await groupPeopleStore.markPresentDue(tx, to.id);
}
