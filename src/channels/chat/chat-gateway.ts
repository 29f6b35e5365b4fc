import type { Picture } from '../fetch-picture.js';

/** Somebody the chat account can see. */
export interface ChatContact {
  readonly id: string;
  readonly name: string;
  /** The person's external_userid, where the chat side knows it: a hint for identity, never a key (it may be missing for years). */
  readonly externalUserId?: string;
  readonly friend: boolean;
  /** A colleague or the chat account itself: somebody who is no member. */
  readonly staff: boolean;
}

export interface ChatRoom {
  /** Rooms are told apart by id only: anybody can name a room like ours and have people invited into it. */
  readonly id: string;
  readonly topic: string;
  readonly ownerId?: string;
  readonly members: readonly ChatContact[];
}

export interface ChatMessage {
  readonly id: string;
  /** Epoch ms, as the message itself says: messages arrive late and out of order. May be no time at all: `plausibleTime`. */
  readonly at: number;
  readonly talker: ChatContact;
  /** Absent in a direct message. */
  readonly roomId?: string;
  /** Empty for what is not text (a picture, a card). */
  readonly text: string;
  readonly mentions: readonly ChatContact[];
  /** Said by the chat account itself, from here or from its phone. */
  readonly self: boolean;
}

export interface MembershipChange {
  readonly direction: 'join' | 'leave';
  readonly roomId: string;
  readonly at: number;
  readonly people: readonly ChatContact[];
  /** Who brought them in or took them out; the person's own id when they came or went alone. */
  readonly byId?: string;
}

export interface ChatAccount {
  readonly id: string;
  readonly name: string;
}

/**
 * What the gateway tells. Each resolves when the news is safe (durable); a gateway whose other side can wait does not
 * acknowledge before. News come at least once, in no order, and some never: rooms are read again to be sure.
 */
export interface ChatListener {
  /** The account is in and may be used. Told again after every reconnection, because what happened meanwhile is lost. */
  cameOnline(): Promise<void>;
  said(message: ChatMessage): Promise<void>;
  moved(change: MembershipChange): Promise<void>;
}

/** Why a write did not happen, as far as it can be known. */
export type ChatFailureKind =
  /** Never reached the other side. */
  | 'not_sent'
  /** The other side says we do too much. */
  | 'throttled'
  /** The other side said no. */
  | 'refused'
  /** It may have happened, or not. */
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
 * A chat account that sits in groups: our own words for it, so that nothing else knows which library or provider is
 * behind. Writes throw `ChatFailure`.
 */
export interface ChatGateway {
  start(listener: ChatListener): Promise<void>;
  stop(): Promise<void>;
  /** Undefined while the account is not usable. */
  account(): ChatAccount | undefined;
  /** Read anew, not from a cache. */
  rooms(): Promise<readonly ChatRoom[]>;
  /** Read anew; undefined when the account is not in such a room. */
  members(roomId: string): Promise<readonly ChatContact[] | undefined>;
  /**
   * Resolves to the message's id where the other side returns one. A mention is put before the text, by a name that can be
   * said before others.
   */
  say(roomId: string, text: string, mentionId?: string): Promise<string | undefined>;
  dm(contactId: string, text: string): Promise<string | undefined>;
  dmPicture(contactId: string, picture: Picture): Promise<string | undefined>;
  /** Resolves when it was asked for. Only a join that is seen, or a re-read, says that it happened. */
  addToRoom(roomId: string, contactId: string): Promise<void>;
  removeFromRoom(roomId: string, contactId: string): Promise<void>;
}

/** The little of a logger that is used here; pino has it. */
export interface ChatLogger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
