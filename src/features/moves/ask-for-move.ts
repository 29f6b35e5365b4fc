import type { Evaluation } from '../../domain/evaluate.js';
import type { GroupId, MemberId, MoveId } from '../../domain/ids.js';
import type { AskedMove, GroupCode } from '../../domain/moves/asked-move.js';
import type { StoredGroup, StoredPoolGroup } from '../../domain/moves/group.js';
import { roomiestOf } from '../../domain/moves/group-seat.js';
import type { MoveState } from '../../domain/moves/move.js';
import { type TierRules, tierOf } from '../../domain/ruleset.js';
import type { Sql } from '../../platform/database/sql.js';
import { askForGroup, isNextGroupAsked } from '../groups/pools.js';
import { groupStore } from '../groups/group.store.js';
import { taskStore } from '../tasks/task.store.js';
import type { Run } from '../run.js';
import { needsApproval } from './ask-approval.js';
import { loadTies } from './load-ties.js';
import { moveStore } from './move.store.js';
import { startWantedMove } from './plan-moves.js';
import { comesUninvited, directionOf, seatOf, wantedMove, type WantedMove } from './wanted-move.js';

/**
 * What there is for a member before they ask. `code` needs no move, or is of an open one in this state. `start`: asking starts
 * this move. `full`: whether staff have been asked for one more group.
 */
export type GroupOffer =
  | Exclude<AskedMove, { readonly kind: 'code' | 'full' }>
  | ({ readonly kind: 'code'; readonly move: { readonly id: MoveId; readonly state: MoveState } | null } & GroupCode)
  | { readonly kind: 'start'; readonly wanted: WantedMove }
  | { readonly kind: 'full'; readonly need: 'pool_full' | 'no_pool'; readonly isAsked: boolean };

interface Known {
  readonly tier: TierRules;
  readonly groups: ReadonlyMap<GroupId, StoredGroup>;
  readonly pools: readonly StoredPoolGroup[];
}

/**
 * A member asks for the group of their tier. An open move is used again. Otherwise a move is started as planning would do
 * it, but earlier invitations that the member did not follow do not count. Members for whom no move can be planned, such as
 * those who are no contacts yet, still get the code unless moves are approved.
 */
export async function askForMove(run: Run, evaluation: Evaluation): Promise<AskedMove> {
  const known = await knownGroups(run.tx, run, evaluation);
  if (!known) return { kind: 'no_group' };
  const offer = await offerOf(run.tx, run, evaluation, known);
  switch (offer.kind) {
    case 'code':
      return { ...offer, move: offer.move?.id ?? null };
    case 'start': {
      const { move, next } = await startWantedMove(run, offer.wanted, known.groups);
      const group = known.groups.get(move.toGroup)!;
      if (next === 'approval') return { kind: 'waits_for_approval' };
      if (next === 'invitation' && group.joinQr) return codeOf({ ...group, joinQr: group.joinQr }, move.id);
      return { kind: 'adding', group: group.name };
    }
    case 'full': {
      const tasks = await taskStore.poolTasks(run.tx);
      await askForGroup(run, known.tier, offer.need, { pools: known.pools, tasks });
      return { kind: 'full' };
    }
    default:
      return offer;
  }
}

/** What `askForMove` would find. It changes nothing, so that a page may show it. */
export async function groupOffer(
  sql: Sql,
  moment: Pick<Run, 'context' | 'now'>,
  evaluation: Evaluation,
): Promise<GroupOffer> {
  const known = await knownGroups(sql, moment, evaluation);
  return known ? offerOf(sql, moment, evaluation, known) : { kind: 'no_group' };
}

/** Null when the member has no tier. */
async function knownGroups(sql: Sql, { context }: Pick<Run, 'context'>, evaluation: Evaluation): Promise<Known | null> {
  const tier = tierOf(context.ruleset, String(evaluation.decision.values['tier']));
  if (!tier) return null;
  const groups = new Map((await groupStore.all(sql)).map((group) => [group.id, group]));
  return { tier, groups, pools: await groupStore.pools(sql) };
}

async function offerOf(
  sql: Sql,
  moment: Pick<Run, 'context' | 'now'>,
  evaluation: Evaluation,
  known: Known,
): Promise<GroupOffer> {
  const { tier, groups, pools } = known;
  const inside = evaluation.memberships.find((membership) => membership.tier === tier.key);
  if (inside) return { kind: 'inside', group: groups.get(inside.group)?.name ?? '' };

  const open = (await moveStore.open(sql, [evaluation.id])).get(evaluation.id);
  const isOfTier = open?.tier === tier.key;
  if (open && isOfTier) {
    const group = groups.get(open.toGroup);
    if ((await taskStore.waitingForApproval(sql, [open.id])).has(open.id)) return { kind: 'waits_for_approval' };
    if (open.path === 'chat' && group) return { kind: 'adding', group: group.name };
    if (group?.joinQr) return { kind: 'code', group: group.name, joinQr: group.joinQr, move: open };
  }
  const seats = new Map(pools.map((group) => [group.id, seatOf(group)]));
  // The member is asking: an invitation that was not followed makes them wait no longer.
  const inService = new Set<MemberId>();
  const ties = await loadTies(sql, [evaluation], [...seats.values()]);
  const free = { groups, seats, inService, ties };
  const wanted = open || evaluation.stored.state.optedOut ? null : wantedMove(moment, evaluation, [], free);
  if (wanted) return { kind: 'start', wanted };
  return withoutMove(sql, moment, evaluation, { ...known, isApproved: isOfTier });
}

const codeOf = (group: StoredGroup & { readonly joinQr: string }, move: MoveId): AskedMove => ({
  kind: 'code',
  group: group.name,
  joinQr: group.joinQr,
  move,
});

/** The code of the group that a move would choose; else one more group is needed. */
async function withoutMove(
  sql: Sql,
  { context }: Pick<Run, 'context'>,
  evaluation: Evaluation,
  { tier, groups, pools, isApproved }: Known & { readonly isApproved: boolean },
): Promise<GroupOffer> {
  const active = pools.filter((group) => group.tier === tier.key && group.active);
  const isUninvited = comesUninvited(evaluation, tier, context);
  const roomiest = roomiestOf(active.filter(({ id }) => groups.get(id)?.joinQr).map(seatOf));
  const group = roomiest && groups.get(roomiest.id);
  if (group?.joinQr) {
    const from = evaluation.memberships.find((membership) => membership.tier !== null)?.tier ?? null;
    const mayJoin = isApproved || isUninvited;
    if (!mayJoin && needsApproval(context.ruleset.moves, directionOf(context.ruleset, from, tier.key)))
      return { kind: 'needs_staff' };
    return { kind: 'code', group: group.name, joinQr: group.joinQr, move: null };
  }
  if (tier.groups.length === 0 || isUninvited) return { kind: 'no_group' };
  if (active.length > 0 && roomiestOf(active.map(seatOf))) return { kind: 'no_group' };
  const isAsked = isNextGroupAsked(await taskStore.poolTasks(sql), tier);
  return { kind: 'full', need: active.length > 0 ? 'pool_full' : 'no_pool', isAsked };
}
