import type { MemberId } from '../../domain/ids.js';
import type { TierChange } from '../../domain/tiers/tier-policy.js';
import { inNumbers } from '../../platform/database/in-list.js';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';

export interface NewTierChange {
  readonly member: MemberId;
  readonly from: string;
  readonly to: string;
  readonly direction: TierChange['direction'];
}

/** Every change of tier that the rules alone have made. Append-only. */
export class TierChangeStore {
  async append(tx: Sql, changes: readonly NewTierChange[], now: number): Promise<void> {
    await tx.insert(
      'tier_change',
      changes.map(({ member, from, to, direction }) => ({
        ...{ member_id: member, at: now, direction, from_tier: from, to_tier: to },
      })),
    );
  }

  /** Of each of these members, the changes after `since` (epoch ms). */
  async since(sql: Sql, members: readonly MemberId[], since: number): Promise<Map<MemberId, TierChange[]>> {
    if (members.length === 0) return new Map();
    const rows = await sql.all<{ member_id: number; at: number; direction: TierChange['direction'] }>(
      `SELECT member_id, at, direction FROM tier_change WHERE member_id IN ${inNumbers(sql, 1)} AND at > $2`,
      [storableJson(members), since],
    );
    const changes = new Map<MemberId, TierChange[]>();
    for (const { member_id, at, direction } of rows) {
      const id = Number(member_id) as MemberId;
      changes.set(id, [...(changes.get(id) ?? []), { at: Number(at), direction }]);
    }
    return changes;
  }

  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run('UPDATE tier_change SET member_id = $1 WHERE member_id = $2', [to, from]);
  }
}

export const tierChangeStore = new TierChangeStore();
