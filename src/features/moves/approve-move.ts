import { DAY_MS } from '../../domain/day.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MoveId } from '../../domain/ids.js';
import type { Move } from '../../domain/moves/move.js';
import { groupStore } from '../groups/group.store.js';
import { moveStore } from './move.store.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';
import { chatMoveActions } from './ask-to-leave.js';
import type { Invitation } from './invitation.js';

/**
 * An operator agreed: the invitation goes out as it would have at once, by whoever asked for it. Null where nothing is to be
 * sent, for the chat account adds them. `gone`: there is nothing to agree to any more.
 */
export async function approveMove(
  { tx, context, now }: Run,
  move: Move,
  evaluation: Evaluation | undefined,
): Promise<Invitation | null | 'gone'> {
  if (move.state !== 'planned') return 'gone';
  const groups = new Map((await groupStore.all(tx)).map((group) => [group.id, group]));
  const group = groups.get(move.toGroup);
  const wayIn = move.path === 'chat' ? group?.roomId : group?.joinQr;
  if (!evaluation || !group || !wayIn || group.status !== 'active') {
    // Planned anew where there is a way.
    await moveStore.step(tx, move, { state: 'cancelled', note: 'no_way_in' }, now);
    return 'gone';
  }
  await moveStore.step(
    tx,
    move,
    { state: 'planned', note: 'approved', deadlineAt: now + context.ruleset.moves.inviteDays * DAY_MS },
    now,
  );
  if (move.path === 'chat') {
    await chatMoveActions(tx, move, evaluation, groups, now);
    return null;
  }
  const rank = (key: string | null): number => context.ruleset.tiers.findIndex((tier) => tier.key === key);
  return {
    member: move.member,
    move: move.id,
    kind: 'move_invited',
    direction: rank(move.tier) >= rank(move.fromTier) ? 'up' : 'down',
    because: { rule: `move:${move.tier}`, version: context.ruleset.version, values: [] },
    group: { id: group.id, name: group.name, owner: group.owner, joinQr: wayIn },
  };
}

/** As a move that failed: it is not asked for again before the time for another try has come. */
export async function refuseMove(tx: Sql, id: MoveId, now: number): Promise<boolean> {
  const [move] = await moveStore.byIds(tx, [id]);
  if (!move || move.state !== 'planned') return false;
  await moveStore.step(tx, move, { state: 'failed', note: 'refused_by_operator' }, now);
  return true;
}
