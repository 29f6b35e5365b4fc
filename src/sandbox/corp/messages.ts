import type { StaffCard } from './staff-card.js';

/** An attachment as the API takes it: `{msgtype, <msgtype>: {…}}`. */
export interface Attachment {
  readonly msgtype: string;
  readonly image?: { readonly media_id?: string; readonly pic_url?: string };
  readonly link?: { readonly title?: string; readonly picurl?: string; readonly desc?: string; readonly url?: string };
  readonly ca_link?: { readonly link_url?: string };
  readonly [kind: string]: unknown;
}

export interface Content {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** A message of the product that one customer received. */
export interface Received extends Content {
  /** external_userid */
  readonly to: string;
  readonly name: string;
  readonly at: number;
  /** `kf`: from customer service by the app; `servicer`: there, by a person. */
  readonly via: 'welcome' | 'mass_send' | 'dm' | 'mention' | 'conclusion' | 'transfer' | 'kf' | 'servicer';
  /** The staff member it came from, or the chat account. */
  readonly from: string;
  /** The msgid of a mass-send, the code of a welcome, the id of a chat message. */
  readonly ref: string;
  /** The config_id of the join way whose QR or link it holds. */
  readonly joinWay: string | undefined;
  /** The same of a contact way. */
  readonly contactWay: string | undefined;
  /** The userid of the card, or the chat_id of the group's own code, that a servicer sent by hand. */
  readonly staffCard?: string;
  readonly groupChat?: string;
}

/** A message of the product in a group. */
export interface GroupPost extends Content {
  readonly chatId: string;
  readonly group: string;
  readonly at: number;
  readonly via: 'mass_send' | 'chat';
  readonly from: string;
  readonly ref: string;
  /** external_userids */
  readonly mentions: readonly string[];
  readonly joinWay: string | undefined;
  readonly contactWay: string | undefined;
}

/** A message of the app to a staff member. */
export interface StaffMessage {
  readonly userid: string;
  readonly at: number;
  readonly msgid: string;
  readonly msgtype: string;
  readonly text: string;
  /** The card's current state: the app may change it. */
  card?: StaffCard;
  /** When the app recalled it. */
  recalledAt?: number;
}
