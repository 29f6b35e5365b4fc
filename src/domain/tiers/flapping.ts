import { daysAfter, daysAgo, type LocalMoment } from '../day.js';
import type { TierChange, TierVerdict } from './tier-policy.js';

/** How often the rules may change a member's tier before the member is held in it. */
export interface FlappingPolicy {
  readonly maxChanges: number;
  readonly withinDays: number;
}

export const defaultFlapping: FlappingPolicy = { maxChanges: 2, withinDays: 30 };

/** A change of tier that waits because the member has swung between tiers. */
export interface FlapHold {
  readonly to: string;
  /** Epoch ms. The change is made then, if the rules still want it. */
  readonly until: number;
  /** The changes within the window that hold it. */
  readonly changes: number;
}

/**
 * Null when the verdict may come into force. Only a member who swings is held: one who only rises, step by step, never is.
 * `changes`: of the last days, in any order. A lock by staff, and the first tier of a newcomer, are never held.
 */
export function flapHold(
  verdict: TierVerdict,
  changes: readonly TierChange[],
  { maxChanges, withinDays }: FlappingPolicy,
  when: LocalMoment,
): FlapHold | null {
  if (verdict.kind !== 'entered' || (verdict.direction !== 'up' && verdict.direction !== 'down')) return null;
  const before = daysAgo(withinDays, when);
  const recent = changes.filter(({ at }) => at > before).sort((a, b) => a.at - b.at);
  const swings = [...recent, { direction: verdict.direction }].some(({ direction }) => direction === 'down');
  if (recent.length < maxChanges || !swings) return null;
  const until = daysAfter(recent[recent.length - maxChanges]!.at, withinDays, when.timeZone);
  return { to: verdict.to, until, changes: recent.length };
}
