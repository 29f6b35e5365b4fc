import { MINUTE_MS } from '../day.js';
import { stableShare } from '../stable-share.js';
import type { MemberId } from '../ids.js';
import { isQuiet, type SendingPolicy } from './send-policy.js';

/**
 * The member's own moment within the minutes after `notBefore`, so that the people of a group do not all get a message in one
 * second. A member always has the same one: two messages a day apart stay a day apart, and no cap is touched. `until`: the
 * last moment at which the message may go, epoch ms. A moment past it or in quiet hours is not taken.
 */
export function spreadOver(
  { notBefore, until }: { readonly notBefore: number; readonly until: number },
  member: MemberId,
  policy: SendingPolicy,
  timeZone: string,
): number {
  const moment = notBefore + Math.floor(stableShare(member, 'spread') * (policy.spreadMinutes ?? 0) * MINUTE_MS);
  return moment <= until && !isQuiet(moment, policy, timeZone) ? moment : notBefore;
}
