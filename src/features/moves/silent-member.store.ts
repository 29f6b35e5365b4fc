import { asGroupId, asMemberId, type GroupId, type MemberId } from '../../domain/ids.js';
import type { AskedMember } from '../../domain/moves/silent-members.js';
import type { Sql } from '../../platform/database/sql.js';

export interface AskedInGroup extends AskedMember {
  readonly member: MemberId;
  readonly name: string;
  readonly externalUserId: string | null;
  /** The message with which they were asked. */
  readonly message: number;
}

export interface SilentTask {
  readonly id: number;
  readonly member: MemberId;
  readonly createdAt: number;
  readonly isInside: boolean;
  /** When the member was last seen, in epoch ms; 0 when never. */
  readonly seenAt: number;
}

/** Members who were asked whether they want to stay, and the tasks to remove those who did not answer. */
export class SilentMemberStore {
  /** Members of the group whom this template reached by then, the longest silent first, without those whose removal was asked. */
  async asked(
    sql: Sql,
    group: GroupId,
    {
      template,
      askedBefore,
      limit,
    }: { readonly template: string; readonly askedBefore: number; readonly limit: number },
  ): Promise<AskedInGroup[]> {
    const rows = await sql.all<{
      member_id: number;
      name: string;
      external_userid: string | null;
      seen_at: number | null;
      asked_at: number;
      message: number;
    }>(
      `SELECT gp.member_id, mb.name, mb.external_userid, mb.last_seen_at AS seen_at, o.settled_at AS asked_at, o.id AS message
       FROM group_person gp JOIN member mb ON mb.id = gp.member_id
       JOIN outbox o ON o.id = (SELECT MAX(l.id) FROM outbox l WHERE l.member_id = gp.member_id AND l.campaign = $1 AND l.state = 'sent')
       WHERE gp.group_id = $2 AND gp.present = 1 AND o.settled_at <= $3 AND COALESCE(mb.last_seen_at, 0) <= o.settled_at
         AND NOT EXISTS (SELECT 1 FROM operator_task t WHERE t.kind = 'remove_silent' AND t.group_id = gp.group_id AND t.member_id = gp.member_id
           AND t.created_at >= o.settled_at)
       ORDER BY COALESCE(mb.last_seen_at, 0), gp.member_id LIMIT ${limit}`,
      [template, group, askedBefore],
    );
    return rows.map((row) => ({
      member: asMemberId(row.member_id),
      ...{ name: row.name, externalUserId: row.external_userid, message: row.message },
      ...{ askedAt: row.asked_at, seenAt: row.seen_at },
    }));
  }

  /** How many people of the group were to be removed since then. */
  async removalsSince(sql: Sql, group: GroupId, since: number): Promise<number> {
    const row = await sql.one<{ n: number }>(
      `SELECT COUNT(*) AS n FROM operator_task WHERE kind = 'remove_silent' AND group_id = $1 AND created_at >= $2`,
      [group, since],
    );
    return Number(row?.n ?? 0);
  }

  /** The open removals, with what has become of them. */
  async openTasks(sql: Sql): Promise<SilentTask[]> {
    const rows = await sql.all<{ id: number; member_id: number; created_at: number; inside: number; seen_at: number }>(
      `SELECT t.id, t.member_id, t.created_at, COALESCE(mb.last_seen_at, 0) AS seen_at, CASE WHEN EXISTS (SELECT 1 FROM group_person gp WHERE gp.group_id = t.group_id AND gp.member_id = t.member_id AND gp.present = 1)
         THEN 1 ELSE 0 END AS inside
       FROM operator_task t JOIN member mb ON mb.id = t.member_id WHERE t.kind = 'remove_silent' AND t.state = 'open' ORDER BY t.id`,
    );
    return rows.map((row) => ({
      ...{ id: row.id, member: asMemberId(row.member_id), createdAt: row.created_at, seenAt: Number(row.seen_at) },
      isInside: Number(row.inside) === 1,
    }));
  }

  async tierGroups(sql: Sql): Promise<{ id: GroupId; name: string; owner: string; size: number }[]> {
    const rows = await sql.all<{ id: number; name: string; owner: string; size: number }>(
      `SELECT g.id, g.name, g.owner, (SELECT COUNT(*) FROM group_person gp WHERE gp.group_id = g.id AND gp.present = 1) AS size
       FROM chat_group g WHERE g.tier IS NOT NULL AND g.status = 'active' AND g.owner <> '' ORDER BY g.id`,
    );
    return rows.map((row) => ({ ...row, id: asGroupId(row.id), size: Number(row.size) }));
  }
}

export const silentMemberStore = new SilentMemberStore();
