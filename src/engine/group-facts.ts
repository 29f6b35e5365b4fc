import type { Planned } from '../outbox/outbox.store.js';
import { isOfficialChatId } from '../groups/group.store.js';
import type { Sql } from '../platform/database/sql.js';
import type { Circumstances } from './look.js';
import { factsOf, type Taken } from './take-facts.js';
import { stores } from './stores.js';

/** Group information lags behind its callback by about this long (contract §3.2). */
const READ_LAG_MS = 2_000;
const TAG_BURST_MS = 5_000;

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
      if (
        follows &&
        fact.data.complete &&
        !nameless &&
        (fact.data.detail === 'add_member' || fact.data.detail === 'del_member')
      ) {
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
      // A group with its tags comes as many events of one second (contract §3.3): one read after the last of them.
      const burst = Math.floor(now / TAG_BURST_MS);
      planned.push({
        key: `read_tags:burst:${burst}`,
        action: { kind: 'read_tags' },
        notBefore: (burst + 1) * TAG_BURST_MS,
        priority: 20,
      });
    }
    if (fact.kind === 'staff_changed' && fact.data.change === 'left')
      planned.push(...(await readsAfter(tx, fact.data.staff, fact.key, on, now)));
  }
  return planned;
}

/** Whose contact and whose group is whose now that somebody has left: WeCom passes them on, or nobody has them. */
async function readsAfter(tx: Sql, staff: string, factKey: string, on: Circumstances, now: number): Promise<Planned[]> {
  const customers = on.abilities.has('read_contact') ? await stores.follows.customersOf(tx, staff) : [];
  const members = await stores.identities.find(
    tx,
    customers.map((value) => ({ kind: 'external_userid' as const, value })),
  );
  const groups = on.abilities.has('read_group')
    ? (await stores.groups.all(tx)).filter((group) => group.owner === staff && group.status === 'active')
    : [];
  return [
    ...customers.map((externalUserId) => ({
      key: `read:${factKey}:${externalUserId}`,
      action: { kind: 'read_contact' as const, externalUserId },
      member: members.get(`external_userid:${externalUserId}`),
      notBefore: now + READ_LAG_MS,
      priority: 20,
    })),
    ...groups.flatMap((group) =>
      group.chatId === null
        ? []
        : [
            {
              key: `read:${factKey}:${group.chatId}`,
              action: { kind: 'read_group' as const, chatId: group.chatId },
              group: group.id,
              notBefore: now + READ_LAG_MS,
              priority: 20,
            },
          ],
    ),
  ];
}

function isNameless(taken: Taken, factId: number): boolean {
  const member = taken.facts.find(({ fact }) => fact.id === factId)?.member;
  return member !== undefined && taken.members.get(member)?.state.name === '';
}
