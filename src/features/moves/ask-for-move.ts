import type { Evaluation } from '../../domain/evaluate.js';
import type { MemberId, MoveId } from '../../domain/ids.js';
import type { StoredGroup } from '../../domain/moves/group.js';
import { type TierRules, tierOf } from '../../domain/ruleset.js';
import { askForGroup } from '../groups/pools.js';
import { groupStore } from '../groups/group.store.js';
import { taskStore } from '../tasks/task.store.js';
import type { Run } from '../run.js';
import { moveStore } from './move.store.js';
import { startWantedMove } from './plan-moves.js';
import { comesUninvited, seatOf, wantedMove } from './wanted-move.js';

/**
 * What a member who asks for their tier's group gets. `code`: the group's join code; `move`: the open move whose invitation
 * it is, which is settled when the code has been sent. `adding`: the chat account adds the member itself.
 */
export type AskedMove =
  | { readonly kind: 'code'; readonly group: string; readonly joinQr: string; readonly move: MoveId | null }
  | { readonly kind: 'inside'; readonly group: string }
  | { readonly kind: 'adding'; readonly group: string }
  | { readonly kind: 'waits_for_approval' }
  | { readonly kind: 'full' }
  | { readonly kind: 'no_group' };

/**
 * A member asks for the group of their tier. An open move is used again. Otherwise a move is started as planning would do
 * it, but earlier invitations that the member did not follow do not count. Members for whom no move can be planned, such as
 * those who are no contacts yet, still get the code.
 */
export async function askForMove(run: Run, evaluation: Evaluation): Promise<AskedMove> {
  const { tx, context } = run;
  const tier = tierOf(context.ruleset, String(evaluation.decision.values['tier']));
  if (!tier) return { kind: 'no_group' };
  const groups = new Map((await groupStore.all(tx)).map((group) => [group.id, group]));
  const inside = evaluation.memberships.find((membership) => membership.tier === tier.key);
  if (inside) return { kind: 'inside', group: groups.get(inside.group)?.name ?? '' };

  const open = (await moveStore.open(tx, [evaluation.id])).get(evaluation.id);
  if (open && open.tier === tier.key) {
    const group = groups.get(open.toGroup);
    if ((await taskStore.waitingForApproval(tx, [open.id])).has(open.id)) return { kind: 'waits_for_approval' };
    if (open.path === 'chat' && group) return { kind: 'adding', group: group.name };
    if (group?.joinQr) return codeOf({ ...group, joinQr: group.joinQr }, open.id);
  }
  const pools = await groupStore.pools(tx);
  const seats = new Map(pools.map((group) => [group.id, seatOf(group)]));
  const known = { groups, seats, inService: new Set<MemberId>() };
  const wanted = open || evaluation.stored.state.optedOut ? null : wantedMove(run, evaluation, [], known);
  if (wanted) {
    const started = await startWantedMove(run, wanted, groups);
    const group = groups.get(started.move.toGroup)!;
    if (started.next === 'approval') return { kind: 'waits_for_approval' };
    if (started.next === 'chat') return { kind: 'adding', group: group.name };
    if (group.joinQr) return codeOf({ ...group, joinQr: group.joinQr }, started.move.id);
  }
  return withoutMove(run, evaluation, tier, groups);
}

const codeOf = (group: StoredGroup & { readonly joinQr: string }, move: MoveId | null): AskedMove => ({
  kind: 'code',
  group: group.name,
  joinQr: group.joinQr,
  move,
});

/** The code of the group with the most room; else staff are asked for one more group. */
async function withoutMove(
  run: Run,
  evaluation: Evaluation,
  tier: TierRules,
  groups: ReadonlyMap<StoredGroup['id'], StoredGroup>,
): Promise<AskedMove> {
  const pools = await groupStore.pools(run.tx);
  const active = pools.filter((group) => group.tier === tier.key && group.active);
  const [roomiest] = active
    .flatMap((group) => {
      const joinQr = groups.get(group.id)?.joinQr;
      const free = group.capacity - group.members - group.promised;
      return joinQr && free > 0 ? [{ group: groups.get(group.id)!, joinQr, free }] : [];
    })
    .sort((a, b) => b.free - a.free);
  if (roomiest) return codeOf({ ...roomiest.group, joinQr: roomiest.joinQr }, null);
  if (tier.groups.length === 0 || comesUninvited(evaluation, tier, run.context)) return { kind: 'no_group' };
  const isFull = active.length > 0 && active.every(({ capacity, members, promised }) => members + promised >= capacity);
  if (active.length > 0 && !isFull) return { kind: 'no_group' };
  await askForGroup(run, tier, isFull ? 'pool_full' : 'no_pool', { pools, tasks: await taskStore.poolTasks(run.tx) });
  return { kind: 'full' };
}
