import type { Planned } from '../outbox/outbox.store.js';
import { isOfficialChatId } from '../groups/group.store.js';
import type { Sql } from '../platform/database/sql.js';
import type { Circumstances } from './look.js';
import { factsOf, type Taken } from './take-facts.js';
import { stores } from './stores.js';

/** Group information lags behind its callback by about this long (contract §3.2). */
const READ_LAG_MS = 2_000;
const HOUR_MS = 3_600_000;

/** What a fact about a group or the corp asks us to do: read it, unless we have it already. */
export async function memberlessActions(tx: Sql, taken: Taken, on: Circumstances, now: number): Promise<Planned[]> {
  const planned: Planned[] = [];
  for (const fact of taken.memberless) {
    if (fact.kind === 'group_changed' && on.abilities.has('read_group') && isOfficialChatId(fact.data.chatId)) {
      const group = (await stores.groups.resolve(tx, [fact.data.chatId], now)).get(fact.data.chatId)!;
      const follows =
        fact.data.lastVersion !== undefined &&
        fact.data.lastVersion === group.version &&
        fact.data.version !== undefined;
      const nameless = factsOf(taken.facts, 'joined_group').some(
        (joined) => joined.data.chatId === fact.data.chatId && isNameless(taken, joined.id),
      );
      // The versions join on: joins and leaves of the event are all that changed, and they are facts of their own. Only
      // the names of newcomers are not in it.
      if (follows && !nameless && (fact.data.detail === 'add_member' || fact.data.detail === 'del_member')) {
        await tx.run('UPDATE chat_group SET version = $1 WHERE id = $2', [fact.data.version, group.id]);
      } else {
        planned.push({
          key: `read:${fact.key}`,
          action: { kind: 'read_group', chatId: fact.data.chatId },
          group: group.id,
          notBefore: now + READ_LAG_MS,
          priority: 20,
        });
      }
    }
    if (fact.kind === 'tag_library_changed' && on.abilities.has('read_tags')) {
      planned.push({
        key: `read_tags:${Math.floor(fact.at / HOUR_MS)}:${fact.data.id ?? ''}`,
        action: { kind: 'read_tags' },
        notBefore: now,
        priority: 20,
      });
    }
  }
  return planned;
}

function isNameless(taken: Taken, factId: number): boolean {
  const member = taken.facts.find(({ fact }) => fact.id === factId)?.member;
  return member !== undefined && taken.members.get(member)?.state.name === '';
}

/** Every group of a pool has a join way ready before anybody is to be invited into it. */
export async function joinWayActions(tx: Sql, on: Circumstances, now: number): Promise<Planned[]> {
  if (!on.abilities.has('ensure_join_way')) return [];
  const lacking = await tx.all<{ id: number; chat_id: string; tier: string }>(
    `SELECT id, chat_id, tier FROM chat_group WHERE tier IS NOT NULL AND chat_id IS NOT NULL AND join_qr IS NULL AND status = 'active'`,
  );
  return lacking.map((group) => ({
    key: `join_way:${group.id}`,
    group: group.id as Planned['group'],
    notBefore: now,
    priority: 10,
    action: {
      kind: 'ensure_join_way',
      chatId: group.chat_id,
      state: `qj-${group.tier}-${group.id}`.slice(0, 30),
      remark: `群阶 ${group.tier}`,
    },
  }));
}
