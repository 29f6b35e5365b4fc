import type { Evaluation } from '../../domain/evaluate.js';
import { freePlaces, type GroupSeat } from '../../domain/moves/group-seat.js';
import type { Sql } from '../../platform/database/sql.js';
import { affinityStore, type TiesOfMembers } from './affinity.store.js';

/** The ties of members who are not in a group of their tier to its groups, where there is a choice among several with room. */
export async function loadTies(
  sql: Sql,
  evaluations: readonly Evaluation[],
  seats: readonly GroupSeat[],
): Promise<TiesOfMembers> {
  const withRoom = seats.filter((seat) => seat.active && freePlaces(seat) > 0);
  const hasChoice = (tier: string): boolean => withRoom.filter((seat) => seat.tier === tier).length > 1;
  const choosing = evaluations.filter(({ decision, memberships }) => {
    const tier = String(decision.values['tier']);
    return hasChoice(tier) && !memberships.some((membership) => membership.tier === tier);
  });
  const tiers = new Set(choosing.map(({ decision }) => String(decision.values['tier'])));
  return affinityStore.ties(
    sql,
    choosing.map(({ id }) => id),
    withRoom.flatMap((seat) => (seat.tier !== null && tiers.has(seat.tier) ? [seat.id] : [])),
  );
}
