import type { Picture } from '../fetch-picture.js';

/** A person whom the chat account can see. */
export interface ChatContact {
  readonly id: string;
  readonly name: string;
  /** The external_userid, where the chat platform knows it. It helps to identify a person, but it may be missing for years. */
  readonly externalUserId?: string;
  readonly friend: boolean;
  /** A colleague or the chat account itself, not a member. */
  readonly staff: boolean;
}

export interface ChatRoom {
  /** Identifies the room. The name does not: anybody can create a room with the same name and invite people. */
  readonly id: string;
  readonly topic: string;
  readonly ownerId?: string;
  readonly members: readonly ChatContact[];
}

export interface ChatMessage {
  readonly id: string;
  /** Epoch ms, from the message. Messages arrive late and out of order. The value may be invalid: use `plausibleTime`. */
  readonly at: number;
  readonly talker: ChatContact;
  /** Absent in a direct message. */
  readonly roomId?: string;
  /** Empty when the message is not a text (a picture, a card). */
  readonly text: string;
  readonly mentions: readonly ChatContact[];
  /** Sent by the chat account itself, by this product or on its phone. */
  readonly self: boolean;
}

export interface MembershipChange {
  readonly direction: 'join' | 'leave';
  readonly roomId: string;
  readonly at: number;
  readonly people: readonly ChatContact[];
  /** Who added or removed them; the person's own id when they joined or left by themselves. */
  readonly byId?: string;
}

export interface ChatAccount {
  readonly id: string;
  readonly name: string;
}

/**
 * Receives the events of a gateway. Each method resolves when the event is durable, and a gateway that can acknowledge does
 * so only then. Events arrive at least once and in any order, and some never arrive, so the rooms are read again.
 */
export interface ChatListener {
  /** The account is online. Called after every reconnection as well, because the events in between are lost. */
  onOnline(): Promise<void>;
  onMessage(message: ChatMessage): Promise<void>;
  onMembershipChange(change: MembershipChange): Promise<void>;
}

/** Why a write failed. */
export type ChatFailureKind =
  /** The request never reached the platform. */
  | 'not_sent'
  /** The platform throttles us. */
  | 'throttled'
  /** The platform refused the request. */
  | 'refused'
  /** The write may or may not have happened. */
  | 'unknown';

export class ChatFailure extends Error {
  override readonly name = 'ChatFailure';
  constructor(
    readonly kind: ChatFailureKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * A chat account that is a member of groups, independent of the library or provider behind it. Writes throw
 * `ChatFailure`.
 */
export interface ChatGateway {
  start(listener: ChatListener): Promise<void>;
  stop(): Promise<void>;
  /** Undefined while the account is offline. */
  account(): ChatAccount | undefined;
  /** Reads the rooms without a cache. */
  rooms(): Promise<readonly ChatRoom[]>;
  /** Reads the members without a cache; undefined when the account is not in this room. */
  members(roomId: string): Promise<readonly ChatContact[] | undefined>;
  /**
   * Resolves to the id of the message, if the platform returns one. A mention is put before the text, with a harmless form
   * of the name.
   */
  say(roomId: string, text: string, mentionId?: string): Promise<string | undefined>;
  dm(contactId: string, text: string): Promise<string | undefined>;
  dmPicture(contactId: string, picture: Picture): Promise<string | undefined>;
  /** Resolves when the platform accepted the request. Only a join event or a read of the room proves that it happened. */
  addToRoom(roomId: string, contactId: string): Promise<void>;
  removeFromRoom(roomId: string, contactId: string): Promise<void>;
}

/** The methods of a logger that the chat channel uses; pino implements it. */
export interface ChatLogger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
