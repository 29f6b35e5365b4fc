import type { ActionOf } from '../action.js';
import { cutToCodePoints } from '../cut-text.js';
import { serviceMessagesOf, SHARED_REF_LENGTH } from './service-window.js';

/** Reasons that stand for every later message of the same action as well: the chat, the customer or the account is closed. */
const concernsWholeChat: ReadonlySet<string> = new Set([
  'no_such_kf_account',
  'kf_api_off',
  'kf_window_closed',
  'kf_session_ended',
  'kf_messages_used_up',
  'kf_channels_unbound',
  'kf_customers_full',
  'kf_customer_refuses',
  'kf_nobody_logged_in',
]);

/** Whether two msgids are of the same action. */
export const isOfSameAction = (one: string, other: string): boolean =>
  cutToCodePoints(one, SHARED_REF_LENGTH) === cutToCodePoints(other, SHARED_REF_LENGTH);

/** The number of the message within its action that a msgid carries: the text or menu is 0, pictures begin at 1. */
const partOf = (msgid: string): number => Number(/^_(\d+)/.exec(msgid.slice(SHARED_REF_LENGTH))?.[1] ?? 0);

/**
 * Whether nothing of an action can have arrived, after WeCom reported one of its messages as not delivered. A text that was
 * delivered before its picture failed has arrived: the same words by another channel would come twice.
 */
export function isWhollyUndelivered(
  { message }: Pick<ActionOf<'kf_say'>, 'message'>,
  { msgid, reason }: { readonly msgid: string; readonly reason: string },
): boolean {
  if (serviceMessagesOf({ message }) === 1) return true;
  return partOf(msgid) === (message.text === '' ? 1 : 0) && concernsWholeChat.has(reason);
}
