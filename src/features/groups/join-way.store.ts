import type { GroupId } from '../../domain/ids.js';
import type { Sql } from '../../platform/database/sql.js';

/** The code by which people join a group: what WeCom has, and why it has none. */
export class JoinWayStore {
  /** The tier of a group, and whether the outbox has a later request for its join way than `row`, waiting or sent. */
  async state(
    sql: Sql,
    group: GroupId,
    row: number,
  ): Promise<{ readonly tier: string | null; readonly isOutdated: boolean } | undefined> {
    const known = await sql.one<{ tier: string | null; is_outdated: number }>(
      `SELECT tier, CASE
       WHEN EXISTS (SELECT 1 FROM outbox WHERE kind = 'ensure_join_way' AND kind <> 'mass_send' AND state = 'planned' AND group_id = $1 AND id > $2)
       OR EXISTS (SELECT 1 FROM outbox WHERE kind = 'ensure_join_way' AND state = 'sending' AND group_id = $1 AND id > $2)
       OR join_config_id IS NOT NULL AND EXISTS (SELECT 1 FROM outbox WHERE kind = 'ensure_join_way' AND state = 'sent' AND group_id = $1 AND id > $2)
       THEN 1 ELSE 0 END AS is_outdated
     FROM chat_group WHERE id = $1`,
      [group, row],
    );
    return known && { tier: known.tier, isOutdated: Number(known.is_outdated) === 1 };
  }

  /**
   * Stores the join way that WeCom has. Call it in the transaction that settles the call: without its config id a code
   * cannot be changed or deleted any more.
   */
  async set(
    tx: Sql,
    group: GroupId,
    way: { readonly state: string; readonly configId: string; readonly qr: string | null; readonly chats: string },
  ): Promise<void> {
    await tx.run(
      `UPDATE chat_group SET join_state = $1, join_config_id = $2, join_qr = $3, join_chats = $4, join_version = join_version + 1,
      join_problem = NULL WHERE id = $5`,
      [way.state, way.configId, way.qr, way.chats, group],
    );
  }

  async setProblem(tx: Sql, group: GroupId, problem: string): Promise<void> {
    await tx.run('UPDATE chat_group SET join_problem = $1 WHERE id = $2', [problem, group]);
  }
}

export const joinWayStore = new JoinWayStore();
