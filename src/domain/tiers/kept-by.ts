import { daysAgo, type LocalMoment } from '../day.js';
import { decideTier, type TierStanding, type TierState, type TierVerdict } from './tier-policy.js';

/** What keeps a member in a tier in which the rules alone would not put them. */
export type KeptBy = 'dwell' | 'grace' | 'lock' | 'swing';

/** Null when nothing but the rules decides. */
export function keptBy(
  state: TierState,
  standings: readonly TierStanding[],
  verdict: TierVerdict,
  when: LocalMoment,
): KeptBy | null {
  const free = decideTier({ ...state, since: 0, lock: null, graceUntil: when.now }, standings, when);
  if (free.kind !== 'entered') return null;
  if ((verdict.kind === 'entered' ? verdict.to : state.tier) === free.to) return null;
  if (state.lock !== null && standings.some(({ key }) => key === state.lock)) return 'lock';
  const current = standings.find(({ key }) => key === state.tier);
  return (state.since ?? 0) > daysAgo(current?.minDwellDays ?? 0, when) ? 'dwell' : 'grace';
}
