import { DAY_MS, HOUR_MS } from '../day.js';
import {
  CAP_MONTH_MS,
  capBroken,
  capCodes,
  ON_TIME_MS,
  placeSend,
  type CapCode,
  type CountedSend,
  type Placement,
  type SendingPolicy,
  type SendRequest,
  type Timing,
} from './send-policy.js';

/** A message that was sent, or that may still go without us: it waits for a tap, or WeCom's answer is outstanding. */
export interface PastSend extends CountedSend {
  /** It asks a silent member to come back; one nudge within the gap is enough. */
  readonly isNudge: boolean;
  /** Lower goes first. */
  readonly priority: number;
  /** Its outcome is open: it waits for a tap, or WeCom's answer is outstanding. */
  readonly isOpen?: boolean;
}

/** A message in the queue. */
export interface QueuedSend extends PastSend {
  readonly id: number;
  /** The end of its window. */
  readonly until: number;
  readonly timing: Timing;
}

export type CapVerdict =
  | { readonly kind: 'go' }
  | { readonly kind: 'later'; readonly at: number; readonly code: CapCode }
  | { readonly kind: 'never'; readonly code: CapCode | 'merged_nudge' };

/** Reasons with which a message was cancelled in favour of another one to the same member. */
export const displacedReasons: ReadonlySet<string> = new Set([...capCodes, 'merged_nudge']);

const goesBefore = (a: QueuedSend, b: QueuedSend): number => a.priority - b.priority || a.at - b.at || a.id - b.id;

/**
 * Whether another nudge within the gap makes this one needless. The other must be at least as urgent: the warning of a
 * demotion replaces an ordinary nudge, but not the other way round.
 */
export const isMergedNudge = (
  at: number,
  message: Pick<PastSend, 'isNudge' | 'priority'>,
  sends: readonly PastSend[],
  { minGapDays }: Pick<SendingPolicy, 'minGapDays'>,
): boolean =>
  message.isNudge &&
  sends.some(
    (other) => other.isNudge && other.priority <= message.priority && Math.abs(other.at - at) < minGapDays * DAY_MS,
  );

/**
 * The first moment of the window that fits beside the messages that are gone and, if possible, beside the queued ones that
 * are at least as urgent. A queued message may still be cancelled, so it alone never refuses a place: which of the two goes
 * is decided when both are due.
 */
export function placeAmongQueued(
  request: SendRequest & Pick<QueuedSend, 'priority'>,
  { gone, queued }: { readonly gone: readonly CountedSend[]; readonly queued: readonly PastSend[] },
  policy: SendingPolicy,
  timeZone: string,
): Placement {
  const ahead = queued.filter((other) => other.priority <= request.priority);
  const clear = placeSend(request, [...gone, ...ahead], policy, timeZone);
  return clear.kind === 'at' || ahead.length === 0 ? clear : placeSend(request, gone, policy, timeZone);
}

/** How soon a message is tried again when the message in its way may still fail. */
const ASK_AGAIN_MS = HOUR_MS;

/**
 * Decides which due messages of one member may go now. They are checked in a fixed order (priority, time, id), each against
 * the messages that are gone and those that go before it; so one of two conflicting messages always goes. The other gets a
 * later time within its window, or is cancelled. A message whose outcome is open cancels no other one: that one is tried
 * again while its window lasts.
 */
export function decideCaps(
  { queue, gone }: { readonly queue: readonly QueuedSend[]; readonly gone: readonly PastSend[] },
  now: number,
  policy: SendingPolicy,
  timeZone: string,
): Map<number, CapVerdict> {
  const verdicts = new Map<number, CapVerdict>();
  const going: PastSend[] = [...gone];
  const later: PastSend[] = queue.filter(({ at }) => at > now);
  for (const message of queue.filter(({ at }) => at <= now).sort(goesBefore)) {
    const certain = going.filter(({ isOpen }) => !isOpen);
    const code = isMergedNudge(now, message, going, policy)
      ? 'merged_nudge'
      : capBroken(now, message.caps, going, policy);
    if (code === null) {
      verdicts.set(message.id, { kind: 'go' });
      going.push({ ...message, at: now - message.at <= ON_TIME_MS ? message.at : now });
      continue;
    }
    const place = (from: number, sends: readonly PastSend[]): Placement =>
      isMergedNudge(now, message, sends, policy)
        ? { kind: 'refused', code: 'min_gap' }
        : placeAmongQueued({ ...message, from }, { gone: sends, queued: later }, policy, timeZone);
    const clear = place(now, going);
    const placed = clear.kind === 'at' || certain.length === going.length ? clear : place(now + ASK_AGAIN_MS, certain);
    if (placed.kind === 'refused') verdicts.set(message.id, { kind: 'never', code });
    else {
      // A nudge that gets a later time is not merged; it waits for the gap.
      const delay = code === 'merged_nudge' ? 'min_gap' : code;
      verdicts.set(message.id, { kind: 'later', at: placed.notBefore, code: delay });
      later.push({ ...message, at: placed.notBefore });
    }
  }
  return verdicts;
}

/** How far back a sent message can limit another one. */
export const capLookbackMs = ({ minGapDays }: Pick<SendingPolicy, 'minGapDays'>): number =>
  Math.max(CAP_MONTH_MS, minGapDays * DAY_MS);
