import type { MemberId } from '../../domain/ids.js';
import { identitiesOf, identityKey, identityStore } from './identity.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { factStore } from '../../inbox/fact.store.js';
import { memberStore } from './member.store.js';

interface OptChange {
  readonly isOut: boolean;
  readonly at: number;
}

/** The latest opt-out or opt-in of each member that is stored as a fact but not applied yet. */
async function pendingOptChanges(sql: Sql): Promise<ReadonlyMap<MemberId, OptChange>> {
  const pending = await factStore.pendingOptChanges(sql);
  if (pending.length === 0) return new Map();
  const identities = pending.map(({ member }) => identitiesOf(member));
  const known = await identityStore.find(sql, identities.flat());
  const last = new Map<MemberId, OptChange>();
  for (const [index, { kind, at }] of pending.entries())
    for (const identity of identities[index]!) {
      const member = known.get(identityKey(identity));
      if (member !== undefined && at >= (last.get(member)?.at ?? 0))
        last.set(member, { isOut: kind === 'opted_out', at });
    }
  return last;
}

/**
 * Members whose opt-out is stored as a fact but not applied yet, with its time. The opt-out was confirmed to them at once, so
 * nothing may be sent even while thousands of earlier facts are waiting to be applied.
 */
export async function pendingOptOuts(sql: Sql): Promise<ReadonlyMap<MemberId, number>> {
  const last = await pendingOptChanges(sql);
  return new Map([...last].flatMap(([member, { isOut, at }]) => (isOut ? [[member, at]] : [])));
}

/** Whether the member is opted out, together with facts that are stored but not applied yet. */
export async function isOptedOut(sql: Sql, member: MemberId): Promise<boolean> {
  const pending = (await pendingOptChanges(sql)).get(member);
  return pending?.isOut ?? memberStore.hasOptedOut(sql, member);
}
