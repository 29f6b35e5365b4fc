import { daysAfter, daysAgo, type LocalMoment } from '../day.js';

/** Whether one member meets a tier's rules at one moment. The lowest tier needs no rule; it takes the rest. */
export interface TierStanding {
  readonly key: string;
  /** The member meets the enter rule. */
  readonly enters: boolean;
  /** The member meets the stay rule or the enter rule. */
  readonly stays: boolean;
  readonly minDwellDays: number;
  readonly graceDays: number;
}

/** A change of tier by the rules. */
export interface TierChange {
  /** Epoch ms. */
  readonly at: number;
  readonly direction: 'up' | 'down';
}

export interface TierState {
  readonly tier: string | null;
  /** Epoch ms of the last change of tier. */
  readonly since: number | null;
  readonly lock: string | null;
  readonly graceUntil: number | null;
  readonly graceTo: string | null;
  /** Changes by the rules, of which too many hold the member (`flapHold`). Left out: none. */
  readonly changes?: readonly TierChange[];
}

export type TierVerdict =
  | { readonly kind: 'kept' }
  | {
      readonly kind: 'entered';
      readonly to: string;
      readonly from: string | null;
      readonly direction: 'first' | 'up' | 'down' | 'locked';
    }
  | { readonly kind: 'warned'; readonly to: string; readonly until: number }
  | { readonly kind: 'recovered' };

/**
 * Decides the tier of one member. `standings` run from the lowest tier to the highest. The highest tier whose rule holds is
 * chosen, else the lowest. A promotion is immediate; a demotion waits for the minimum dwell, then for a grace period that
 * begins with a warning; both are counted in calendar days. A lock by staff wins over every rule.
 */
export function decideTier(state: TierState, standings: readonly TierStanding[], when: LocalMoment): TierVerdict {
  const rankOf = (key: string | null): number => standings.findIndex((standing) => standing.key === key);
  const rank = rankOf(state.tier);

  if (state.lock !== null && rankOf(state.lock) >= 0) {
    if (state.tier === state.lock) return state.graceUntil === null ? { kind: 'kept' } : { kind: 'recovered' };
    return { kind: 'entered', to: state.lock, from: state.tier, direction: 'locked' };
  }

  const target = highest(standings, rank);
  const to = standings[target]!.key;
  if (rank < 0) return { kind: 'entered', to, from: state.tier, direction: 'first' };
  if (target > rank) return { kind: 'entered', to, from: state.tier, direction: 'up' };
  if (target === rank) return state.graceUntil === null ? { kind: 'kept' } : { kind: 'recovered' };

  const current = standings[rank]!;
  const dwelt = (state.since ?? 0) <= daysAgo(current.minDwellDays, when);
  if (!dwelt) return { kind: 'kept' };
  if (current.graceDays === 0) return { kind: 'entered', to, from: state.tier, direction: 'down' };
  if (state.graceUntil === null)
    return { kind: 'warned', to, until: daysAfter(when.now, current.graceDays, when.timeZone) };
  if (state.graceUntil > daysAgo(0, when)) return { kind: 'kept' };
  return { kind: 'entered', to, from: state.tier, direction: 'down' };
}

/** The highest tier the member may be in: the one they are in by its stay rule, every other by its enter rule. */
function highest(standings: readonly TierStanding[], current: number): number {
  for (let rank = standings.length - 1; rank > 0; rank--) {
    const standing = standings[rank]!;
    if (standing.enters || (rank === current && standing.stays)) return rank;
  }
  return 0;
}
