import type { XmlValue } from '../doors/callback/xml.js';

/** Something the chat account sees happen in a group or to itself. */
export type Heard =
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

/** What the shop knows and posts; `key` names it for ever. */
export interface ShopFact {
  readonly key: string;
  readonly kind:
    'order_paid' | 'order_refunded' | 'checked_in' | 'visited' | 'content_viewed' | 'invited' | 'profile_updated';
  readonly at: number;
  readonly member: { readonly unionid?: string; readonly phone?: string };
  readonly data: Readonly<Record<string, string | number>>;
}

/** Where what happens in the corp is told to the outside. */
export interface Outlets {
  /** A callback, if the event is one: only what people do makes one, never what the API did. */
  tell(fields: Readonly<Record<string, XmlValue>>): void;
  /** Whether the app has an address to be called at. */
  hasCallback(): boolean;
  hear(heard: Heard): void;
  sell(fact: ShopFact): void;
  /** Somebody now waits for an answer within seconds: time must not run on. */
  awaitAnswer(through: 'callback' | 'chat'): void;
}
