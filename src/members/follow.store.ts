import type { FactOf } from '../domain/fact.js';
import { amongTexts } from '../platform/database/among.js';
import type { Sql } from '../platform/database/sql.js';

export interface Follow {
  readonly externalUserId: string;
  readonly staff: string;
  readonly remark: string | null;
}

interface FollowWrite {
  readonly externalUserId: string;
  readonly staff: string;
  readonly at: number;
  readonly mutual: boolean;
  readonly ended: boolean;
  readonly state?: string | undefined;
}

const beganAnew = 'follow.ended = 1 AND excluded.since > follow.changed_at';

/** Which member of staff has which customer: WeCom's tags, remarks and mass-sends belong to the pair. */
export class FollowStore {
  async change(tx: Sql, writes: readonly FollowWrite[]): Promise<void> {
    const latest = new Map<string, FollowWrite>();
    for (const write of writes) {
      const key = `${write.externalUserId}:${write.staff}`;
      const known = latest.get(key);
      if (!known || write.at >= known.at) latest.set(key, write);
    }
    await tx.insert(
      'follow',
      [...latest.values()].map((write) => ({
        external_userid: write.externalUserId,
        staff: write.staff,
        since: write.at,
        changed_at: write.at,
        mutual: write.mutual ? 1 : 0,
        ended: write.ended ? 1 : 0,
        state: write.state ?? null,
      })),
      `(external_userid, staff) DO UPDATE SET
      ended = CASE WHEN excluded.changed_at >= follow.changed_at THEN excluded.ended ELSE follow.ended END,
      mutual = CASE WHEN excluded.changed_at >= follow.changed_at THEN excluded.mutual ELSE follow.mutual END,
      state = COALESCE(follow.state, excluded.state),
      changed_at = CASE WHEN excluded.changed_at > follow.changed_at THEN excluded.changed_at ELSE follow.changed_at END`,
    );
  }

  /**
   * A read of the contact: pairs we did not know of, and the end of those that are not in it; answers how many ended. A
   * pair that has ended stays so, as whom the customer deleted is still listed (contract §4.9), unless it began after its
   * end: then they came back and we were not told.
   */
  async learn(tx: Sql, externalUserId: string, read: FactOf<'contact_read'>['data']): Promise<number> {
    await tx.insert(
      'follow',
      read.follows.map((follow) => ({
        external_userid: externalUserId,
        staff: follow.staff,
        since: follow.createdAt,
        changed_at: read.readAt,
        mutual: 1,
        ended: 0,
        state: follow.state ?? null,
      })),
      `(external_userid, staff) DO UPDATE SET state = COALESCE(follow.state, excluded.state),
      ended = CASE WHEN ${beganAnew} THEN 0 ELSE follow.ended END,
      mutual = CASE WHEN ${beganAnew} THEN 1 ELSE follow.mutual END,
      since = CASE WHEN ${beganAnew} THEN excluded.since ELSE follow.since END,
      changed_at = CASE WHEN ${beganAnew} THEN excluded.since ELSE follow.changed_at END`,
    );
    for (const follow of read.follows) {
      if (follow.remark)
        await tx.run('UPDATE follow SET remark = $1 WHERE external_userid = $2 AND staff = $3', [
          follow.remark,
          externalUserId,
          follow.staff,
        ]);
    }
    const listed = read.follows.map((follow) => follow.staff);
    return tx.run(
      `UPDATE follow SET ended = 1, changed_at = $1 WHERE external_userid = $2 AND ended = 0 AND changed_at < $1
      AND staff NOT IN ${amongTexts(tx, 3)}`,
      [read.readAt, externalUserId, JSON.stringify(listed)],
    );
  }

  /** The pairs through which each customer can be reached, the longest-standing first. */
  async open(sql: Sql, externalUserIds: readonly string[]): Promise<Map<string, Follow[]>> {
    const found = new Map<string, Follow[]>();
    if (externalUserIds.length === 0) return found;
    const rows = await sql.all<{ external_userid: string; staff: string; remark: string | null }>(
      `SELECT external_userid, staff, remark FROM follow WHERE ended = 0 AND mutual = 1 AND external_userid IN ${amongTexts(sql, 1)} ORDER BY since, staff`,
      [JSON.stringify(externalUserIds)],
    );
    for (const row of rows) {
      found.set(row.external_userid, [
        ...(found.get(row.external_userid) ?? []),
        { externalUserId: row.external_userid, staff: row.staff, remark: row.remark },
      ]);
    }
    return found;
  }

  /** The customer is no contact of anybody's any more. */
  async endAll(tx: Sql, externalUserId: string, at: number): Promise<void> {
    await tx.run('UPDATE follow SET ended = 1, changed_at = $1 WHERE external_userid = $2 AND changed_at <= $1', [
      at,
      externalUserId,
    ]);
  }

  async remarked(tx: Sql, externalUserId: string, staff: string, remark: string): Promise<void> {
    await tx.run('UPDATE follow SET remark = $1 WHERE external_userid = $2 AND staff = $3', [
      remark,
      externalUserId,
      staff,
    ]);
  }

  /** WeCom said 84061: the pair is no more; the customer's other pairs stand (contract §4.9). */
  async end(tx: Sql, externalUserId: string, staff: string, now: number): Promise<void> {
    await tx.run('UPDATE follow SET ended = 1, changed_at = $1 WHERE external_userid = $2 AND staff = $3', [
      now,
      externalUserId,
      staff,
    ]);
  }
}
