import { ChatFailure } from './chat-gateway.js';
import type { ChatFailureKind } from './chat-gateway.js';
import { cutToCodePoints } from '../../domain/cut-text.js';

/**
 * Providers tell their failures only in words. Sources: the WorkPro codes as quoted in wechaty/puppet-supports issues
 * #301, #317, #518, #565 and #608; gRPC's own texts; the texts of personal accounts.
 */
const told: readonly { readonly kind: ChatFailureKind; readonly pattern: RegExp }[] = [
  { kind: 'throttled', pattern: /(?<!\d)20001(?!\d)|-2001(?!\d)|操作过于频繁|操作太频繁|too frequent/i },
  {
    kind: 'not_sent',
    pattern: /ECONNREFUSED|No connection established|NO CLIENT|no grpc manager|not logged in|not connected/i,
  },
  {
    kind: 'refused',
    pattern:
      /refused \(|not.{0,6}(?:a )?friend|no permission|permission denied|not in the room|room is full|-4048(?!\d)|-2003(?!\d)|(?<!\d)250(?:22|30|41|42)(?!\d)|不是.{0,4}好友|群已满|没有权限|无权限/i,
  },
];

/** Unknown errors are unknown outcomes: a time-out may hide a message that was sent. */
export function failureOf(error: unknown): ChatFailure {
  if (error instanceof ChatFailure) return error;
  const words = wordsOf(error);
  const kind = told.find(({ pattern }) => pattern.test(words))?.kind ?? 'unknown';
  return new ChatFailure(kind, firstLine(words), { cause: error });
}

/**
 * Wechaty 1.20 reports two errors for every join, leave and rename, because it looks the room's id up as a contact
 * (wechaty#2410, puppet-supports#169). They mean nothing.
 */
export function isSpurious(error: unknown): boolean {
  return /(?:no contact|wrong id:?|not found for id:?)\s*"?R:/i.test(wordsOf(error));
}

/** One short line for a log: remote errors carry the other side's whole stack. */
export function firstLine(words: string): string {
  return cutToCodePoints(words.split('\n', 1)[0] ?? '', 200);
}

export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `: ${wordsOf(error.cause)}`;
  return `${error.message}${cause}`;
}
