import type { Person } from './person.js';
import type { XmlValue } from '../doors/callback/xml.js';

/** An event that the chat account receives. */
export type ChatEvent =
  | {
      readonly kind: 'message';
      readonly id: string;
      readonly at: number;
      readonly talkerId: string;
      readonly roomId?: string;
      readonly listenerId?: string;
      readonly text: string;
      readonly mentionIds: readonly string[];
    }
  | {
      readonly kind: 'room-join';
      readonly at: number;
      readonly roomId: string;
      readonly inviteeIds: readonly string[];
      readonly inviterId: string;
    }
  | {
      readonly kind: 'room-leave';
      readonly at: number;
      readonly roomId: string;
      readonly removeeIds: readonly string[];
      readonly removerId: string;
    };

/** A fact that the shop posts. `key` is its idempotency key. */
export interface ShopFact {
  readonly key: string;
  readonly kind:
    'order_paid' | 'order_refunded' | 'checked_in' | 'visited' | 'content_viewed' | 'invited' | 'profile_updated';
  readonly at: number;
  readonly member: { readonly unionid?: string; readonly phone?: string };
  readonly data: Readonly<Record<string, string | number>>;
}

/** Where the corp's events leave it: callbacks, chat events, facts of the shop. */
export interface Outlets {
  /** Sends a callback. Acts of people send one; API calls never do. */
  emit(fields: Readonly<Record<string, XmlValue>>): void;
  /** Whether the app has a callback address. */
  hasCallback(): boolean;
  /** Sends an event to the chat account. */
  emitChat(event: ChatEvent): void;
  sell(fact: ShopFact): void;
  /** A customer opens an address on their phone. */
  browse(person: Person, url: string): void;
  /** A person expects an answer within seconds: simulated time must stop until it comes. */
  awaitAnswer(through: 'callback' | 'chat' | 'service'): void;
}
