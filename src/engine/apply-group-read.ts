import type { FactOf } from '../domain/fact.js';
import type { MemberId } from '../domain/ids.js';
import { poolOf } from '../domain/moves/pool.js';
import { applyGroupDismissal, applyNewOwner } from '../features/moves/group-changes.js';
import { isOfficialChatId } from '../domain/moves/group.js';
import { groupStore } from '../features/groups/group.store.js';
import { factStore } from '../inbox/fact.store.js';
import { unseenChanges } from '../features/groups/presence-diff.js';
import type { Run } from '../features/run.js';

const defaultCapacity = 200;

/**
 * A group as the corp (or the chat account) sees it now. Who came or went without our being told becomes a fact and
 * takes the one road, in the next batch. Answers who is to be looked at at once.
 */
export async function applyGroupRead(run: Run, read: FactOf<'group_read'>): Promise<readonly MemberId[]> {
  const { tx, context, now } = run;
  const { data } = read;
  const group = (await groupStore.resolve(tx, [data.chatId], now)).get(data.chatId);
  if (!group || group.readAt > data.readAt) return [];
  if (data.dismissed) return applyGroupDismissal(run, group, data.readAt);
  const pool = poolOf(data.name, context.ruleset);
  const { facts, undecided } = await unseenChanges(tx, group, data);
  // A version stands for who is in the group: it is not ours while somebody in it may be there or not.
  const { version: _unsure, ...unsure } = data;
  await groupStore.learn(tx, group.id, undecided ? unsure : data, pool?.key ?? null, pool?.capacity ?? defaultCapacity);
  if (data.ownerState !== undefined) await groupStore.updateOwnerState(tx, group.id, data.ownerState);
  const isOfficial = isOfficialChatId(data.chatId);
  if (isOfficial && data.owner !== '' && group.owner !== '' && data.owner !== group.owner) {
    // A read of one group does not tell its state (contract §5.1): who has it from one who left has inherited it.
    if (data.ownerState === undefined) await groupStore.markInherited(tx, group.id);
    await applyNewOwner(run, group, data.owner);
  }
  await factStore.append(tx, facts, now);
  return [];
}
