import type { MemberId } from '../../domain/ids.js';
import { decisionStore } from '../../features/audit/decision.store.js';
import { contactWayStore } from '../../features/contact-ways/contact-way.store.js';
import { groupStore } from '../../features/groups/group.store.js';
import { bucketStore } from '../../features/members/daily-count.store.js';
import { exchangeStore } from '../../features/members/exchange.store.js';
import { identityStore } from '../../features/members/identity.store.js';
import { memberStore } from '../../features/members/member.store.js';
import { orderStore } from '../../features/members/order.store.js';
import { moveStore } from '../../features/moves/move.store.js';
import { tagStore } from '../../features/tags/tag.store.js';
import { memberReplyStore } from '../../features/tasks/member-reply.store.js';
import { taskStore } from '../../features/tasks/task.store.js';
import { commandRequestStore } from '../../inbox/command-request.store.js';
import { factStore } from '../../inbox/fact.store.js';
import { occasionStore } from '../../outbox/occasion.store.js';
import type { Sql } from '../../platform/database/sql.js';

interface MergesMembers {
  merge(tx: Sql, from: MemberId, to: MemberId, now: number): Promise<void>;
}

/**
 * Each store merges its own tables. Orders come after the daily counts, which they put right; whatever names a member
 * comes before the member. A table with a `member_id` needs a place here: test/integration/members/merge.spec.ts looks.
 */
const inOrder: readonly MergesMembers[] = [
  identityStore,
  factStore,
  bucketStore,
  orderStore,
  tagStore,
  exchangeStore,
  moveStore,
  occasionStore,
  decisionStore,
  taskStore,
  commandRequestStore,
  contactWayStore,
  memberReplyStore,
  groupStore,
  memberStore,
];

/** Two records of one member become one: everything that hung on `from` hangs on `to`. */
export async function mergeMembers(tx: Sql, from: MemberId, to: MemberId, now: number): Promise<void> {
  for (const store of inOrder) await store.merge(tx, from, to, now);
}
