import { READ_DISTRUST_MS } from '../../domain/read-lag.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import type { Fact, FactOf, MemberIds } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import { groupStore } from './group.store.js';
import { identityStore, identitiesOf, type IdentityKind } from '../members/identity.store.js';
import { memberStore } from '../members/member.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { type StoredGroup, isOfficialChatId } from '../../domain/moves/group.js';

export interface PresenceDiff {
  readonly facts: readonly Fact[];
  /** Somebody is not listed who came or was heard of just now, or may be among those who could not be read. */
  readonly undecided: boolean;
}

/** Who came or went by this read without our having been told. */
export async function presenceDiff(
  tx: Sql,
  group: StoredGroup,
  data: FactOf<'group_read'>['data'],
): Promise<PresenceDiff> {
  const people = data.people.filter((person) => !person.staff);
  const idsOf = (person: (typeof people)[number]): MemberIds => ({
    ...(person.externalUserId ? { externalUserId: person.externalUserId } : {}),
    ...(person.unionid ? { unionid: person.unionid } : {}),
    ...(person.chatContactId ? { chatContactId: person.chatContactId } : {}),
  });
  const known = await identityStore.find(
    tx,
    people.flatMap((person) => identitiesOf(idsOf(person))),
  );
  const present = await groupStore.present(tx, group.id);
  const nameless = new Set(
    [...(await memberStore.load(tx, [...new Set(known.values())])).values()]
      .filter(({ state }) => state.name === '')
      .map(({ state }) => state.id),
  );
  // A callback does not say by which code somebody came; the read does (contract §5.1).
  const states = await groupStore.joinStatesOf(tx, group.id);
  // Where no time of joining is told, a return is told from the first coming by the time of the leaving.
  const absent = await groupStore.absentSince(tx, group.id);
  const here = new Set(present.map((person) => person.member));
  const listed = new Set(known.values());

  const came = people.flatMap((person): Fact[] => {
    const ids = identitiesOf(idsOf(person));
    const member = ids.map((id) => known.get(`${id.kind}:${id.value}`)).find((id) => id !== undefined);
    const name = ids[0];
    // A person of whom an id or the name is not known yet is told too: the ids become one member, the name is learnt.
    const complete =
      ids.every((id) => known.has(`${id.kind}:${id.value}`)) &&
      !(person.name && member !== undefined && nameless.has(member));
    const isStateKnown = !person.state || (member !== undefined && states.has(member));
    if (!name || (member !== undefined && here.has(member) && complete && isStateKnown)) return [];
    const at = person.joinedAt ?? data.readAt;
    return [
      {
        key: `seen:${data.chatId}:${name.kind}:${name.value}:${person.joinedAt ?? absent.get(member as MemberId) ?? 'first'}:${ids.length}${person.name ? 'n' : ''}${person.state ? 's' : ''}`,
        kind: 'joined_group',
        at,
        member: idsOf(person),
        data: {
          chatId: data.chatId,
          ...(person.scene === undefined ? {} : { scene: person.scene }),
          ...(person.state ? { state: cutToCodePoints(person.state, 64) } : {}),
          ...(person.name ? { name: cutToCodePoints(person.name, 128) } : {}),
        },
      },
    ];
  });

  // WeCom lists people by one kind of id, the chat account by another: each can only miss whom it could have listed.
  const kind: IdentityKind = isOfficialChatId(data.chatId) ? 'external_userid' : 'chat';
  const left: Fact[] = [];
  let undecided = data.partial ?? false;
  for (const { member, changedAt } of present) {
    if (listed.has(member)) continue;
    if (data.partial || changedAt > data.readAt - READ_DISTRUST_MS) {
      undecided = true;
      continue;
    }
    const id = (await identityStore.ofMember(tx, member)).find((identity) => identity.kind === kind);
    if (!id) continue;
    left.push({
      key: `gone:${data.chatId}:${id.value}:${data.readAt}`,
      kind: 'left_group',
      at: data.readAt,
      member: kind === 'chat' ? { chatContactId: id.value } : { externalUserId: id.value },
      data: { chatId: data.chatId, removed: false },
    });
  }
  return { facts: [...came, ...left], undecided };
}
