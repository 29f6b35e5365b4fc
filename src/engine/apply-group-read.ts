import type { FactOf } from '../domain/fact.js';
import type { MemberId } from '../domain/ids.js';
import { poolOf } from '../domain/moves/pool.js';
import { applyGroupDismissal, applyNewOwner } from '../features/moves/group-changes.js';
import { isOfficialChatId } from '../domain/moves/group.js';
import { groupPeopleStore } from '../features/groups/group-people.store.js';
import { groupStore } from '../features/groups/group.store.js';
import { factStore } from '../inbox/fact.store.js';
import { presenceDiff } from '../features/groups/presence-diff.js';
import type { Run } from '../features/run.js';

/** For groups that match no tier's pool. */
const DEFAULT_CAPACITY = 200;

/**
 * Stores a group as the corp or the chat account sees it now. A join or leave that no event reported becomes a fact, which
 * is applied in the next batch. Answers the members to evaluate at once: those whose move ended because the group is gone.
 */
export async function applyGroupRead(run: Run, read: FactOf<'group_read'>): Promise<readonly MemberId[]> {
  const { tx, context, now } = run;
  const { data } = read;
  const group = (await groupStore.resolve(tx, [data.chatId], now)).get(data.chatId);
  if (!group || group.readAt > data.readAt) return [];
  if (data.dismissed) return applyGroupDismissal(run, group, data.readAt);
  const pool = poolOf(data.name, context.ruleset);
  const { facts, undecided } = await presenceDiff(tx, group, data);
  // The version stands for the list of people. While somebody's presence is undecided, we do not have that list.
  const { version: _version, ...withoutVersion } = data;
  await groupStore.applyRead(tx, group.id, undecided ? withoutVersion : data, {
    tier: pool?.key ?? null,
    capacity: pool?.capacity ?? DEFAULT_CAPACITY,
  });
  // A name decides which tier the group belongs to, and whether it is a floor of one.
  if (data.name !== group.name || (pool?.key ?? null) !== group.tier || group.status !== 'active')
    await groupPeopleStore.markPresentDue(tx, group.id);
  if (data.ownerState !== undefined) await groupStore.updateOwnerState(tx, group.id, data.ownerState);
  const isOfficial = isOfficialChatId(data.chatId);
  if (isOfficial && data.owner !== '' && group.owner !== '' && data.owner !== group.owner) {
    // A read of one group does not contain its state (contract §5.1), but a new owner means that the group was inherited.
    if (data.ownerState === undefined) await groupStore.markInherited(tx, group.id);
    await applyNewOwner(run, group, data.owner);
  }
  await factStore.append(tx, facts, now);
  return [];
}
