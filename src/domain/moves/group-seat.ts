import type { GroupId } from '../ids.js';

/** How full one group of a pool is. */
export interface GroupSeat {
  readonly id: GroupId;
  readonly tier: string | null;
  readonly members: number;
  readonly capacity: number;
  readonly active: boolean;
}

export const freePlaces = ({ capacity, members }: GroupSeat): number => capacity - members;

/** The group with the most room, the first of several alike; null when all are full. */
export function roomiestOf(seats: readonly GroupSeat[]): GroupSeat | null {
  return seats.reduce<GroupSeat | null>(
    (best, seat) => (freePlaces(seat) > (best === null ? 0 : freePlaces(best)) ? seat : best),
    null,
  );
}
