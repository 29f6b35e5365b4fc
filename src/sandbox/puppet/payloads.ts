import { types } from 'wechaty-puppet';
import type { payloads } from 'wechaty-puppet';
import type { ChatEventOf, ChatPerson, ChatRoomView } from './chat-door.js';

export type RawMessage = Omit<ChatEventOf<'message'>, 'seq' | 'kind'>;

export function contactPayload(person: ChatPerson): payloads.Contact {
  return {
    id: person.id,
    name: person.name,
    friend: person.friend,
    handle: person.handle,
    coworker: person.staff,
    type: types.Contact.Individual,
    gender: types.ContactGender.Unknown,
    avatar: '',
    phone: [],
  };
}

export function roomPayload(room: ChatRoomView): payloads.Room {
  return {
    id: room.id,
    topic: room.topic,
    memberIdList: [...room.memberIds],
    adminIdList: [],
    ...(room.ownerId ? { ownerId: room.ownerId } : {}),
  };
}

export function messagePayload(message: RawMessage, accountId: string): payloads.Message {
  const base = {
    id: message.id,
    talkerId: message.talkerId,
    text: message.text,
    timestamp: message.at,
    type: types.Message.Text,
  };
  return message.roomId === undefined
    ? { ...base, listenerId: message.listenerId ?? accountId }
    : { ...base, roomId: message.roomId, mentionIdList: message.mentionIds };
}
