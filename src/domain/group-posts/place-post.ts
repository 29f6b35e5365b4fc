import { DAY_MS, dayOf, momentOf } from '../day.js';
import { fullestWindow, placeSend, wecomCapOn, type SendingPolicy, type Timing } from '../sending/send-policy.js';
import type { GroupPostPolicy } from './group-text.js';

const WEEK_MS = 7 * DAY_MS;

/** Another post in the same group, said or ahead. */
export interface OtherPost {
  /** Epoch ms. */
  readonly at: number;
  readonly isMassSend: boolean;
}

export type PostCapCode =
  'group_daily_cap' | 'group_weekly_cap' | 'wecom_daily_cap' | 'wecom_weekly_cap' | 'wecom_monthly_cap';

export interface PostRules {
  readonly caps: Pick<GroupPostPolicy, 'perDay' | 'perWeek'>;
  /** With the days that this post leaves out. */
  readonly sending: SendingPolicy;
  readonly timeZone: string;
}

/** The cap that one more post in the group at `at` would break; null if none. */
export function postCapBroken(
  { at, isMassSend }: OtherPost,
  others: readonly OtherPost[],
  { caps, sending, timeZone }: PostRules,
): PostCapCode | null {
  const times = others.map((other) => other.at);
  if (fullestWindow(at, times, WEEK_MS) >= caps.perWeek) return 'group_weekly_cap';
  if (fullestWindow(at, times, DAY_MS) >= caps.perDay) return 'group_daily_cap';
  if (!isMassSend) return null;
  const days = others.flatMap((other) => (other.isMassSend ? [dayOf(other.at, timeZone)] : []));
  return wecomCapOn(dayOf(at, timeZone), days, sending);
}

export interface PostRequest {
  /** The window in which it may be said, epoch ms. */
  readonly from: number;
  readonly until: number;
  readonly timing: Timing;
  readonly isMassSend: boolean;
}

export type PostPlacement =
  { readonly kind: 'at'; readonly notBefore: number } | { readonly kind: 'refused'; readonly code: string };

/** The first moment of the window at which the post may go: outside quiet hours and days kept free, and within the caps. */
export function placePost(request: PostRequest, others: readonly OtherPost[], rules: PostRules): PostPlacement {
  const { until, timing, isMassSend } = request;
  let broken: PostCapCode | null = null;
  for (let { from } = request; from <= until;) {
    const placed = placeSend({ from, until, timing, caps: null }, [], rules.sending, rules.timeZone);
    if (placed.kind === 'refused') return { kind: 'refused', code: broken ?? placed.code };
    const code = postCapBroken({ at: placed.notBefore, isMassSend }, others, rules);
    if (code === null) return placed;
    broken ??= code;
    from = momentOf(dayOf(placed.notBefore, rules.timeZone) + 1, 0, rules.timeZone);
  }
  return { kind: 'refused', code: broken ?? 'no_slot_in_window' };
}
