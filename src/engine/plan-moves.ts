import { decisionStore } from '../audit/decision.store.js';
import { DAY_MS } from '../domain/day.js';
import { quoted } from '../domain/shown-name.js';
import type { Because } from '../domain/because.js';
import type { GroupId, MemberId } from '../domain/ids.js';
import {
  isClosed,
  planMove,
  stepMove,
  type GroupSeat,
  type Move,
  type MoveEvent,
  type MovePlan,
  type PastMove,
} from '../domain/moves/move.js';
import type { Circumstances } from '../domain/context.js';
import type { NewDecision } from '../domain/decision-record.js';
import type { Looked } from '../domain/evaluate.js';
import type { StoredGroup, StoredPoolGroup } from '../domain/moves/group.js';
import { tierOf, type Label, type TierRules } from '../domain/ruleset.js';
import { groupStore } from '../groups/group.store.js';
import { type NewMove, moveStore } from '../groups/move.store.js';
import { taskStore } from '../groups/task.store.js';
import type { Sql } from '../platform/database/sql.js';
import { askApproval, needsApproval } from './ask-approval.js';
import { askForGroup } from './keep-pools.js';
import { askToLeave, chatMoveActions } from './leave-group.js';
import type { Invitation } from './plan-messages.js';

/** Steps the open moves by what happened, then plans the moves that are now due. Answers who is to be invited. */
export async function planMoves(
  tx: Sql,
  looked: readonly Looked[],
  on: Circumstances,
  now: number,
): Promise<Invitation[]> {
  const ids = looked.map((one) => one.id);
  const open = await moveStore.open(tx, ids);
  const groups = new Map((await groupStore.all(tx)).map((group) => [group.id, group]));

  for (const one of looked) {
    let move = open.get(one.id);
    let joined = false;
    for (const event of move ? eventsOf(one, move, groups) : []) {
      if (!move || isClosed(move.state)) break;
      const step = stepMove(move, event, on.ruleset.moves, now);
      if (!step) continue;
      move = await moveStore.step(tx, move, step, now);
      joined ||= step.then === 'ask_to_leave';
      if (isClosed(move.state))
        await taskStore.closeForMoves(tx, [move.id], move.state === 'done' ? 'done' : 'cancelled', now);
    }
    // After all that happened: who left the old group in the same breath is not asked for any more.
    if (move && joined && move.state === 'joined') move = await askToLeave(tx, move, one, groups, on, now);
    if (move && !isClosed(move.state)) open.set(one.id, move);
    else open.delete(one.id);
  }

  const without = looked.filter((one) => !open.has(one.id) && isMovable(one));
  if (without.length === 0) return [];
  const past = await moveStore.past(
    tx,
    without.map((one) => one.id),
  );
  const pools = await groupStore.pools(tx);
  const seats = new Map(pools.map((group) => [group.id, seatOf(group)]));
  await tellRefusals(tx, without, { past, pools, groups }, on, now);
  const wanted = without.flatMap((one) => wantedMove(one, past.get(one.id) ?? [], seats, groups, on, now));
  const ids2 = await moveStore.plan(
    tx,
    wanted.map(({ move }) => move),
    now,
  );

  await decisionStore.append(
    tx,
    wanted.map(({ one, move, because }) => {
      const to = groups.get(move.toGroup)!;
      return {
        member: one.id,
        kind: 'move' as const,
        because,
        title: { zh: `计划换到${quoted(to.name)}`, en: `To be moved to ${quoted(to.name)}` },
      };
    }),
    on.ruleset.version,
    now,
  );

  const invitations: Invitation[] = [];
  for (const { one, move, because, direction } of wanted) {
    const planned: Move = { ...move, id: ids2.get(one.id)!, plannedAt: now, reminded: false };
    if (move.state === 'joined') await askToLeave(tx, planned, one, groups, on, now);
    else if (needsApproval(on.ruleset.moves, direction))
      await askApproval(tx, planned, one, groups.get(move.toGroup)!, on, now);
    else if (move.path === 'chat') await chatMoveActions(tx, planned, one, groups, now);
    else {
      const group = groups.get(move.toGroup)!;
      invitations.push({
        member: one.id,
        move: planned.id,
        kind: 'move_invited',
        direction,
        because,
        group: { id: group.id, name: group.name, owner: group.owner, joinQr: group.joinQr! },
      });
    }
  }
  return invitations;
}

function eventsOf(one: Looked, move: Move, groups: ReadonlyMap<GroupId, StoredGroup>): MoveEvent[] {
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
const isMovable = (one: Looked): boolean =>
  !one.stored.state.optedOut &&
  one.decision.values['stage'] !== 'lost' &&
  (one.memberships.length > 0 || one.stored.state.isContact);

/** Places taken and promised. */
const seatOf = ({ id, tier, members, promised, capacity, active }: StoredPoolGroup): GroupSeat => ({
  id,
  tier,
  members: members + promised,
  capacity,
  active,
});

interface Surroundings {
  readonly past: ReadonlyMap<MemberId, readonly PastMove[]>;
  readonly pools: readonly StoredPoolGroup[];
  readonly groups: ReadonlyMap<GroupId, StoredGroup>;
}

/** A pool without room is told: on the member's record when it matters to them, and once as a task for a person. */
async function tellRefusals(
  tx: Sql,
  without: readonly Looked[],
  { past, pools, groups }: Surroundings,
  on: Circumstances,
  now: number,
): Promise<void> {
  const seats = pools.map(seatOf);
  const refused: NewDecision[] = [];
  const needs = new Map<TierRules, 'pool_full' | 'no_pool'>();
  for (const one of without) {
    const tier = tierOf(on.ruleset, String(one.decision.values['tier']));
    if (!tier || tier.groups.length === 0 || groups.size === 0 || isHomeless(one, tier, on)) continue;
    const plan = planMove(tier, one.memberships, seats, past.get(one.id) ?? [], on.ruleset.moves, now);
    if (plan.kind !== 'refused') continue;
    if (one.decision.tier.verdict.kind === 'entered') {
      const title = refusalTitles[plan.code](tier.label);
      refused.push({
        member: one.id,
        kind: 'move',
        title,
        because: { rule: `move:${tier.key}`, version: on.ruleset.version, values: [], reasons: [plan.code] },
      });
    }
    if (plan.code !== 'too_many_tries') needs.set(tier, plan.code);
  }
  await decisionStore.append(tx, refused, on.ruleset.version, now);
  if (needs.size === 0) return;
  const asked = await taskStore.poolTasks(tx);
  for (const [tier, need] of needs) await askForGroup(tx, tier, need, { pools, asked }, on, now);
}

const refusalTitles: Readonly<Record<Extract<MovePlan, { kind: 'refused' }>['code'], (tier: Label) => Label>> = {
  pool_full: (tier) => ({ zh: `「${tier.zh}」的群都满了`, en: `Every group of ${tier.en} is full` }),
  no_pool: (tier) => ({ zh: `还没有「${tier.zh}」的群`, en: `There is no group of ${tier.en} yet` }),
  too_many_tries: (tier) => ({
    zh: `多次邀请进「${tier.zh}」的群都没有进，不再邀请`,
    en: `Invited to ${tier.en} several times without joining; not invited again`,
  }),
};

/** The lowest tier's group is where people arrive; nobody is sent for to it who is in no tier's group. */
const isHomeless = (one: Looked, tier: TierRules, on: Circumstances): boolean =>
  tier === on.ruleset.tiers[0] && !one.memberships.some((membership) => membership.tier !== null);

interface Wanted {
  readonly one: Looked;
  readonly move: NewMove;
  readonly because: Because;
  readonly direction: 'up' | 'down';
}

function wantedMove(
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
