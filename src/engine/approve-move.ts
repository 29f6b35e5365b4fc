import { DAY_MS } from '../domain/day.js';
import type { MoveId } from '../domain/ids.js';
import type { Sql } from '../platform/database/sql.js';
import { chatMoveActions } from './leave-group.js';
import type { Circumstances } from './look.js';
import { lookedFor } from './looked-for.js';
import { planMessages } from './plan-messages.js';
import { stores } from './stores.js';

/** An operator agreed: the invitation goes out as it would have at once. False when there is nothing to agree to any more. */
export async function approveMove(tx: Sql, id: MoveId, on: Circumstances, now: number): Promise<boolean> {
  const [move] = await stores.moves.byIds(tx, [id]);
  if (!move || move.state !== 'planned') return false;
  const [one] = await lookedFor(tx, [move.member], on, now);
  const groups = new Map((await stores.groups.all(tx)).map((group) => [group.id, group]));
  const group = groups.get(move.toGroup);
  if (!one || !group) return false;
  await stores.moves.step(
    tx,
    move,
    { state: 'planned', note: 'approved', deadlineAt: now + on.ruleset.moves.inviteDays * DAY_MS },
    now,
  );
  if (move.path === 'chat') {
    await chatMoveActions(tx, move, one, groups, now);
    return true;
  }
  if (group.joinQr === null) return false;
  const rank = (key: string | null): number => on.ruleset.tiers.findIndex((tier) => tier.key === key);
  await planMessages(
    tx,
    [{ ...one, occasions: [] }],
    [
      {
        member: move.member,
        move: move.id,
        kind: 'move_invited',
        direction: rank(move.tier) >= rank(move.fromTier) ? 'up' : 'down',
        because: { rule: `move:${move.tier}`, version: on.ruleset.version, values: [] },
        group: { id: group.id, name: group.name, owner: group.owner, joinQr: group.joinQr },
      },
    ],
    on,
    now,
  );
  return true;
}

/** As a move that failed: it is not asked for again before the time for another try has come. */
export async function refuseMove(tx: Sql, id: MoveId, now: number): Promise<boolean> {
  const [move] = await stores.moves.byIds(tx, [id]);
  if (!move || move.state !== 'planned') return false;
  await stores.moves.step(tx, move, { state: 'failed', note: 'refused_by_operator' }, now);
  return true;
}
