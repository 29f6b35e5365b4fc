import type { Fact } from '../../domain/fact.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import { groupStore } from './group.store.js';
import { groupPeopleStore } from './group-people.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { factStore } from '../../inbox/fact.store.js';

type GroupMerge = (tx: Sql, from: StoredGroup, to: StoredGroup) => Promise<void>;

/**
 * Twin groups: one group stored twice, under WeCom's id and under the chat account's. Merges them, then links the people
 * in them who are stored twice, too. Run it whenever somebody was seen in a group, because people in common are the proof.
 * `merge` merges `from` into `to` in every table that names a group.
 */
export async function linkTwinGroups(tx: Sql, merge: GroupMerge, at: number, now: number): Promise<void> {
  const all = (await groupStore.all(tx)).filter((group) => group.status === 'active' && group.name !== '');
  for (const group of all.filter((candidate) => candidate.chatId !== null && candidate.roomId === null)) {
    const twin = await twinGroupOf(tx, group, all);
    if (!twin) continue;
    const [older, younger] = twin.id < group.id ? [twin, group] : [group, twin];
    await merge(tx, younger, older);
    await factStore.append(
      tx,
      await factsLinkingPeople(tx, { ...older, chatId: group.chatId, roomId: twin.roomId }, at),
      now,
    );
  }
}

/** Links people who joined a merged group later and are stored under one id from each side. */
export async function linkPeopleInGroups(
  tx: Sql,
  groups: readonly StoredGroup[],
  at: number,
  now: number,
): Promise<void> {
  for (const group of groups) await factStore.append(tx, await factsLinkingPeople(tx, group, at), now);
}

/**
 * The record of the same group under the chat account's id: the only group of that name, if it has people in common.
 * The name alone proves nothing, because anybody can give a group any name.
 */
async function twinGroupOf(tx: Sql, group: StoredGroup, all: readonly StoredGroup[]): Promise<StoredGroup | null> {
  const namesakes = all.filter((other) => other.id !== group.id && other.name === group.name);
  const [other] = namesakes;
  if (namesakes.length !== 1 || !other || other.roomId === null || other.chatId !== null) return null;
  const here = new Set((await groupPeopleStore.present(tx, group.id)).map((person) => person.member));
  return (await groupPeopleStore.present(tx, other.id)).some((person) => here.has(person.member)) ? other : null;
}

/**
 * Finds two members of one group who are the same person: one known only to WeCom, one only to the chat account, with a
 * name that nobody else in the group has. Returns a fact that names both ids; applying it merges the two.
 */
async function factsLinkingPeople(tx: Sql, group: StoredGroup, at: number): Promise<Fact[]> {
  if (group.chatId === null || group.roomId === null) return [];
  const people = await groupPeopleStore.namedPresent(tx, group.id);
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
