import type { ActionOf } from '../action.js';
import { HOUR_MS, MINUTE_MS } from '../day.js';

/** Who serves a customer in customer service. `nobody`: the session has ended. */
export type ServedBy = 'bot' | 'queue' | 'person' | 'nobody';

/** What is known of one customer in one account of customer service. Times are epoch ms. */
export interface ServiceWindow {
  readonly account: string;
  readonly externalUserId: string;
  /** The customer's last message; 0 when they have never written. */
  readonly wroteAt: number;
  readonly refusedAt: number | null;
  readonly servedBy: ServedBy;
  readonly servicer: string | null;
  /** When `servedBy` changed. */
  readonly changedAt: number;
}

/** A message of ours that was sent or may have been. `at`: its latest attempt. */
export interface ServiceSend {
  readonly messages: number;
  readonly at: number;
}

/** How long the part of a msgid is that all msgids of one action share. */
export const SHARED_REF_LENGTH = 22;
/** Messages after each message of the customer (kf contract §4). */
export const SERVICE_MESSAGES = 5;
/** A text is cut at this length by WeCom, in the middle of a character (kf contract §4). */
export const SERVICE_TEXT_BYTES = 2_048;
/** The text above the items of a menu has room for this (kf contract §4). */
export const SERVICE_MENU_TEXT_BYTES = 1_024;
/** A sentence, and the picture of the join code. */
export const JOIN_CODE_MESSAGES = 2;
const OPEN_MS = 48 * HOUR_MS;
/** A call takes a while, and the clocks differ. */
const CLOSES_EARLY_MS = MINUTE_MS;
/**
 * WeCom counts by its own clock in whole seconds. A message that we sent up to this time before the customer's last one may
 * be one that WeCom counts after it.
 */
const CLOCKS_DIFFER_MS = 5_000;

export const noWindow = (account: string, externalUserId: string): ServiceWindow => ({
  ...{ account, externalUserId, wroteAt: 0, refusedAt: null, servedBy: 'bot', servicer: null, changedAt: 0 },
});

/** The last moment at which a message may be sent. */
export const closesAt = ({ wroteAt }: Pick<ServiceWindow, 'wroteAt'>): number => wroteAt + OPEN_MS - CLOSES_EARLY_MS;

/** Earlier messages of ours do not count any more. */
export const countsFrom = ({ wroteAt }: Pick<ServiceWindow, 'wroteAt'>): number => wroteAt - CLOCKS_DIFFER_MS;

export const messagesLeft = (window: ServiceWindow, sends: readonly ServiceSend[]): number =>
  SERVICE_MESSAGES -
  sends.filter(({ at }) => at >= countsFrom(window)).reduce((sum, { messages }) => sum + messages, 0);

/** Why so many messages may not be sent now; null when they may. */
export function windowRefusal(
  window: ServiceWindow,
  sends: readonly ServiceSend[],
  messages: number,
  now: number,
): string | null {
  // Nothing says when a customer accepts messages again, so after their next message one is tried.
  if (window.refusedAt !== null && window.refusedAt >= window.wroteAt) return 'kf_customer_refuses';
  if (window.servedBy === 'person' || window.servedBy === 'queue') return 'kf_person_serves';
  if (now > closesAt(window)) return 'kf_window_closed';
  if (window.servedBy === 'nobody') return 'kf_session_ended';
  return messagesLeft(window, sends) < messages ? 'kf_messages_used_up' : null;
}

/** How many messages WeCom counts for an action: the text or menu is one, and so is every picture. */
export function serviceMessagesOf({ message }: Pick<ActionOf<'kf_say'>, 'message'>): number {
  const pictures = message.attachments.filter(({ kind }) => kind === 'image').length;
  return pictures + (message.text !== '' || pictures === 0 ? 1 : 0);
}

/** What happened in customer service, in the order of facts that may arrive late. */
export type ServiceChange =
  | { readonly kind: 'wrote'; readonly at: number }
  | { readonly kind: 'refused'; readonly at: number }
  | { readonly kind: 'served'; readonly at: number; readonly by: ServedBy; readonly servicer: string | null };

/** The window after a change. Facts may arrive late: an older change does not undo a newer one. */
export function changeWindow(window: ServiceWindow, change: ServiceChange): ServiceWindow {
  switch (change.kind) {
    case 'refused':
      return { ...window, refusedAt: Math.max(window.refusedAt ?? 0, change.at) };
    case 'wrote':
      return change.at <= window.wroteAt ? window : { ...reopened(window, change.at), wroteAt: change.at };
    case 'served': {
      if (change.at < window.changedAt) return window;
      const served = { ...window, servedBy: change.by, servicer: change.servicer, changedAt: change.at };
      // A message after the end of a session has opened the next one already.
      return window.wroteAt >= change.at ? reopened(served, window.wroteAt) : served;
    }
  }
}

/** A customer who writes after the end of a session begins another, which is the bot's (kf contract §6). */
function reopened(window: ServiceWindow, wroteAt: number): ServiceWindow {
  const hasRunOut = window.servedBy !== 'bot' && wroteAt - Math.max(window.wroteAt, window.changedAt) > OPEN_MS;
  return window.servedBy === 'nobody' || hasRunOut ? { ...window, servedBy: 'bot', servicer: null } : window;
}
