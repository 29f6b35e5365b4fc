import { joinWayKey, readForJoinWayKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import type { ActionOf } from '../../domain/action.js';
import { dayOf, isoDay } from '../../domain/day.js';
import type { GroupId } from '../../domain/ids.js';
import type { StoredPoolGroup } from '../../domain/moves/group.js';
import { chatsOfWay, joinStateOf, nextGroupOf } from '../../domain/moves/pool.js';
import { type Ruleset, tierOf } from '../../domain/ruleset.js';
import { groupStore } from './group.store.js';
import { joinWayStore } from './join-way.store.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import { outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import type { Run } from '../run.js';

/**
 * Requests a join way (WeCom's group code) for every pool group that has none or whose code leads to other groups than it
 * should. `groups`: those of all pools. `verify` requests all of them, once a day, because a code may have been deleted in
 * WeCom.
 */
export function joinWayActions(
  { context, now }: Omit<Run, 'tx'>,
  groups: readonly StoredPoolGroup[],
  { verify = false } = {},
): NewOutboxRow[] {
  if (!context.abilities.has('ensure_join_way')) return [];
  const day = isoDay(dayOf(now, context.timeZone));
  return groups.flatMap((group): NewOutboxRow[] => {
    const pool = groups.filter((other) => other.tier === group.tier);
    const desired = desiredJoinWay(group, pool, context.ruleset);
    if (!desired) return [];
    const chats = storableJson(desired.chatIds);
    if (!verify && group.join.qr !== null && group.join.chats === chats) return [];
    return [
      {
        key: joinWayKey(group.id, { version: group.join.version, day, chatIds: desired.chatIds }),
        group: group.id,
        notBefore: now,
        priority: group.join.qr === null ? priorities.makeCode : priorities.checkCode,
        action: desired,
      },
    ];
  });
}

/** Null for a group that WeCom does not know, and when no group of the pool can be joined. */
function desiredJoinWay(group: StoredPoolGroup, pool: readonly StoredPoolGroup[], rules: Pick<Ruleset, 'tiers'>) {
  const { chatId, join } = group;
  const tier = tierOf(rules, group.tier);
  // The code of a dismissed group goes on leading to the other groups of its pool; a new code is not made for it.
  if (chatId === null || !tier || (!group.active && join.configId === null)) return null;
  const chatIds = chatsOfWay(group, pool);
  if (chatIds.length === 0) return null;
  const next = nextGroupOf(
    tier,
    pool.map(({ name }) => name),
  );
  return {
    kind: 'ensure_join_way' as const,
    chatId,
    chatIds,
    state: join.state ?? joinStateOf(group.tier, group.id),
    remark: `群阶 ${group.tier}`,
    ...(join.configId === null ? {} : { configId: join.configId }),
    ...(next ? { next } : {}),
  };
}

/**
 * The join way to request when the outbox row is sent. Null when a later request of the same group waits or was sent: two
 * requests without a config id would make two codes, and a late one would restore old targets. The target groups are
 * computed again, because hours may have passed since the row was planned.
 */
export async function currentJoinWay(
  sql: Sql,
  row: number,
  groupId: GroupId,
  rules: Pick<Ruleset, 'tiers'>,
): Promise<ActionOf<'ensure_join_way'> | null> {
  const state = await joinWayStore.state(sql, groupId, row);
  if (!state || state.tier === null || state.isOutdated) return null;
  const pool = await groupStore.pools(sql, state.tier);
  const group = pool.find(({ id }) => id === groupId);
  return group ? desiredJoinWay(group, pool, rules) : null;
}

/**
 * Records why WeCom refused the join way of a group. When WeCom no longer knows one of its groups (40050, 49008), those
 * groups are read: a dismissed group then leaves the list.
 */
export async function onJoinWayRefused(
  tx: Sql,
  row: { readonly id: number; readonly group: GroupId | null },
  { action, code }: { readonly action: ActionOf<'ensure_join_way'>; readonly code: string },
  now: number,
): Promise<void> {
  const { chatId, chatIds = [chatId] } = action;
  if (row.group !== null) await joinWayStore.setProblem(tx, row.group, code);
  if (code !== 'no_such_group' && code !== 'group_dismissed') return;
  await outboxStore.enqueue(
    tx,
    chatIds.map((id) => ({
      key: readForJoinWayKey(row.id, id),
      action: { kind: 'read_group', chatId: id },
      notBefore: now,
      priority: priorities.readCorp,
    })),
    now,
  );
}
