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
    }
  | { readonly kind: 'read_mass_send'; readonly externalRef: string; readonly sender: string }
  // --- the corp
  | { readonly kind: 'ensure_tags'; readonly group: string; readonly names: readonly string[] }
  | { readonly kind: 'read_tags' }
  | { readonly kind: 'read_group'; readonly chatId: string }
  | { readonly kind: 'ensure_join_way'; readonly chatId: string; readonly state: string; readonly remark: string }
  | { readonly kind: 'notify_staff'; readonly staff: readonly string[]; readonly text: string }
  // --- through the chat account
  | { readonly kind: 'chat_dm'; readonly chatContactId: string; readonly message: Rendered }
  | { readonly kind: 'group_say'; readonly chatId: string; readonly mention?: string; readonly text: string }
  | { readonly kind: 'room_add'; readonly chatId: string; readonly member: MemberIds }
  | { readonly kind: 'room_remove'; readonly chatId: string; readonly member: MemberIds };

export type ActionKind = Action['kind'];
export type ActionOf<K extends ActionKind> = Extract<Action, { kind: K }>;
