import type { Because } from '../../domain/because.js';
import type { Context } from '../../domain/context.js';
import { DAY_MS } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { GroupId, MemberId } from '../../domain/ids.js';
import type { StoredGroup, StoredPoolGroup } from '../../domain/moves/group.js';
import type { TiesOfMembers } from './affinity.store.js';
import type { NewMove } from './move.store.js';
import type { GroupSeat } from '../../domain/moves/group-seat.js';
import { type Move, type MoveEvent, type PastMove, planMove } from '../../domain/moves/move.js';
import { type Ruleset, type TierRules, tierOf } from '../../domain/ruleset.js';
import type { Run } from '../run.js';

/** What has happened to an open move since its last step, in the order in which it is applied. */
export function moveEventsOf(
  evaluation: Evaluation,
  move: Move,
  groups: ReadonlyMap<GroupId, StoredGroup>,
): MoveEvent[] {
  const events: MoveEvent[] = [];
  const { verdict } = evaluation.decision.tier;
  if (verdict.kind === 'entered') events.push({ kind: 'tier_changed', tier: verdict.to });
  // Facts come late and out of order, so current memberships decide and not the fact that reported them.
  const inside = evaluation.memberships.find(({ group, tier }) => tier === move.tier || group === move.toGroup);
  if (inside) events.push({ kind: 'joined', group: inside.group, groupTier: inside.tier });
  else if (groups.get(move.toGroup)?.status !== 'active') events.push({ kind: 'group_gone', group: move.toGroup });
  else events.push({ kind: 'left_new' });
  if (move.fromGroup !== null && !evaluation.memberships.some(({ group }) => group === move.fromGroup))
    events.push({ kind: 'left', group: move.fromGroup });
  return events;
}

/**
 * False for lost members, members who opted out, and members who are in no group and no contact, unless they are writing to
 * customer service: there everybody can be answered.
 */
export const mayBeMoved = (evaluation: Evaluation, isInService: boolean): boolean =>
  !evaluation.stored.state.optedOut &&
  evaluation.decision.values['stage'] !== 'lost' &&
  (isInService || evaluation.memberships.length > 0 || evaluation.stored.state.isContact);

/** Counts the places promised to open moves as taken. */
export const seatOf = ({ id, tier, members, promised, capacity, active }: StoredPoolGroup): GroupSeat => ({
  id,
  tier,
  members: members + promised,
  capacity,
  active,
});

/** New people join the lowest tier's group by themselves, so members in no tier group are not invited to it. */
export const comesUninvited = (evaluation: Evaluation, tier: TierRules, context: Context): boolean =>
  tier === context.ruleset.tiers[0] && !evaluation.memberships.some((membership) => membership.tier !== null);

/** `up` from a tier that is unknown or not higher. */
export function directionOf({ tiers }: Pick<Ruleset, 'tiers'>, fromTier: string | null, toTier: string): 'up' | 'down' {
  const rank = (key: string | null): number => tiers.findIndex((tier) => tier.key === key);
  return rank(toTier) >= rank(fromTier) ? 'up' : 'down';
}

export interface WantedMove {
  readonly evaluation: Evaluation;
  readonly move: NewMove;
  readonly because: Because;
  readonly direction: 'up' | 'down';
}

export interface KnownGroups {
  readonly groups: ReadonlyMap<GroupId, StoredGroup>;
  /** The places of each group, taken and in all. Each wanted move takes one, so that the last place is not promised twice. */
  readonly seats: Map<GroupId, GroupSeat>;
  /** Who is writing to customer service and can be sent a join code there. */
  readonly inService: ReadonlySet<MemberId>;
  /** What ties members to groups; left out: nothing does, and the group with the most room is chosen. */
  readonly ties?: TiesOfMembers;
}

/** The move that a member without an open move needs; null when there is none. Takes its place in `seats`. */
export function wantedMove(
  { context, now }: Pick<Run, 'context' | 'now'>,
  evaluation: Evaluation,
  past: readonly PastMove[],
  { groups, seats, inService, ties }: KnownGroups,
): WantedMove | null {
  const tier = tierOf(context.ruleset, String(evaluation.decision.values['tier']));
  if (!tier) return null;
  if (comesUninvited(evaluation, tier, context)) return null;
  const hasChatRoom = [...seats.values()].some((seat) => seat.tier === tier.key && groups.get(seat.id)?.roomId);
  const path = tier.path === 'chat' && context.abilities.has('room_add') && hasChatRoom ? 'chat' : 'official';
  // The official path needs a join code, the chat path a room that the chat account can add members to.
  const usable = [...seats.values()].filter(({ id }) =>
    path === 'chat' ? groups.get(id)?.roomId : groups.get(id)?.joinQr,
  );
  const isInService = inService.has(evaluation.id);
  const input = {
    ...{ tier, memberships: evaluation.memberships, seats: usable, past, isInService },
    ties: ties?.get(evaluation.id),
  };
  const plan = planMove(input, context.ruleset.moves, { now, timeZone: context.timeZone });
  if (plan.kind !== 'invite' && plan.kind !== 'leave') return null;
  if (plan.kind === 'invite' && path === 'official' && !evaluation.stored.state.isContact && !isInService) return null;

  const seat = seats.get(plan.to);
  if (seat && plan.kind === 'invite') seats.set(plan.to, { ...seat, members: seat.members + 1 });
  const fromTier = plan.from === null ? null : (groups.get(plan.from)?.tier ?? null);
  const { inviteDays, leaveDays } = context.ruleset.moves;
  return {
    evaluation,
    direction: directionOf(context.ruleset, fromTier, tier.key),
    because: {
      rule: `move:${tier.key}`,
      version: context.ruleset.version,
      values: [{ metric: 'tier', have: tier.key, need: fromTier ?? '' }],
      ...(plan.kind === 'invite' ? { reasons: plan.because } : {}),
    },
    move: {
      member: evaluation.id,
      fromGroup: plan.from,
      toGroup: plan.to,
      fromTier,
      tier: tier.key,
      path,
      state: plan.kind === 'leave' ? 'joined' : 'planned',
      reason: evaluation.decision.tier.verdict.kind === 'entered' ? 'tier_changed' : 'not_in_the_tier_group',
      deadlineAt: now + (plan.kind === 'leave' ? leaveDays : inviteDays) * DAY_MS,
    },
  };
}
