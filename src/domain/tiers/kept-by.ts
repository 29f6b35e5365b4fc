import { DAY_MS } from '../day.js';
import { decideTier, type TierStanding, type TierState, type TierVerdict } from './tier-policy.js';

/** What keeps a member in a tier in which the rules alone would not put them. */
export type KeptBy = 'dwell' | 'grace' | 'lock' | 'swing';

/** Null when nothing but the rules decides. */
export function keptBy(
  state: TierState,
  standings: readonly TierStanding[],
  verdict: TierVerdict,
  now: number,
): KeptBy | null {
  const free = decideTier({ ...state, since: 0, lock: null, graceUntil: now }, standings, now);
  if (free.kind !== 'entered') return null;
  if ((verdict.kind === 'entered' ? verdict.to : state.tier) === free.to) return null;
  if (state.lock !== null && standings.some(({ key }) => key === state.lock)) return 'lock';
  const current = standings.find(({ key }) => key === state.tier);
  return now - (state.since ?? 0) < (current?.minDwellDays ?? 0) * DAY_MS ? 'dwell' : 'grace';
}
