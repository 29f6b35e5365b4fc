import type { Context } from '../../domain/context.js';
import type { Move } from '../../domain/moves/move.js';
import type { Sql } from '../../platform/database/sql.js';
import { groupStore } from '../groups/group.store.js';
import type { Invitation } from './invitation.js';

/** The one reminder of an invitation that the member has not followed; null when the group has no join code. */
export async function reminderOf(tx: Sql, move: Move, context: Context): Promise<Invitation | null> {
  const group = await groupStore.byId(tx, move.toGroup);
  if (!group?.joinQr) return null;
  return {
    member: move.member,
    move: move.id,
    kind: 'move_reminder',
    direction: 'up',
    because: { rule: `move:${move.tier}`, version: context.ruleset.version, values: [] },
    group: { id: group.id, name: group.name, owner: group.owner, joinQr: group.joinQr },
  };
}
