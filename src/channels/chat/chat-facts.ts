import { createHash } from 'node:crypto';
import type { Fact, FactOf, MemberIds } from '../../domain/fact.js';
import { canBeTime } from '../../domain/plausible-time.js';
import { looksLikeAd } from './ad-signs.js';
import type { ChatContact, ChatMessage, ChatRoom, MembershipChange } from './chat-gateway.js';
import { cutToCodePoints } from '../../domain/cut-text.js';

/*
 * Turns events of the chat account into facts. Keys are made from the ids and times of the chat platform, so an event that
 * arrives again tomorrow in another process is the same fact.
 */

const NAME_MAX = 128;
const MENTIONS_MAX = 500;

export function memberIdsOf({ id, externalUserId }: ChatContact): MemberIds {
  return externalUserId ? { chatContactId: id, externalUserId } : { chatContactId: id };
}

/** Empty for messages of the account itself and of colleagues, who are not members. */
export function messageFacts(message: ChatMessage): readonly Fact[] {
  const { id, at, talker, roomId, text } = message;
  if (message.self || talker.staff) return [];
  const where = roomId === undefined ? {} : { chatId: roomId };
  const mentioned = uniquePeople(message.mentions).filter((person) => person.id !== talker.id && !person.staff);
  const spoken: FactOf<'sent_message'> = {
    key: `chat:msg:${id}`,
    kind: 'sent_message',
    at,
    member: memberIdsOf(talker),
    data: {
      ...where,
      length: [...text].length,
      looksLikeAd: looksLikeAd(text),
      mentions: mentioned.slice(0, MENTIONS_MAX).map((person) => person.id),
    },
  };
  return [
    spoken,
    ...mentioned.map((person): FactOf<'was_mentioned'> => ({
      key: `chat:msg:${id}:m:${person.id}`,
      kind: 'was_mentioned',
      at,
      member: memberIdsOf(person),
      data: where,
    })),
  ];
}

/** `at`: a plausible time of the event. The key contains the reported time, because a repeated event reports the same one. */
export function membershipFacts(change: MembershipChange, at: number): readonly Fact[] {
  const { direction, roomId, people, byId } = change;
  const keyTime = canBeTime(change.at) ? change.at : at;
  return uniquePeople(people)
    .filter((person) => !person.staff)
    .map((person): Fact => {
      const head = { key: `chat:${direction}:${roomId}:${person.id}:${keyTime}`, at, member: memberIdsOf(person) };
      const name = nameOf(person);
      return direction === 'join'
        ? { ...head, kind: 'joined_group', data: { chatId: roomId, ...(name ? { name } : {}) } }
        : { ...head, kind: 'left_group', data: { chatId: roomId, removed: byId !== undefined && byId !== person.id } };
    });
}

/** The key contains the time, because a person may return to an earlier name. A repeated message has the same time. */
export function nameFact(person: ChatContact, at: number): FactOf<'profile_updated'> | undefined {
  const name = nameOf(person);
  if (!name || person.staff) return undefined;
  return {
    key: `chat:name:${person.id}:${hashOf(name)}:${at}`,
    kind: 'profile_updated',
    at,
    member: memberIdsOf(person),
    data: { name },
  };
}

/** The content of a room, without the time of the read. */
export function roomContent(room: ChatRoom): Omit<FactOf<'group_read'>['data'], 'readAt'> {
  return {
    chatId: room.id,
    name: cutToCodePoints(room.topic, 256),
    owner: cutToCodePoints(room.ownerId ?? '', 64),
    dismissed: false,
    people: [...room.members]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((person) => ({
        ...memberIdsOf(person),
        ...(person.staff ? { staff: person.id } : {}),
        ...(nameOf(person) ? { name: nameOf(person) } : {}),
      })),
  };
}

export const hashOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22);

const nameOf = (person: ChatContact): string => cutToCodePoints(person.name.trim(), NAME_MAX);

const uniquePeople = (people: readonly ChatContact[]): readonly ChatContact[] => [
  ...new Map(people.map((person) => [person.id, person])).values(),
];
