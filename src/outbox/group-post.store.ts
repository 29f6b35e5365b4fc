import type { GroupId } from '../domain/ids.js';
import type { OtherPost } from '../domain/group-posts/place-post.js';
import { mayHaveArrived } from '../domain/sending/may-have-arrived.js';
import { inNumbers } from '../platform/database/in-list.js';
import type { Sql } from '../platform/database/sql.js';
import { storableJson } from '../platform/database/storable.js';
import type { DeliveryState } from './outbox-row.js';
import { reasonIn } from './reason-in.js';

/** A post in a group that was said or is ahead. */
export interface StoredPost extends OtherPost {
  /** Id of its row. */
  readonly id: number;
  /** It was handed to its channel, or to the owner who must tap. */
  readonly isUnderWay: boolean;
}

/** What became of a planned post in one group. */
export interface PlannedPost {
  readonly key: string;
  readonly group: GroupId;
  readonly state: DeliveryState;
  readonly reason: string | null;
}

/** Posts in groups: rows of the outbox that are about a group and no member. */
export class GroupPostStore {
  /** The posts of these groups since a time, epoch ms. One that waits for its tap counts as said now: it may go at any moment. */
  async postsOf(
    sql: Sql,
    groups: readonly GroupId[],
    { since, now }: { readonly since: number; readonly now: number },
  ): Promise<Map<GroupId, StoredPost[]>> {
    const found = new Map<GroupId, StoredPost[]>();
    if (groups.length === 0) return found;
    const rows = await sql.all<{ id: number; group_id: number; kind: string; state: string; at: number }>(
      `SELECT id, group_id, kind, state, COALESCE(cap_at, not_before) AS at FROM outbox
       WHERE member_id IS NULL AND group_id IS NOT NULL AND proactive = 1 AND not_before >= $1 AND kind IN ('mass_send', 'group_say')
       AND (state NOT IN ('suppressed', 'cancelled', 'failed', 'dead') OR cap_at IS NOT NULL AND ${reasonIn(mayHaveArrived)})
       AND group_id IN ${inNumbers(sql, 2)} ORDER BY id`,
      [since, storableJson(groups)],
    );
    for (const { id, group_id, kind, state, at } of rows) {
      const post = {
        id,
        at: state === 'waiting' ? Math.max(at, now) : at,
        isMassSend: kind === 'mass_send',
        isUnderWay: state !== 'planned',
      };
      const group = group_id as GroupId;
      found.set(group, [...(found.get(group) ?? []), post]);
    }
    return found;
  }

  /** What became of the planned posts of the calendar that were due since a time, epoch ms. */
  async postsOfPlans(sql: Sql, since: number, node?: number): Promise<PlannedPost[]> {
    const rows = await sql.all<{ key: string; group_id: number; state: DeliveryState; reason: string | null }>(
      `SELECT key, group_id, state, reason FROM outbox
       WHERE member_id IS NULL AND group_id IS NOT NULL AND proactive = 1 AND not_before >= $1 AND key LIKE $2 ORDER BY id`,
      [since, node === undefined ? 'group_plan:%' : `group_plan:${node}:%`],
    );
    return rows.map(({ group_id, ...row }) => ({ ...row, group: group_id as GroupId }));
  }

  /** Makes the tasks in which posts to these groups wait for their tap due for a check now. */
  async markForCheck(tx: Sql, groups: readonly GroupId[], now: number): Promise<void> {
    if (groups.length === 0) return;
    await tx.run(
      `UPDATE mass_batch SET next_at = $1 WHERE closed_at IS NULL AND state = 'waiting' AND next_at > $1
       AND id IN (SELECT batch_id FROM outbox WHERE member_id IS NULL AND group_id IS NOT NULL AND proactive = 1
         AND state = 'waiting' AND batch_id IS NOT NULL AND group_id IN ${inNumbers(tx, 2)})`,
      [now, storableJson(groups)],
    );
  }
}

export const groupPostStore = new GroupPostStore();
