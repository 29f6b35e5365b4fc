import type { GroupId } from '../ids.js';
import { freePlaces, type GroupSeat } from './group-seat.js';

/** What ties a member to a group. */
export interface GroupTies {
  /** People in it with whom the member has talked. */
  readonly friends: number;
  /** People in it whom the same person invited, and that person. */
  readonly invitedTogether: number;
  /** The share of its people who live in the member's region, in whole percent; 0 when the region is not known. */
  readonly regionPercent: number;
}

export interface GroupChoice {
  readonly seat: GroupSeat;
  /** Why this group, as reason codes; stored with the decision. */
  readonly because: readonly string[];
}

const noTies: GroupTies = { friends: 0, invitedTogether: 0, regionPercent: 0 };
/** Fewer people of a region in a group are chance. */
const REGION_COUNTS_FROM_PERCENT = 20;

/** What is compared, in this order. Room comes last, so that a pool without ties fills evenly. */
const measures = [
  (ties: GroupTies) => ties.friends,
  (ties: GroupTies) => ties.invitedTogether,
  (ties: GroupTies) => (ties.regionPercent >= REGION_COUNTS_FROM_PERCENT ? ties.regionPercent : 0),
] as const;

/**
 * The group where the member knows most people, among those with room: friends before people invited together before neighbours,
 * then the one with the most room, then the first. Null when all are full.
 */
export function chooseGroup(
  seats: readonly GroupSeat[],
  ties: ReadonlyMap<GroupId, GroupTies> = new Map<GroupId, GroupTies>(),
): GroupChoice | null {
  const [best, ...others] = seats.filter((seat) => freePlaces(seat) > 0).sort((a, b) => compare(a, b, ties));
  if (!best) return null;
  return {
    seat: best,
    because: others.length === 0 ? ['only_group_with_room'] : reasonsOf(ties.get(best.id) ?? noTies),
  };
}

function compare(a: GroupSeat, b: GroupSeat, ties: ReadonlyMap<GroupId, GroupTies>): number {
  const [tiesOfA, tiesOfB] = [ties.get(a.id) ?? noTies, ties.get(b.id) ?? noTies];
  for (const measure of measures) {
    const difference = measure(tiesOfB) - measure(tiesOfA);
    if (difference !== 0) return difference;
  }
  return freePlaces(b) - freePlaces(a) || a.id - b.id;
}

function reasonsOf(ties: GroupTies): readonly string[] {
  const reasons = [
    ...(ties.friends > 0 ? [`friends_there:${ties.friends}`] : []),
    ...(ties.invitedTogether > 0 ? [`invited_together:${ties.invitedTogether}`] : []),
    ...(ties.regionPercent >= REGION_COUNTS_FROM_PERCENT ? [`neighbours_there:${ties.regionPercent}`] : []),
  ];
  return reasons.length > 0 ? reasons : ['most_room'];
}
