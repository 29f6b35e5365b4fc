import type { MemberIds } from './fact.js';

/** A picture or link card that is sent with a text. A join code (`join_qr`) is an image. */
export type Attachment =
  | { readonly kind: 'image'; readonly url: string; readonly title: string }
  | { readonly kind: 'link'; readonly title: string; readonly url: string; readonly description?: string };

/** What newcomers of a group read; WeCom puts the newcomer's name for `%NICKNAME%`. */
export interface GroupWelcomeContent {
  readonly text: string;
  readonly link: { readonly title: string; readonly url: string; readonly description?: string } | null;
}

/** At most ten items. `id`: `[A-Za-z0-9_]`, 1 to 128; it comes back when the customer taps, even weeks later. */
export interface ServiceMenu {
  readonly items: readonly { readonly id: string; readonly label: string }[];
  /** A line below the items. */
  readonly tail?: string;
}

export interface Rendered {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/**
 * Everything the product can do outside. An action is data: planned by the engine, stored in the outbox, performed by a
 * channel. Its text is final, because it is rendered before the row is written.
 */
export type Action =
  // --- one contact in WeCom
  | { readonly kind: 'read_contact'; readonly externalUserId: string }
  | { readonly kind: 'set_remark'; readonly staff: string; readonly externalUserId: string; readonly remark: string }
  | {
      readonly kind: 'mark_tags';
      readonly staff: string;
      readonly externalUserId: string;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly kind: 'send_welcome'; readonly welcomeCode: string; readonly message: Rendered }
  // --- WeCom mass-send: it waits for the sender's tap; many members may share one
  | {
      readonly kind: 'mass_send';
      readonly sender: string;
      readonly externalUserIds: readonly string[];
      /** Groups of the sender, instead of customers: then `externalUserIds` is empty. */
      readonly chatIds?: readonly string[];
      readonly message: Rendered;
      /** Staff who had the task before and did not send it; they do not get it again. */
      readonly formerSenders?: readonly string[];
    }
  | { readonly kind: 'read_mass_send'; readonly externalRef: string; readonly sender: string }
  | { readonly kind: 'remind_mass_send'; readonly externalRef: string }
  | { readonly kind: 'cancel_mass_send'; readonly externalRef: string }
  // --- the corp
  | {
      readonly kind: 'ensure_tags';
      readonly group: string;
      /** Id of the tag group if known, so that it is found even if staff renamed it. */
      readonly groupId?: string;
      readonly names: readonly string[];
      /** One per name; a larger number is listed first. */
      readonly orders?: readonly number[];
    }
  | { readonly kind: 'read_tags' }
  | { readonly kind: 'read_group'; readonly chatId: string }
  | {
      readonly kind: 'ensure_join_way';
      /** The group whose code it is. */
      readonly chatId: string;
      /** All groups it leads to, at most five. Default: `chatId`. */
      readonly chatIds?: readonly string[];
      readonly state: string;
      readonly remark: string;
      /** WeCom's id of an existing code. */
      readonly configId?: string;
      /** Name of the group that WeCom opens by itself when all of these are full. Absent: it opens none. */
      readonly next?: { readonly baseName: string; readonly number: number };
    }
  /** A welcome for newcomers of a group. Owners choose it for their groups by hand. */
  | {
      readonly kind: 'ensure_group_welcome';
      /** Our name of it, and the version of our request for it. */
      readonly welcome: string;
      readonly version: number;
      readonly content: GroupWelcomeContent;
      /** Owners of groups are told that there is a new one. */
      readonly notify: boolean;
      /** WeCom's id of an existing one. */
      readonly templateId?: string;
    }
  | { readonly kind: 'retire_group_welcome'; readonly welcome: string; readonly templateId: string }
  /** A contact code: a customer who scans it becomes a contact of one of these staff; WeCom reports `state` with them. */
  | {
      readonly kind: 'ensure_contact_way';
      /** Our id of the code, and the version of our request for it. */
      readonly way: number;
      readonly version: number;
      readonly state: string;
      readonly remark: string;
      readonly staff: readonly string[];
      readonly skipVerify: boolean;
      readonly configId?: string;
    }
  | { readonly kind: 'retire_contact_way'; readonly way: number; readonly configId: string }
  /** An acquisition link (获客助手): whoever opens it becomes a contact of one of these staff, without being confirmed. */
  | {
      readonly kind: 'ensure_acquisition_link';
      /** Our id of the link, and the version of our request for it. */
      readonly way: number;
      readonly version: number;
      /** When somebody asked for the link, epoch ms: WeCom cannot have made it before. Absent in older requests. */
      readonly openedAt?: number;
      /** The channel in its address; WeCom reports it with whoever comes by it. */
      readonly state: string;
      readonly name: string;
      readonly staff: readonly string[];
      /** Staff who come first if a customer knows one of them; empty: no priority. */
      readonly priority: readonly string[];
      readonly skipVerify: boolean;
      /** WeCom's id of an existing link. */
      readonly configId?: string;
    }
  | { readonly kind: 'retire_acquisition_link'; readonly way: number; readonly configId: string }
  /** What WeCom counts about one link. `fromMs` and `toMs`: first moment of a day, epoch ms; both days included. */
  | {
      readonly kind: 'read_acquisition_stats';
      readonly way: number;
      readonly configId: string;
      readonly fromMs: number;
      readonly toMs: number;
    }
  /** WeCom's statistics of one owner's groups, one row per day. `fromMs` and `toMs`: first moment of a day, epoch ms. */
  | { readonly kind: 'read_group_stats'; readonly owner: string; readonly fromMs: number; readonly toMs: number }
  /** A task as a card with buttons. A channel without cards sends a text that can be answered by typing. */
  | {
      readonly kind: 'staff_card';
      /** Our id of the task. */
      readonly task: number;
      /** Unique in the app, at most 128 bytes of `[A-Za-z0-9_-@]` (contract §7.5). */
      readonly taskId: string;
      readonly staff: readonly string[];
      readonly title: string;
      readonly text: string;
      /** Short lines: 截止, 负责人 … */
      readonly facts?: readonly { readonly name: string; readonly value: string }[];
      /** The page of the console that a tap on the card opens. */
      readonly link?: string;
      readonly buttons: readonly { readonly key: string; readonly label: string }[];
    }
  /** Replaces the buttons of a card by a text. `responseCode` is WeCom's; it works once, within 72 h. */
  | {
      readonly kind: 'close_card';
      readonly staff: readonly string[];
      readonly responseCode: string;
      readonly mark: string;
    }
  | {
      readonly kind: 'notify_staff';
      readonly staff: readonly string[];
      readonly text: string;
      /** Our own addresses in the text. All other addresses are made unclickable, because members may have written them. */
      readonly links?: readonly string[];
      /** Address of a picture that is sent with the text. */
      readonly picture?: string;
    }
  /** A text message from an approved template of the provider. `text` is its content for staff and logs. */
  | {
      readonly kind: 'sms';
      /** `+8613800138000` */
      readonly phone: string;
      readonly template: string;
      readonly params: readonly string[];
      readonly text: string;
    }
  // --- through customer service (微信客服)
  /** At most five after each message of the customer, within 48 h. `menu`: numbered choices that the customer can tap. */
  | {
      readonly kind: 'kf_say';
      readonly account: string;
      readonly externalUserId: string;
      readonly message: Rendered;
      readonly menu?: ServiceMenu;
    }
  /** The greeting of a customer who has opened the chat. The code works once, within 20 s. */
  | {
      readonly kind: 'kf_welcome';
      readonly account: string;
      readonly externalUserId: string;
      readonly code: string;
      readonly message: Rendered;
      readonly menu?: ServiceMenu;
    }
  /**
   * Hands the chat to the queue of the account, from which a person takes it. After that the bot may not write, so the line
   * that the customer reads comes with it.
   */
  | {
      readonly kind: 'kf_hand_over';
      readonly account: string;
      readonly externalUserId: string;
      readonly text?: string;
    }
  /**
   * Puts the group's card into the hands of the person who serves the customer. It sends nothing by itself: that person sends
   * it with a tap (kf contract §9).
   */
  | {
      readonly kind: 'kf_upgrade';
      readonly account: string;
      readonly externalUserId: string;
      readonly chatId: string;
      readonly wording: string;
    }
  /** An entry link of customer service. `pass`: a random text of ours that comes back with who enters by it. */
  | { readonly kind: 'ensure_kf_way'; readonly scene: string; readonly pass: string }
  // --- through the chat account
  | {
      readonly kind: 'chat_dm';
      readonly chatContactId: string;
      readonly message: Rendered;
      /** What is said in the group where the member asked, after the message was sent or refused. */
      readonly announce?: {
        readonly chatId: string;
        readonly mention: string;
        readonly sent: string;
        readonly refused: string;
      };
    }
  | { readonly kind: 'group_say'; readonly chatId: string; readonly mention?: string; readonly text: string }
  | { readonly kind: 'room_add'; readonly chatId: string; readonly member: MemberIds }
  | { readonly kind: 'room_remove'; readonly chatId: string; readonly member: MemberIds };

export type ActionKind = Action['kind'];
export type ActionOf<K extends ActionKind> = Extract<Action, { kind: K }>;
