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
  type Timing,
} from './send-policy.js';

/** A message that has gone, or that may still go without our doing: it waits for a tap, or its answer is on its way. */
export interface PastSend extends CountedSend {
  /** Asks somebody who has fallen silent to come back: of these one is enough for a while. */
  readonly isNudge: boolean;
  /** Lower goes first. */
  readonly priority: number;
  /** It may yet fail: it waits for a tap, or its answer is on its way. */
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

/** Reasons for which a message gives way to another one of the member's. */
export const displacedReasons: ReadonlySet<string> = new Set([...capCodes, 'merged_nudge']);

const goesBefore = (a: QueuedSend, b: QueuedSend): number => a.priority - b.priority || a.at - b.at || a.id - b.id;

/**
 * Whether another message asks the same of the member within the gap, and as urgently: a nudge is said by the warning of a
 * step down, and that warning is not said by a nudge.
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
 * The first place within the window, clear of what has gone and, where that can be, of what is queued and as urgent. What
 * is queued may yet be called off, so it alone never refuses a place: who goes is decided when both are due.
 */
export function placeAmongQueued(
  now: number,
  { until, timing, caps, priority }: Pick<QueuedSend, 'until' | 'timing' | 'caps' | 'priority'>,
  { gone, queued }: { readonly gone: readonly CountedSend[]; readonly queued: readonly PastSend[] },
  policy: SendingPolicy,
  timeZone: string,
): Placement {
  const ahead = queued.filter((other) => other.priority <= priority);
  const clear = placeSend(now, until, timing, { caps, sends: [...gone, ...ahead] }, policy, timeZone);
  return clear.kind === 'at' || ahead.length === 0
    ? clear
    : placeSend(now, until, timing, { caps, sends: gone }, policy, timeZone);
}

/** How soon a message asks again whether what stands in its way has failed. */
const ASK_AGAIN_MS = HOUR_MS;

/**
 * Which messages of one member that are due may go now. They are asked in one order (priority, time, number), each against
 * what has gone and what goes before it, so that of two that cannot both go one goes. The other gets a later place within
 * its window, or is called off. It is not called off for what may yet fail: it asks again while its window lasts.
 */
export function decideCaps(
  queue: readonly QueuedSend[],
  gone: readonly PastSend[],
  now: number,
  policy: SendingPolicy,
  timeZone: string,
): Map<number, CapVerdict> {
  const verdicts = new Map<number, CapVerdict>();
  const going: PastSend[] = [...gone];
  const later: PastSend[] = queue.filter((one) => one.at > now);
  for (const one of queue.filter(({ at }) => at <= now).sort(goesBefore)) {
    const certain = going.filter(({ isOpen }) => !isOpen);
    const code = isMergedNudge(now, one, going, policy) ? 'merged_nudge' : capBroken(now, one.caps, going, policy);
    if (code === null) {
      verdicts.set(one.id, { kind: 'go' });
      going.push({ ...one, at: now - one.at <= ON_TIME_MS ? one.at : now });
      continue;
    }
    const place = (from: number, sends: readonly PastSend[]): Placement =>
      isMergedNudge(now, one, sends, policy)
        ? { kind: 'refused', code: 'min_gap' }
        : placeAmongQueued(from, one, { gone: sends, queued: later }, policy, timeZone);
    const clear = place(now, going);
    const placed = clear.kind === 'at' || certain.length === going.length ? clear : place(now + ASK_AGAIN_MS, certain);
    if (placed.kind === 'refused') verdicts.set(one.id, { kind: 'never', code });
    else {
      // It is not merged yet: it waits as for the gap.
      verdicts.set(one.id, { kind: 'later', at: placed.notBefore, code: code === 'merged_nudge' ? 'min_gap' : code });
      later.push({ ...one, at: placed.notBefore });
    }
  }
  return verdicts;
}

/** How far back messages can stand in the way of another. */
export const capLookbackMs = ({ minGapDays }: Pick<SendingPolicy, 'minGapDays'>): number =>
  Math.max(CAP_MONTH_MS, minGapDays * DAY_MS);
