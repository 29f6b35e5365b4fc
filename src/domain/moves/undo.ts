import type { GroupId } from '../ids.js';
import { roomiestOf, type GroupSeat } from './group-seat.js';
import type { Membership, Move } from './move.js';

export type UndoRefusal =
  'nothing_to_undo' | 'newer_move' | 'not_in_new_group' | 'came_from_no_group' | 'no_way_back' | 'member_opted_out';

export type UndoPlan =
  | { readonly kind: 'refused'; readonly code: UndoRefusal }
  /** The member has not changed groups yet, or was in both before the move: the move ends, and nobody has to do anything. */
  | { readonly kind: 'stop' }
  /** The member is in both groups and has to leave the new one again. */
  | { readonly kind: 'leave_new'; readonly from: GroupId; readonly to: GroupId }
  /** The member has left the old group and is invited back. `from`: the group to leave then; null when they may stay there. */
  | { readonly kind: 'invite_back'; readonly from: GroupId | null; readonly to: GroupId };

export interface UndoInput {
  readonly move: Move;
  /** The move only asked the owner to remove somebody who was in both groups. */
  readonly wasInBoth: boolean;
  /** No move of the member was planned after this one. */
  readonly isLatest: boolean;
  readonly isOptedOut: boolean;
  readonly memberships: readonly Membership[];
  /** The groups that the member can be invited to. */
  readonly seats: readonly GroupSeat[];
}

/** How a move is taken back. Nobody can be put into a group: who has left the old one can only be invited to it again. */
export function planUndo({ move, wasInBoth, isLatest, isOptedOut, memberships, seats }: UndoInput): UndoPlan {
  const { state, fromGroup, toGroup } = move;
  if (state === 'expired' || state === 'failed' || state === 'cancelled')
    return { kind: 'refused', code: 'nothing_to_undo' };
  if (!isLatest) return { kind: 'refused', code: 'newer_move' };
  if (state === 'planned' || state === 'invited') return { kind: 'stop' };
  if (wasInBoth && state !== 'done') return { kind: 'stop' };
  if (fromGroup === null) return { kind: 'refused', code: 'came_from_no_group' };
  const isIn = (group: GroupId): boolean => memberships.some((membership) => membership.group === group);
  if (!isIn(toGroup)) return { kind: 'refused', code: 'not_in_new_group' };
  if (isIn(fromGroup)) return wasInBoth ? { kind: 'stop' } : { kind: 'leave_new', from: toGroup, to: fromGroup };
  if (isOptedOut) return { kind: 'refused', code: 'member_opted_out' };
  const target = wayBack(move, seats);
  return target
    ? { kind: 'invite_back', from: wasInBoth ? null : toGroup, to: target.id }
    : { kind: 'refused', code: 'no_way_back' };
}

/** The group that the member came from, or another one of its tier when that is full or gone. */
function wayBack({ fromGroup, fromTier }: Move, seats: readonly GroupSeat[]): GroupSeat | null {
  const open = seats.filter(({ active, tier }) => active && tier === fromTier);
  return roomiestOf(open.filter(({ id }) => id === fromGroup)) ?? roomiestOf(open);
}
