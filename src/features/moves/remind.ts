import type { Circumstances } from '../../domain/context.js';
import type { Move } from '../../domain/moves/move.js';
import { groupStore } from '../groups/group.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { lookedFor } from '../../engine/load-evaluations.js';
import { planMessages } from '../messages/plan-messages.js';

/** One reminder of an invitation that was not followed, within the same caps and hours as any other message. */
export async function remindOfMove(tx: Sql, move: Move, on: Circumstances, now: number): Promise<void> {
  const [one] = await lookedFor(tx, [move.member], on, now);
  const group = await groupStore.byId(tx, move.toGroup);
  if (!one || !group?.joinQr) return;
  await planMessages(
    tx,
    [{ ...one, occasions: [] }],
    [
      {
        member: move.member,
        move: move.id,
        kind: 'move_reminder',
        direction: 'up',
        because: { rule: `move:${move.tier}`, version: on.ruleset.version, values: [] },
        group: { id: group.id, name: group.name, owner: group.owner, joinQr: group.joinQr },
      },
    ],
    on,
    now,
  );
}
