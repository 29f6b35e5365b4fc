import { joinWayKey, readForJoinWayKey } from '../../domain/action-keys.js';
import { priorities } from '../../domain/priorities.js';
import type { ActionOf } from '../../domain/action.js';
import { dayOf, isoDay } from '../../domain/day.js';
import type { GroupId } from '../../domain/ids.js';
import type { StoredPoolGroup } from '../../domain/moves/group.js';
import { chatsOfWay, joinStateOf, nextGroupOf } from '../../domain/moves/pool.js';
import { type Ruleset, tierOf } from '../../domain/ruleset.js';
import { groupStore } from './group.store.js';
import { type NewOutboxRow, outboxStore } from '../../outbox/outbox.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import type { Run } from '../run.js';

/**
 * Every group of a pool has a join way ready before anybody is to be invited into it, and it leads where there is room.
 * `verify`: look at all of them, once a day, for one that was deleted behind our back.
 */
export async function joinWayActions({ tx, context, now }: Run, { verify = false } = {}): Promise<NewOutboxRow[]> {
  if (!context.abilities.has('ensure_join_way')) return [];
  const groups = await groupStore.pools(tx);
  const day = isoDay(dayOf(now, context.timeZone));
  return groups.flatMap((group): NewOutboxRow[] => {
    const pool = groups.filter((other) => other.tier === group.tier);
    const wanted = desiredJoinWay(group, pool, context.ruleset);
    if (!wanted) return [];
    const chats = storableJson(wanted.chatIds);
    if (!verify && group.join.qr !== null && group.join.chats === chats) return [];
    return [
      {
        key: joinWayKey(group.id, { version: group.join.version, day, chatIds: wanted.chatIds }),
        group: group.id,
        notBefore: now,
        priority: group.join.qr === null ? priorities.makeCode : priorities.checkCode,
        action: wanted,
      },
    ];
  });
}

/** Null for a group WeCom does not know, and where there is nowhere to lead to. */
function desiredJoinWay(group: StoredPoolGroup, pool: readonly StoredPoolGroup[], rules: Pick<Ruleset, 'tiers'>) {
  const { chatId, join } = group;
  const tier = tierOf(rules, group.tier);
  // The code of a group that is gone still leads to the others; a new one is not made for it.
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
 * A wish as it stands when it goes: null where a later one of the group waits too or went before it. Two that knew of no way
 * would make two, and one that comes late would lead back to where the way led before. Where it leads is looked up again: a
 * list that was wanted before is no new wish, and WeCom may have been away for hours.
 */
export async function currentJoinWay(
  sql: Sql,
  row: number,
  id: GroupId,
  rules: Pick<Ruleset, 'tiers'>,
): Promise<ActionOf<'ensure_join_way'> | null> {
  const known = await groupStore.joinWayState(sql, id, row);
  if (!known || known.tier === null || known.isOutdated) return null;
  const pool = await groupStore.pools(sql, known.tier);
  const group = pool.find((one) => one.id === id);
  return group ? desiredJoinWay(group, pool, rules) : null;
}

/** Told on the group; a group WeCom no longer knows (40050, 49008) is read, and leaves the list when that is seen. */
export async function onJoinWayRefused(
  tx: Sql,
  row: { readonly id: number; readonly group: GroupId | null },
  { chatId, chatIds = [chatId] }: ActionOf<'ensure_join_way'>,
  code: string,
  now: number,
): Promise<void> {
  if (row.group !== null) await groupStore.setJoinWayProblem(tx, row.group, code);
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
