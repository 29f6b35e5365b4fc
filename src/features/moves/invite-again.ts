import type { Evaluation } from '../../domain/evaluate.js';
import { planMove } from '../../domain/moves/move.js';
import { tierOf } from '../../domain/ruleset.js';
import { groupStore } from '../groups/group.store.js';
import type { Run } from '../run.js';
import { type Invitation, invitationFor } from './invitation.js';
import { loadTies } from './load-ties.js';
import { moveStore } from './move.store.js';
import { startWantedMove } from './plan-moves.js';
import { comesUninvited, seatOf, wantedMove } from './wanted-move.js';

export type InvitedAgain =
  | { readonly outcome: 'done'; readonly code: 'invited'; readonly invitation: Invitation }
  | { readonly outcome: 'done'; readonly code: 'waits_for_approval' | 'asked' | 'adding' }
  | { readonly outcome: 'already'; readonly code: 'has_open_move' }
  | {
      readonly outcome: 'refused';
      readonly code:
        'placed_already' | 'opted_out' | 'comes_alone' | 'not_a_contact' | 'pool_full' | 'no_pool' | 'no_way_in';
    };

/**
 * A person has a member invited to the group of their tier again: earlier invitations and rests do not count, everything else
 * does. The caller sends the invitation.
 */
export async function inviteAgain(run: Run, evaluation: Evaluation): Promise<InvitedAgain> {
  const { tx, context, now } = run;
  if ((await moveStore.open(tx, [evaluation.id])).size > 0) return { outcome: 'already', code: 'has_open_move' };
  if (evaluation.stored.state.optedOut) return { outcome: 'refused', code: 'opted_out' };
  const tier = tierOf(context.ruleset, String(evaluation.decision.values['tier']));
  if (!tier || tier.groups.length === 0) return { outcome: 'refused', code: 'no_pool' };
  if (comesUninvited(evaluation, tier, context)) return { outcome: 'refused', code: 'comes_alone' };
  const groups = new Map((await groupStore.all(tx)).map((group) => [group.id, group]));
  const seats = new Map((await groupStore.pools(tx)).map((group) => [group.id, seatOf(group)]));
  const plan = planMove(
    { tier, memberships: evaluation.memberships, seats: [...seats.values()], past: [] },
    context.ruleset.moves,
    { now, timeZone: context.timeZone },
  );
  if (plan.kind === 'none') return { outcome: 'refused', code: 'placed_already' };
  if (plan.kind === 'refused' && plan.code !== 'too_many_tries') return { outcome: 'refused', code: plan.code };
  const ties = await loadTies(tx, [evaluation], [...seats.values()]);
  const wanted = wantedMove(run, evaluation, [], { groups, seats, inService: new Set(), ties });
  if (!wanted) return { outcome: 'refused', code: evaluation.stored.state.isContact ? 'no_way_in' : 'not_a_contact' };
  const { move, next } = await startWantedMove(run, wanted, groups);
  if (next === 'approval') return { outcome: 'done', code: 'waits_for_approval' };
  if (next !== 'invitation') return { outcome: 'done', code: next === 'leaving' ? 'asked' : 'adding' };
  const invitation = invitationFor('move_invited', move, groups.get(move.toGroup)!, context.ruleset);
  return invitation ? { outcome: 'done', code: 'invited', invitation } : { outcome: 'refused', code: 'no_way_in' };
}
