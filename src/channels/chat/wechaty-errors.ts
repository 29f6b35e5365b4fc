import { ChatFailure } from './chat-gateway.js';
import type { ChatFailureKind } from './chat-gateway.js';
import { cutToCodePoints } from '../../domain/cut-text.js';

/**
 * Providers report failures only as text. Sources: the WorkPro codes in wechaty/puppet-supports issues #301, #317, #518,
 * #565 and #608; the messages of gRPC; the messages of personal accounts.
 */
const patternsByKind: readonly { readonly kind: ChatFailureKind; readonly pattern: RegExp }[] = [
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

/** An unknown error means an unknown outcome: after a time-out the message may have been sent. */
export function failureOf(error: unknown): ChatFailure {
  if (error instanceof ChatFailure) return error;
  const words = wordsOf(error);
  const kind = patternsByKind.find(({ pattern }) => pattern.test(words))?.kind ?? 'unknown';
  return new ChatFailure(kind, firstLine(words), { cause: error });
}

/**
 * Wechaty 1.20 reports two false errors for every join, leave and rename, because it looks up the room id as a contact
 * (wechaty#2410, puppet-supports#169).
 */
export function isSpurious(error: unknown): boolean {
  return /(?:no contact|wrong id:?|not found for id:?)\s*"?R:/i.test(wordsOf(error));
}

/** One short line for a log: remote errors contain the whole stack of the other side. */
export function firstLine(words: string): string {
  return cutToCodePoints(words.split('\n', 1)[0] ?? '', 200);
}

export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `: ${wordsOf(error.cause)}`;
  return `${error.message}${cause}`;
}
