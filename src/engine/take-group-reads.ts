import type { Circumstances } from '../domain/context.js';
import type { Fact, FactOf, MemberIds } from '../domain/fact.js';
import type { MemberId } from '../domain/ids.js';
import { poolOf } from '../domain/moves/pool.js';
import { identitiesOf, type IdentityKind, identityStore } from '../members/identity.store.js';
import type { Sql } from '../platform/database/sql.js';
import { takeGroupGone, takeNewOwner } from './group-gone.js';
import { cutToCodePoints } from '../domain/cut-text.js';
import { isOfficialChatId, type StoredGroup } from '../domain/moves/group.js';
import { groupStore } from '../groups/group.store.js';
import { memberStore } from '../members/member.store.js';
import { factStore } from './fact.store.js';

const defaultCapacity = 200;
/** A read that began before a change was seen says nothing about the change; reads lag by some seconds (contract §3.2). */
const staleReadMs = 5_000;

/**
 * A group as the corp (or the chat account) sees it now. Who came or went without our being told becomes a fact and
 * takes the one road, in the next batch. Answers who is to be looked at at once.
 */
export async function takeGroupRead(
  tx: Sql,
  read: FactOf<'group_read'>,
  on: Circumstances,
  now: number,
): Promise<readonly MemberId[]> {
  const { data } = read;
  const group = (await groupStore.resolve(tx, [data.chatId], now)).get(data.chatId);
  if (!group || group.readAt > data.readAt) return [];
  if (data.dismissed) return takeGroupGone(tx, group, data.readAt, on, now);
  const pool = poolOf(data.name, on.ruleset);
  const { facts, undecided } = await unseenChanges(tx, group, data);
  // A version stands for who is in the group: it is not ours while somebody in it may be there or not.
  const { version: _unsure, ...unsure } = data;
  await groupStore.learn(tx, group.id, undecided ? unsure : data, pool?.key ?? null, pool?.capacity ?? defaultCapacity);
  if (data.ownerState !== undefined)
    await tx.run('UPDATE chat_group SET owner_state = $1 WHERE id = $2', [data.ownerState, group.id]);
  const isOfficial = isOfficialChatId(data.chatId);
  if (isOfficial && data.owner !== '' && group.owner !== '' && data.owner !== group.owner) {
    // A read of one group does not tell its state (contract §5.1): who has it from one who left has inherited it.
    if (data.ownerState === undefined)
      await tx.run('UPDATE chat_group SET owner_state = 3 WHERE id = $1 AND owner_state IN (1, 2)', [group.id]);
    await takeNewOwner(tx, group, data.owner, on, now);
  }
  await factStore.append(tx, facts, now);
  return [];
}

interface Unseen {
  readonly facts: readonly Fact[];
  /** Somebody is not listed who came or was heard of just now, or may be among those who could not be read. */
  readonly undecided: boolean;
}

/**
 * Groups known to WeCom and to the chat account under different ids are found to be one, and then the people in them.
 * Looked for whenever somebody was seen to be in a group, because it is the people in common that prove it.
 */
export async function linkTwins(tx: Sql, at: number, now: number): Promise<void> {
  const all = (await groupStore.all(tx)).filter((group) => group.status === 'active' && group.name !== '');
  for (const group of all.filter((candidate) => candidate.chatId !== null && candidate.roomId === null)) {
    const twin = await twinOf(tx, group, all);
    if (!twin) continue;
    const [older, younger] = twin.id < group.id ? [twin, group] : [group, twin];
    await groupStore.merge(tx, younger, older);
    await factStore.append(tx, await samePeople(tx, { ...older, chatId: group.chatId, roomId: twin.roomId }, at), now);
  }
}

/** People who came to a group of both kinds since, met under two ids. */
export async function linkPeople(tx: Sql, groups: readonly StoredGroup[], at: number, now: number): Promise<void> {
  for (const group of groups) await factStore.append(tx, await samePeople(tx, group, at), now);
}

/** Who came or went by this read without our having been told. */
export async function unseenChanges(tx: Sql, group: StoredGroup, data: FactOf<'group_read'>['data']): Promise<Unseen> {
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
  const states = await groupStore.statesOf(tx, group.id);
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
    if (data.partial || changedAt > data.readAt - staleReadMs) {
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

/**
 * The same group under the other id: the one of the same name, if it is the only one, that has people in common. The
 * name alone proves nothing: anybody can make a group of any name.
 */
async function twinOf(tx: Sql, group: StoredGroup, all: readonly StoredGroup[]): Promise<StoredGroup | null> {
  const named = all.filter((other) => other.id !== group.id && other.name === group.name);
  const [other] = named;
  if (named.length !== 1 || !other || other.roomId === null || other.chatId !== null) return null;
  const here = new Set((await groupStore.present(tx, group.id)).map((person) => person.member));
  return (await groupStore.present(tx, other.id)).some((person) => here.has(person.member)) ? other : null;
}

/**
 * Two records in one group that are one person: known to WeCom only, known to the chat account only, and of a name that
 * nobody else there bears. Told as a fact that names both ids, which makes them one.
 */
async function samePeople(tx: Sql, group: StoredGroup, at: number): Promise<Fact[]> {
  if (group.chatId === null || group.roomId === null) return [];
  const people = await tx.all<{ name: string; external: string | null; chat: string | null }>(
    `SELECT mb.name,
    (SELECT MIN(i.value) FROM identity i WHERE i.member_id = mb.id AND i.kind = 'external_userid') AS external,
    (SELECT MIN(i.value) FROM identity i WHERE i.member_id = mb.id AND i.kind = 'chat') AS chat
    FROM group_person gp JOIN member mb ON mb.id = gp.member_id WHERE gp.group_id = $1 AND gp.present = 1 AND mb.name <> ''`,
    [group.id],
  );
  const byName = new Map<string, typeof people>();
  for (const person of people) byName.set(person.name, [...(byName.get(person.name) ?? []), person]);
  return [...byName.values()].flatMap((bearers): Fact[] => {
    const official = bearers.filter((person) => person.external !== null && person.chat === null);
    const chat = bearers.filter((person) => person.chat !== null && person.external === null);
    if (bearers.length !== 2 || official.length !== 1 || chat.length !== 1) return [];
    const ids = { externalUserId: official[0]!.external!, chatContactId: chat[0]!.chat! };
    return [
      { key: `same:${ids.externalUserId}:${ids.chatContactId}`, kind: 'profile_updated', at, member: ids, data: {} },
    ];
  });
}
