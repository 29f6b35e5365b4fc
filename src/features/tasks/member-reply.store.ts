import type { MemberId } from '../../domain/ids.js';
import type { Sql } from '../../platform/database/sql.js';

/** A member's message to the bot, and the message of ours that it answers. The words are stored in the task alone. */
export interface NewReply {
  readonly key: string;
  readonly member: MemberId;
  /** When it was said. Epoch ms. */
  readonly at: number;
  readonly message: {
    readonly id: number;
    readonly campaign: string;
    readonly version: number | null;
    readonly variant: string | null;
  } | null;
  readonly task: number;
  readonly acknowledged: boolean;
}

export class MemberReplyStore {
  async append(tx: Sql, { key, member, at, message, task, acknowledged }: NewReply): Promise<void> {
    await tx.insert(
      'member_reply',
      [
        {
          key,
          member_id: member,
          at,
          outbox_id: message?.id ?? null,
          campaign: message?.campaign ?? null,
          template_version: message?.version ?? null,
          variant: message?.variant ?? null,
          task_id: task,
          acknowledged: acknowledged ? 1 : 0,
        },
      ],
      '(key) DO NOTHING',
    );
  }

  /** Whether a message that the member sent after `since` was acknowledged. */
  async wasAcknowledgedSince(sql: Sql, member: MemberId, since: number): Promise<boolean> {
    const row = await sql.one<{ id: number }>(
      'SELECT id FROM member_reply WHERE member_id = $1 AND acknowledged = 1 AND at > $2 LIMIT 1',
      [member, since],
    );
    return row !== undefined;
  }

  /** The task of a message, and how many messages of that task came before and after it; null when it is in no task. */
  async placeOf(
    sql: Sql,
    key: string,
  ): Promise<{ readonly task: number; readonly earlier: number; readonly later: number } | null> {
    const row = await sql.one<{ task_id: number; earlier: number; later: number }>(
      `SELECT task_id, (SELECT COUNT(*) FROM member_reply o WHERE o.task_id = r.task_id AND o.id < r.id) AS earlier,
         (SELECT COUNT(*) FROM member_reply o WHERE o.task_id = r.task_id AND o.id > r.id) AS later
       FROM member_reply r WHERE r.key = $1`,
      [key],
    );
    return row ? { task: row.task_id, earlier: Number(row.earlier), later: Number(row.later) } : null;
  }

  /** Two members turned out to be one. */
  async merge(tx: Sql, from: MemberId, to: MemberId): Promise<void> {
    await tx.run('UPDATE member_reply SET member_id = $1 WHERE member_id = $2', [to, from]);
  }

  /** How many replies belong to a task. */
  async countOf(sql: Sql, task: number): Promise<number> {
    const row = await sql.one<{ n: number }>('SELECT COUNT(*) AS n FROM member_reply WHERE task_id = $1', [task]);
    return Number(row?.n ?? 0);
  }
}

export const memberReplyStore = new MemberReplyStore();
