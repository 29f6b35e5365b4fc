import type { Context } from '../../domain/context.js';
import type { Move } from '../../domain/moves/move.js';
import type { Sql } from '../../platform/database/sql.js';
import { groupStore } from '../groups/group.store.js';
import { type Invitation, invitationFor } from './invitation.js';

/** The one reminder of an invitation that the member has not followed; null when the group has no join code. */
export async function reminderOf(tx: Sql, move: Move, { ruleset }: Context): Promise<Invitation | null> {
  const group = await groupStore.byId(tx, move.toGroup);
  return group ? invitationFor('move_reminder', move, group, ruleset) : null;
}
