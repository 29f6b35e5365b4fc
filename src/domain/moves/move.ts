import type { GroupId, MemberId, MoveId } from '../ids.js';
import { DAY_MS } from '../day.js';
import type { MovePolicy, TierRules } from '../ruleset.js';

/**
 * A move is done when the member is seen in the new group and seen gone from the old one, never before:
 * planned → invited → joined → leaving → done, or expired, failed, cancelled.
 */
export type MoveState = 'planned' | 'invited' | 'joined' | 'leaving' | 'done' | 'expired' | 'failed' | 'cancelled';

export interface Move {
  readonly id: MoveId;
  readonly member: MemberId;
  readonly fromGroup: GroupId | null;
  readonly toGroup: GroupId;
  readonly fromTier: string | null;
  readonly tier: string;
  readonly path: 'official' | 'chat';
  readonly state: MoveState;
  readonly plannedAt: number;
  readonly deadlineAt: number;
  readonly reminded: boolean;
}

export interface GroupSeat {
  readonly id: GroupId;
  readonly tier: string | null;
  readonly members: number;
  readonly capacity: number;
  readonly active: boolean;
}

export interface Membership {
  readonly group: GroupId;
  readonly tier: string | null;
}

export interface PastMove {
  readonly tier: string;
  readonly state: MoveState;
  readonly closedAt: number;
}

export type MovePlan =
  | { readonly kind: 'none' }
  /** Already in the right tier's group, still in another tier's: only the leaving is left to do. */
  | { readonly kind: 'leave'; readonly from: GroupId; readonly to: GroupId }
  | { readonly kind: 'invite'; readonly from: GroupId | null; readonly to: GroupId }
  | { readonly kind: 'refused'; readonly code: 'pool_full' | 'no_pool' | 'too_many_tries' };

/**
 * Where a member of a tier should go. The group with the most room is chosen, so that a pool fills evenly and the last
 * place of one group is not promised to two.
 */
export function planMove(
  tier: TierRules,
  memberships: readonly Membership[],
  seats: readonly GroupSeat[],
  past: readonly PastMove[],
  policy: MovePolicy,
  now: number,
): MovePlan {
  const inPool = memberships.find((membership) => membership.tier === tier.key);
  const elsewhere = memberships.find((membership) => membership.tier !== null && membership.tier !== tier.key);
  if (inPool) return elsewhere ? { kind: 'leave', from: elsewhere.group, to: inPool.group } : { kind: 'none' };

  const unsuccessful = past.filter(
    (move) => move.tier === tier.key && (move.state === 'expired' || move.state === 'failed'),
  );
  const last = Math.max(0, ...unsuccessful.map((move) => move.closedAt));
  if (last > 0 && now - last < policy.retryAfterDays * DAY_MS) return { kind: 'none' };
  if (unsuccessful.length >= policy.maxTries) return { kind: 'refused', code: 'too_many_tries' };

  const pool = seats.filter((seat) => seat.tier === tier.key && seat.active);
  if (pool.length === 0) return { kind: 'refused', code: 'no_pool' };
  const roomiest = pool.reduce((best, seat) =>
    seat.capacity - seat.members > best.capacity - best.members ? seat : best,
  );
  if (roomiest.members >= roomiest.capacity) return { kind: 'refused', code: 'pool_full' };
  return { kind: 'invite', from: elsewhere?.group ?? null, to: roomiest.id };
}

export type MoveEvent =
  | { readonly kind: 'invitation_settled'; readonly sent: boolean; readonly code?: string }
  | { readonly kind: 'joined'; readonly group: GroupId; readonly groupTier: string | null }
  | { readonly kind: 'left'; readonly group: GroupId }
  /** Not in any group of the new pool any more. */
  | { readonly kind: 'left_new' }
  | { readonly kind: 'group_gone'; readonly group: GroupId }
  | { readonly kind: 'tier_changed'; readonly tier: string }
  | { readonly kind: 'time' };

export interface MoveStep {
  readonly state: MoveState;
  readonly note: string;
  readonly toGroup?: GroupId;
  readonly deadlineAt?: number;
  readonly reminded?: boolean;
  /** What must be done outside because of the step. */
  readonly then?: 'ask_to_leave' | 'remind';
}

export const isClosed = (state: MoveState): boolean =>
  state === 'done' || state === 'expired' || state === 'failed' || state === 'cancelled';

/** What an event does to an open move; null when it does not concern it. */
export function stepMove(move: Move, event: MoveEvent, policy: MovePolicy, now: number): MoveStep | null {
  switch (event.kind) {
    case 'invitation_settled':
      if (move.state !== 'planned') return null;
      return event.sent
        ? { state: 'invited', note: '', deadlineAt: now + policy.inviteDays * DAY_MS }
        : { state: 'failed', note: event.code ?? 'not_sent' };
    case 'joined':
      if (move.state !== 'planned' && move.state !== 'invited') return null;
      // Any group of the tier's pool will do: they may have been told of another by a friend.
      if (event.groupTier !== move.tier && event.group !== move.toGroup) return null;
      if (move.fromGroup === null) return { state: 'done', note: 'joined', toGroup: event.group };
      return {
        state: 'joined',
        note: '',
        toGroup: event.group,
        deadlineAt: now + policy.leaveDays * DAY_MS,
        then: 'ask_to_leave',
      };
    case 'left':
      if (event.group === move.fromGroup && (move.state === 'joined' || move.state === 'leaving'))
        return { state: 'done', note: 'left' };
      return null;
    case 'left_new':
      // Counts as a try that came to nothing: whoever has just walked out is not called back the same day.
      return move.state === 'joined' || move.state === 'leaving'
        ? { state: 'failed', note: 'left_the_new_group' }
        : null;
    case 'group_gone':
      if (event.group === move.toGroup && !isClosed(move.state)) return { state: 'cancelled', note: 'group_dismissed' };
      if (event.group === move.fromGroup && (move.state === 'joined' || move.state === 'leaving'))
        return { state: 'done', note: 'group_dismissed' };
      return null;
    case 'tier_changed':
      if (event.tier === move.tier || isClosed(move.state)) return null;
      return { state: 'cancelled', note: `tier_is_now:${event.tier}` };
    case 'time': {
      if (now >= move.deadlineAt) {
        if (move.state === 'planned') return { state: 'failed', note: 'invitation_never_sent' };
        if (move.state === 'invited') return { state: 'expired', note: 'did_not_join' };
        return null; // In both groups: it stays open and shows as stuck until somebody takes them out.
      }
      if (move.state !== 'invited' || move.reminded) return null;
      const remindAt = move.deadlineAt - (policy.inviteDays - policy.remindAfterDays) * DAY_MS;
      return now >= remindAt ? { state: 'invited', note: 'reminder', reminded: true, then: 'remind' } : null;
    }
  }
}
