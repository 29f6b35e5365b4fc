import { READ_DISTRUST_MS } from '../../domain/read-lag.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import type { Fact, FactOf, MemberIds } from '../../domain/fact.js';
import type { MemberId } from '../../domain/ids.js';
import { groupPeopleStore } from './group-people.store.js';
import { identityKey, identityStore, identitiesOf, memberIdsOf, type IdentityKind } from '../members/identity.store.js';
import { memberStore } from '../members/member.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { type StoredGroup, isOfficialChatId } from '../../domain/moves/group.js';

type GroupRead = FactOf<'group_read'>['data'];
type ListedPerson = GroupRead['people'][number];

export interface PresenceDiff {
  readonly facts: readonly Fact[];
  /** A stored member is not listed, but changed too shortly before the read, or the read does not list everybody. */
  readonly undecided: boolean;
}

interface StoredPresence {
  /** The members of the listed ids, by `identityKey`. */
  readonly known: ReadonlyMap<string, MemberId>;
  readonly present: readonly { readonly member: MemberId; readonly changedAt: number }[];
  /** When those who are not in the group any more left it. */
  readonly absentSince: ReadonlyMap<MemberId, number>;
  /** A callback does not name the code by which somebody joined; the read does (contract §5.1). */
  readonly joinStates: ReadonlyMap<MemberId, string>;
  readonly nameless: ReadonlySet<MemberId>;
}

/** The joins and leaves that a read of the group shows and that were not reported before. Staff are left out. */
export async function presenceDiff(tx: Sql, group: StoredGroup, read: GroupRead): Promise<PresenceDiff> {
  const people = read.people.filter((person) => !person.staff);
  const stored = await loadPresence(tx, group, people);
  const joined = joinedFacts(read, people, stored);
  const { facts: left, undecided } = await leftFacts(tx, read, stored);
  return { facts: [...joined, ...left], undecided };
}

async function loadPresence(tx: Sql, group: StoredGroup, people: readonly ListedPerson[]): Promise<StoredPresence> {
  const known = await identityStore.find(
    tx,
    people.flatMap((person) => identitiesOf(memberIds(person))),
  );
  const members = await memberStore.load(tx, [...new Set(known.values())]);
  const everSeen = await groupPeopleStore.everSeen(tx, group.id);
  const present = everSeen.filter(({ isPresent }) => isPresent);
  return {
    known,
    present,
    absentSince: new Map(everSeen.flatMap((one) => (one.isPresent ? [] : [[one.member, one.changedAt]]))),
    joinStates: new Map(present.flatMap(({ member, state }) => (state === null ? [] : [[member, state]]))),
    nameless: new Set([...members.values()].filter(({ state }) => state.name === '').map(({ state }) => state.id)),
  };
}

function joinedFacts(read: GroupRead, people: readonly ListedPerson[], stored: StoredPresence): Fact[] {
  const here = new Set(stored.present.map(({ member }) => member));
  return people.flatMap((person): Fact[] => {
    const ids = identitiesOf(memberIds(person));
    const [strongest] = ids;
    const member = ids.map((id) => stored.known.get(identityKey(id))).find((id) => id !== undefined);
    if (!strongest || (member !== undefined && here.has(member) && isFullyKnown(person, member, stored))) return [];
    // Without a time of joining, the time of the last leave tells one return from another.
    const since = person.joinedAt ?? stored.absentSince.get(member as MemberId) ?? 'first';
    return [
      {
        key: `seen:${read.chatId}:${strongest.kind}:${strongest.value}:${since}:${ids.length}${person.name ? 'n' : ''}${person.state ? 's' : ''}`,
        kind: 'joined_group',
        at: person.joinedAt ?? read.readAt,
        member: memberIds(person),
        data: {
          chatId: read.chatId,
          ...(person.scene === undefined ? {} : { scene: person.scene }),
          ...(person.state ? { state: cutToCodePoints(person.state, 64) } : {}),
          ...(person.name ? { name: cutToCodePoints(person.name, 128) } : {}),
        },
      },
    ];
  });
}

/** Whether the read adds nothing about a member in the group: no new id (it would merge members), name or code. */
function isFullyKnown(
  person: ListedPerson,
  member: MemberId,
  { known, nameless, joinStates }: StoredPresence,
): boolean {
  const areIdsKnown = identitiesOf(memberIds(person)).every((id) => known.has(identityKey(id)));
  const isNameKnown = !person.name || !nameless.has(member);
  const isStateKnown = !person.state || joinStates.has(member);
  return areIdsKnown && isNameKnown && isStateKnown;
}

async function leftFacts(tx: Sql, read: GroupRead, { known, present }: StoredPresence): Promise<PresenceDiff> {
  // WeCom lists people by external_userid, the chat account by its own id. A member without that id cannot be missed.
  const kind: IdentityKind = isOfficialChatId(read.chatId) ? 'external_userid' : 'chat';
  const listed = new Set(known.values());
  const facts: Fact[] = [];
  let undecided = read.partial ?? false;
  for (const { member, changedAt } of present) {
    if (listed.has(member)) continue;
    if (read.partial || changedAt > read.readAt - READ_DISTRUST_MS) {
      undecided = true;
      continue;
    }
    const id = (await identityStore.ofMember(tx, member)).find((identity) => identity.kind === kind);
    if (!id) continue;
    facts.push({
      key: `gone:${read.chatId}:${id.value}:${read.readAt}`,
      kind: 'left_group',
      at: read.readAt,
      member: memberIdsOf(id),
      data: { chatId: read.chatId, removed: false },
    });
  }
  return { facts, undecided };
}

const memberIds = (person: ListedPerson): MemberIds => ({
  ...(person.externalUserId ? { externalUserId: person.externalUserId } : {}),
  ...(person.unionid ? { unionid: person.unionid } : {}),
  ...(person.chatContactId ? { chatContactId: person.chatContactId } : {}),
});
