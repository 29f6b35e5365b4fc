import type { MemberIds } from './fact.js';

/** A picture or card that goes with a text. `join_qr` is the QR code of the group's join way, by its image address. */
export type Attachment =
  | { readonly kind: 'image'; readonly url: string; readonly title: string }
  | { readonly kind: 'link'; readonly title: string; readonly url: string; readonly description?: string };

export interface Rendered {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/**
 * Everything the product can do to the outside world. An action is data: planned by the engine, stored in the outbox,
 * performed by a channel. Text in it is final: it was rendered before the row was written.
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
  // --- WeCom mass-send: waits for the sender's tap; many members may share one
  | {
      readonly kind: 'mass_send';
      readonly sender: string;
      readonly externalUserIds: readonly string[];
      readonly message: Rendered;
      /** Staff who had it to send before and did not; it is not given to them again. */
      readonly formerSenders?: readonly string[];
    }
  | { readonly kind: 'read_mass_send'; readonly externalRef: string; readonly sender: string }
  | { readonly kind: 'remind_mass_send'; readonly externalRef: string }
  | { readonly kind: 'cancel_mass_send'; readonly externalRef: string }
  // --- the corp
  | {
      readonly kind: 'ensure_tags';
      readonly group: string;
      /** Where the group is known: it is found though staff have renamed it. */
      readonly groupId?: string;
      readonly names: readonly string[];
      /** As many as names: the larger comes first. */
      readonly orders?: readonly number[];
    }
  | { readonly kind: 'read_tags' }
  | { readonly kind: 'read_group'; readonly chatId: string }
  | {
      readonly kind: 'ensure_join_way';
      /** The group whose code it is. */
      readonly chatId: string;
      /** All groups it leads to, at most five; left out: the one. */
      readonly chatIds?: readonly string[];
      readonly state: string;
      readonly remark: string;
      /** WeCom's name for the way that is there already. */
      readonly configId?: string;
      /** How a further group is called that WeCom opens by itself when all of them are full; left out: it opens none. */
      readonly next?: { readonly baseName: string; readonly number: number };
    }
  /** A contact code: whoever scans it becomes a contact of one of these staff, and `state` comes with them. */
  | {
      readonly kind: 'ensure_contact_way';
      /** Our own number of the way, and which wish of ours about it this is. */
      readonly way: number;
      readonly version: number;
      readonly state: string;
      readonly remark: string;
      readonly staff: readonly string[];
      readonly skipVerify: boolean;
      readonly configId?: string;
    }
  | { readonly kind: 'retire_contact_way'; readonly way: number; readonly configId: string }
  /** What WeCom counted in one owner's groups, a day a row. Days are epoch ms of their first moment. */
  | { readonly kind: 'read_group_stats'; readonly owner: string; readonly fromMs: number; readonly toMs: number }
  /** A task as a card with buttons; where cards cannot be sent, as words that can be answered by typing. */
  | {
      readonly kind: 'staff_card';
      /** Our own number of the task. */
      readonly task: number;
      /** Unique in the app, at most 128 bytes of `[A-Za-z0-9_-@]` (contract §7.5). */
      readonly taskId: string;
      readonly staff: readonly string[];
      readonly title: string;
      readonly text: string;
      /** Short ones: 截止, 负责人 … */
      readonly facts?: readonly { readonly name: string; readonly value: string }[];
      /** The page of the console that a tap on the card opens. */
      readonly link?: string;
      readonly buttons: readonly { readonly key: string; readonly label: string }[];
    }
  /** The buttons of a card give way to words. The code is WeCom's, good for once within 72 h. */
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
      /** Addresses of ours in the text: all others, whoever wrote them, lose their power as links. */
      readonly links?: readonly string[];
      /** The address of a picture that goes with the words. */
      readonly picture?: string;
    }
  /** A text message of an approved template of the provider's; `text` is what people of ours read in its place. */
  | {
      readonly kind: 'sms';
      /** `+8613800138000` */
      readonly phone: string;
      readonly template: string;
      readonly params: readonly string[];
      readonly text: string;
    }
  // --- through the chat account
  | {
      readonly kind: 'chat_dm';
      readonly chatContactId: string;
      readonly message: Rendered;
      /** What is said in the group where it was asked for, once it is known whether it went. */
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
