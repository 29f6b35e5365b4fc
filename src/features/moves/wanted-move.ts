import type { Because } from '../../domain/because.js';
import type { Circumstances } from '../../domain/context.js';
import { DAY_MS } from '../../domain/day.js';
import type { Looked } from '../../domain/evaluate.js';
import type { GroupId } from '../../domain/ids.js';
import type { StoredGroup, StoredPoolGroup } from '../../domain/moves/group.js';
import type { NewMove } from './move.store.js';
import { type Move, type MoveEvent, type GroupSeat, planMove } from '../../domain/moves/move.js';
import { type TierRules, tierOf } from '../../domain/ruleset.js';

export function eventsOf(one: Looked, move: Move, groups: ReadonlyMap<GroupId, StoredGroup>): MoveEvent[] {
  const events: MoveEvent[] = [];
  const { verdict } = one.decision.tier;
  if (verdict.kind === 'entered') events.push({ kind: 'tier_changed', tier: verdict.to });
  // Facts come late and out of order; where the member is now is what counts, however it became known.
  const inside = one.memberships.find(({ group, tier }) => tier === move.tier || group === move.toGroup);
  if (inside) events.push({ kind: 'joined', group: inside.group, groupTier: inside.tier });
  else if (groups.get(move.toGroup)?.status !== 'active') events.push({ kind: 'group_gone', group: move.toGroup });
  else events.push({ kind: 'left_new' });
  if (move.fromGroup !== null && !one.memberships.some(({ group }) => group === move.fromGroup))
    events.push({ kind: 'left', group: move.fromGroup });
  return events;
}

/** Lost members are not invited anywhere; nor is who opted out, or who is in no group and no contact. */
export const isMovable = (one: Looked): boolean =>
  !one.stored.state.optedOut &&
  one.decision.values['stage'] !== 'lost' &&
  (one.memberships.length > 0 || one.stored.state.isContact);

/** Places taken and promised. */
export const seatOf = ({ id, tier, members, promised, capacity, active }: StoredPoolGroup): GroupSeat => ({
  id,
  tier,
  members: members + promised,
  capacity,
  active,
});

/** The lowest tier's group is where people arrive; nobody is sent for to it who is in no tier's group. */
export const isHomeless = (one: Looked, tier: TierRules, on: Circumstances): boolean =>
  tier === on.ruleset.tiers[0] && !one.memberships.some((membership) => membership.tier !== null);

export interface Wanted {
  readonly one: Looked;
  readonly move: NewMove;
  readonly because: Because;
  readonly direction: 'up' | 'down';
}

export function wantedMove(
  one: Looked,
  past: Parameters<typeof planMove>[3],
  seats: Map<GroupId, GroupSeat>,
  groups: ReadonlyMap<GroupId, StoredGroup>,
  on: Circumstances,
  now: number,
): Wanted[] {
  const tier = tierOf(on.ruleset, String(one.decision.values['tier']));
  if (!tier) return [];
  if (isHomeless(one, tier, on)) return [];
  const hasRoom = [...seats.values()].some((seat) => seat.tier === tier.key && groups.get(seat.id)?.roomId);
  const path = tier.path === 'chat' && on.abilities.has('room_add') && hasRoom ? 'chat' : 'official';
  // Only groups that can be reached by the path: one without a code, or a room nobody can add to, is no place to go.
  const usable = [...seats.values()].filter(({ id }) =>
    path === 'chat' ? groups.get(id)?.roomId : groups.get(id)?.joinQr,
  );
  const plan = planMove(tier, one.memberships, usable, past, on.ruleset.moves, now);
  if (plan.kind !== 'invite' && plan.kind !== 'leave') return [];
  if (plan.kind === 'invite' && path === 'official' && !one.stored.state.isContact) return [];

  const seat = seats.get(plan.to);
  if (seat && plan.kind === 'invite') seats.set(plan.to, { ...seat, members: seat.members + 1 });
  const fromTier = plan.from === null ? null : (groups.get(plan.from)?.tier ?? null);
  const rank = (key: string | null) => on.ruleset.tiers.findIndex((candidate) => candidate.key === key);
  const { inviteDays, leaveDays } = on.ruleset.moves;
  return [
    {
      one,
      direction: rank(tier.key) >= rank(fromTier) ? 'up' : 'down',
      because: {
        rule: `move:${tier.key}`,
        version: on.ruleset.version,
        values: [{ metric: 'tier', have: tier.key, need: fromTier ?? '' }],
      },
      move: {
        member: one.id,
        fromGroup: plan.from,
        toGroup: plan.to,
        fromTier,
        tier: tier.key,
        path,
        state: plan.kind === 'leave' ? 'joined' : 'planned',
        reason: one.decision.tier.verdict.kind === 'entered' ? 'tier_changed' : 'not_in_the_tier_group',
        deadlineAt: now + (plan.kind === 'leave' ? leaveDays : inviteDays) * DAY_MS,
      },
    },
  ];
}
