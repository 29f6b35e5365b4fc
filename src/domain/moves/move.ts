import type { GroupId, MemberId, MoveId } from '../ids.js';
import { chooseGroup, type GroupTies } from './affinity.js';
import type { GroupSeat } from './group-seat.js';
import { DAY_MS, daysAfter, type LocalMoment } from '../day.js';
import type { MovePolicy, TierRules } from '../ruleset.js';

/**
 * planned → invited → joined → leaving → done, or expired, failed, cancelled. A move is done only when the member was seen
 * in the new group and no longer in the old one.
 */
export type MoveState = 'planned' | 'invited' | 'joined' | 'leaving' | 'done' | 'expired' | 'failed' | 'cancelled';

/** How the invitation goes: a mass-send of staff, the chat account, customer service. */
export const movePaths = ['official', 'chat', 'kf'] as const;
export type MovePath = (typeof movePaths)[number];

export interface Move {
  readonly id: MoveId;
  readonly member: MemberId;
  readonly fromGroup: GroupId | null;
  readonly toGroup: GroupId;
  readonly fromTier: string | null;
  readonly tier: string;
  readonly path: MovePath;
  readonly state: MoveState;
  readonly plannedAt: number;
  readonly deadlineAt: number;
  readonly reminded: boolean;
}

export interface Membership {
  readonly group: GroupId;
  readonly tier: string | null;
  /** The name of the group. */
  readonly name?: string;
}

export interface PastMove {
  readonly tier: string;
  readonly state: MoveState;
  /** It failed before its invitation went out: the member has never seen it. */
  readonly isUnsent: boolean;
  readonly closedAt: number;
  /** When a person undid it; left out when nobody did. */
  readonly undoneAt?: number;
}

export type MovePlan =
  /** `until` (epoch ms): a further try rests until then. */
  | { readonly kind: 'none'; readonly until?: number }
  /** The member is in the right tier's group and still in another tier's, which they have to leave. */
  | { readonly kind: 'leave'; readonly from: GroupId; readonly to: GroupId }
  /** `because`: why this group of the pool, as reason codes. */
  | {
      readonly kind: 'invite';
      readonly from: GroupId | null;
      readonly to: GroupId;
      readonly because: readonly string[];
    }
  | { readonly kind: 'refused'; readonly code: 'pool_full' | 'no_pool' | 'too_many_tries' };

export interface MoveInput {
  /** The member's tier. */
  readonly tier: TierRules;
  readonly memberships: readonly Membership[];
  readonly seats: readonly GroupSeat[];
  readonly past: readonly PastMove[];
  /** What ties the member to the groups; left out: nothing. */
  readonly ties?: ReadonlyMap<GroupId, GroupTies> | undefined;
  /** The member is writing to customer service, where the invitation needs nobody's tap. */
  readonly isInService?: boolean;
}

/** Plans where a member should go: to the group of the tier where they know most people, else to the one with the most room. */
export function planMove(input: MoveInput, policy: MovePolicy, when: LocalMoment): MovePlan {
  const { tier, memberships, seats, past } = input;
  const undoneUntil = restAfterUndo(past, tier.key, policy, when);
  if (when.now < undoneUntil) return { kind: 'none', until: undoneUntil };
  const inPool = memberships.find((membership) => membership.tier === tier.key);
  const elsewhere = memberships.find((membership) => membership.tier !== null && membership.tier !== tier.key);
  if (inPool) return elsewhere ? { kind: 'leave', from: elsewhere.group, to: inPool.group } : { kind: 'none' };

  const unsuccessful = past.filter(
    (move) => move.tier === tier.key && (move.state === 'expired' || move.state === 'failed'),
  );
  const until = retryAt(unsuccessful, input, policy, when);
  if (when.now < until) return { kind: 'none', until };
  if (unsuccessful.filter(({ isUnsent }) => !isUnsent).length >= policy.maxTries)
    return { kind: 'refused', code: 'too_many_tries' };

  const pool = seats.filter((seat) => seat.tier === tier.key && seat.active);
  if (pool.length === 0) return { kind: 'refused', code: 'no_pool' };
  const choice = chooseGroup(pool, input.ties);
  if (!choice) return { kind: 'refused', code: 'pool_full' };
  return { kind: 'invite', from: elsewhere?.group ?? null, to: choice.seat.id, because: choice.because };
}

/** A person has undone a move to this tier: the member is left where they are, or the product would undo the undo at once. */
function restAfterUndo(past: readonly PastMove[], tier: string, policy: MovePolicy, { timeZone }: LocalMoment): number {
  const undoneAt = past.flatMap((move) => (move.tier === tier ? (move.undoneAt ?? []) : []));
  return undoneAt.length === 0 ? 0 : daysAfter(Math.max(...undoneAt), policy.restAfterUndoDays, timeZone);
}

/**
 * An invitation that the member did not follow rests for `retryAfterDays`. One that never went out is no try of the member's:
 * it rests as long as an invitation waits, longer after each further one, and not at all while the member can be answered.
 */
function retryAt(
  unsuccessful: readonly PastMove[],
  { isInService }: MoveInput,
  policy: MovePolicy,
  { timeZone }: LocalMoment,
): number {
  const closedAt = (unsent: boolean): number =>
    Math.max(0, ...unsuccessful.flatMap((move) => (move.isUnsent === unsent ? move.closedAt : [])));
  const afterSent = closedAt(false) === 0 ? 0 : daysAfter(closedAt(false), policy.retryAfterDays, timeZone);
  const unsent = unsuccessful.filter((move) => move.isUnsent).length;
  if (unsent === 0 || isInService === true) return afterSent;
  const restDays = Math.min(policy.retryAfterDays, unsent * policy.inviteDays);
  return Math.max(afterSent, daysAfter(closedAt(true), restDays, timeZone));
}

export type MoveEvent =
  | { readonly kind: 'invitation_settled'; readonly sent: boolean; readonly code?: string }
  /** It counted as sent, and later it was reported as not delivered. */
  | { readonly kind: 'invitation_undelivered'; readonly code: string }
  | { readonly kind: 'joined'; readonly group: GroupId; readonly groupTier: string | null }
  | { readonly kind: 'left'; readonly group: GroupId }
  /** The member left all groups of the new pool. */
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
  /** The action that the step requires. */
  readonly followUp?: 'ask_to_leave' | 'remind';
}

export const isClosed = (state: MoveState): boolean =>
  state === 'done' || state === 'expired' || state === 'failed' || state === 'cancelled';

/** A member who has a move in one of these states is not waiting for a first try. */
export const MOVE_TRIED_STATES = [
  'planned',
  'invited',
  'joined',
  'leaving',
  'expired',
  'failed',
] as const satisfies readonly MoveState[];

/** The step that an event causes in an open move; null when it causes none. */
export function stepMove(move: Move, event: MoveEvent, policy: MovePolicy, now: number): MoveStep | null {
  switch (event.kind) {
    case 'invitation_settled':
      if (move.state !== 'planned') return null;
      return event.sent
        ? { state: 'invited', note: '', deadlineAt: now + policy.inviteDays * DAY_MS }
        : { state: 'failed', note: event.code ?? 'not_sent' };
    case 'invitation_undelivered':
      return move.state === 'invited' ? { state: 'planned', note: event.code } : null;
    case 'joined':
      if (move.state !== 'planned' && move.state !== 'invited') return null;
      // Any group of the tier's pool counts: a friend may have invited the member into another one.
      if (event.groupTier !== move.tier && event.group !== move.toGroup) return null;
      if (move.fromGroup === null) return { state: 'done', note: 'joined', toGroup: event.group };
      return {
        state: 'joined',
        note: '',
        toGroup: event.group,
        deadlineAt: now + policy.leaveDays * DAY_MS,
        followUp: 'ask_to_leave',
      };
    case 'left':
      if (event.group === move.fromGroup && (move.state === 'joined' || move.state === 'leaving'))
        return { state: 'done', note: 'left' };
      return null;
    case 'left_new':
      // This counts as a failed try, so a member who has just left is not invited again the same day.
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
        return null; // In both groups: the move stays open and counts as stuck until the member is removed from the old one.
      }
      if (move.state !== 'invited' || move.reminded) return null;
      const remindAt = move.deadlineAt - (policy.inviteDays - policy.remindAfterDays) * DAY_MS;
      return now >= remindAt ? { state: 'invited', note: 'reminder', reminded: true, followUp: 'remind' } : null;
    }
  }
}
