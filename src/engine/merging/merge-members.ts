import type { MemberId } from '../../domain/ids.js';
import { decisionStore } from '../../features/audit/decision.store.js';
import { dailyCountStore } from '../../features/members/daily-count.store.js';
import { exchangeStore } from '../../features/members/exchange.store.js';
import { keyedCountStore } from '../../features/members/keyed-count.store.js';
import { identityStore } from '../../features/members/identity.store.js';
import { memberFieldStore } from '../../features/members/member-field.store.js';
import { invitationStore } from '../../features/members/invitation.store.js';
import { memberStore } from '../../features/members/member.store.js';
import { preferenceStore } from '../../features/members/preference.store.js';
import { orderStore } from '../../features/members/order.store.js';
import { tierChangeStore } from '../../features/members/tier-change.store.js';
import { commandRequestStore } from '../../inbox/command-request.store.js';
import { factStore } from '../../inbox/fact.store.js';
import { occasionStore } from '../../outbox/occasion.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { features } from '../features.js';

interface MergesMembers {
  merge(tx: Sql, from: MemberId, to: MemberId, now: number): Promise<void>;
}

/** The stores that belong to no feature of the list. Orders come after the counts, because they correct them. */
const first: readonly MergesMembers[] = [
  identityStore,
  factStore,
  dailyCountStore,
  keyedCountStore,
  orderStore,
  exchangeStore,
  invitationStore,
  preferenceStore,
  memberFieldStore,
  occasionStore,
  decisionStore,
  tierChangeStore,
  commandRequestStore,
];

/**
 * Two records of one member become one: every row of `from` then belongs to `to`. Each store merges its own tables, and the
 * member comes last. A table with a `member_id` belongs to a feature or needs a place here;
 * test/integration/members/merge.spec.ts checks it.
 */
export async function mergeMembers(tx: Sql, from: MemberId, to: MemberId, now: number): Promise<void> {
  for (const store of first) await store.merge(tx, from, to, now);
  for (const feature of features) await feature.merge?.(tx, from, to, now);
  await memberStore.merge(tx, from, to);
}
