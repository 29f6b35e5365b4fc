import type { Because } from '../../domain/because.js';
import type { Context } from '../../domain/context.js';
import { DAY_MS } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { GroupId } from '../../domain/ids.js';
import type { StoredGroup, StoredPoolGroup } from '../../domain/moves/group.js';
import type { NewMove } from './move.store.js';
import { type Move, type MoveEvent, type GroupSeat, planMove } from '../../domain/moves/move.js';
import { type TierRules, tierOf } from '../../domain/ruleset.js';

export function eventsOf(evaluation: Evaluation, move: Move, groups: ReadonlyMap<GroupId, StoredGroup>): MoveEvent[] {
  const events: MoveEvent[] = [];
  const { verdict } = evaluation.decision.tier;
  if (verdict.kind === 'entered') events.push({ kind: 'tier_changed', tier: verdict.to });
  // Facts come late and out of order; where the member is now is what counts, however it became known.
  const inside = evaluation.memberships.find(({ group, tier }) => tier === move.tier || group === move.toGroup);
  if (inside) events.push({ kind: 'joined', group: inside.group, groupTier: inside.tier });
  else if (groups.get(move.toGroup)?.status !== 'active') events.push({ kind: 'group_gone', group: move.toGroup });
  else events.push({ kind: 'left_new' });
  if (move.fromGroup !== null && !evaluation.memberships.some(({ group }) => group === move.fromGroup))
    events.push({ kind: 'left', group: move.fromGroup });
  return events;
}

/** Lost members are not invited anywhere; nor is who opted out, or who is in no group and no contact. */
export const isMovable = (evaluation: Evaluation): boolean =>
  !evaluation.stored.state.optedOut &&
  evaluation.decision.values['stage'] !== 'lost' &&
  (evaluation.memberships.length > 0 || evaluation.stored.state.isContact);

/** Places taken and promised. */
export const seatOf = ({ id, tier, members, promised, capacity, active }: StoredPoolGroup): GroupSeat => ({
  id,
  tier,
  members: members + promised,
  capacity,
  active,
});

/** The lowest tier's group is where people arrive; nobody is sent for to it who is in no tier's group. */
export const isHomeless = (evaluation: Evaluation, tier: TierRules, context: Context): boolean =>
  tier === context.ruleset.tiers[0] && !evaluation.memberships.some((membership) => membership.tier !== null);

export interface Wanted {
  readonly evaluation: Evaluation;
  readonly move: NewMove;
  readonly because: Because;
  readonly direction: 'up' | 'down';
}

export function wantedMove(
  evaluation: Evaluation,
  past: Parameters<typeof planMove>[3],
  seats: Map<GroupId, GroupSeat>,
  groups: ReadonlyMap<GroupId, StoredGroup>,
  context: Context,
  now: number,
): Wanted[] {
  const tier = tierOf(context.ruleset, String(evaluation.decision.values['tier']));
  if (!tier) return [];
  if (isHomeless(evaluation, tier, context)) return [];
  const hasRoom = [...seats.values()].some((seat) => seat.tier === tier.key && groups.get(seat.id)?.roomId);
  const path = tier.path === 'chat' && context.abilities.has('room_add') && hasRoom ? 'chat' : 'official';
  // Only groups that can be reached by the path: one without a code, or a room nobody can add to, is no place to go.
  const usable = [...seats.values()].filter(({ id }) =>
    path === 'chat' ? groups.get(id)?.roomId : groups.get(id)?.joinQr,
  );
  const plan = planMove(tier, evaluation.memberships, usable, past, context.ruleset.moves, now);
  if (plan.kind !== 'invite' && plan.kind !== 'leave') return [];
  if (plan.kind === 'invite' && path === 'official' && !evaluation.stored.state.isContact) return [];

  const seat = seats.get(plan.to);
  if (seat && plan.kind === 'invite') seats.set(plan.to, { ...seat, members: seat.members + 1 });
  const fromTier = plan.from === null ? null : (groups.get(plan.from)?.tier ?? null);
  const rank = (key: string | null) => context.ruleset.tiers.findIndex((candidate) => candidate.key === key);
  const { inviteDays, leaveDays } = context.ruleset.moves;
  return [
    {
      evaluation,
      direction: rank(tier.key) >= rank(fromTier) ? 'up' : 'down',
      because: {
        rule: `move:${tier.key}`,
        version: context.ruleset.version,
        values: [{ metric: 'tier', have: tier.key, need: fromTier ?? '' }],
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
    },
  ];
}
