import { z } from 'zod';
import type { Sql } from '../../platform/database/sql.js';
import { storableJson } from '../../platform/database/storable.js';
import { storedOr } from '../../platform/database/stored-json.js';

const userids = z.array(z.string());
const anyAction = z.record(z.string(), z.unknown());
/** The fields of actions that hold a userid or a list of them. */
const userFields = ['sender', 'staff', 'owner'] as const;

/** Staff of whom WeCom reported that they joined or left the corp. Staff without a row are taken to be there. */
export class StaffStore {
  /** Stores a reported state; the later of two reports decides. */
  async setState(tx: Sql, userid: string, state: 'active' | 'left', at: number): Promise<void> {
    await tx.insert(
      'staff',
      [{ userid, state, changed_at: at }],
      `(userid) DO UPDATE SET state = CASE WHEN excluded.changed_at >= staff.changed_at THEN excluded.state ELSE staff.state END,
      changed_at = CASE WHEN excluded.changed_at > staff.changed_at THEN excluded.changed_at ELSE staff.changed_at END`,
    );
  }

  async hasLeft(sql: Sql, userid: string): Promise<boolean> {
    return (await sql.one(`SELECT userid FROM staff WHERE userid = $1 AND state = 'left'`, [userid])) !== undefined;
  }

  /** The userids of everybody who left. */
  async left(sql: Sql): Promise<ReadonlySet<string>> {
    const rows = await sql.all<{ userid: string }>(`SELECT userid FROM staff WHERE state = 'left'`);
    return new Set(rows.map((row) => row.userid));
  }

  /** Gives everything that names staff `from` to the new userid `to`: pairs, groups, mass-sends, tasks and contact ways. */
  async rename(tx: Sql, from: string, to: string, now: number): Promise<void> {
    await tx.run(
      `DELETE FROM follow WHERE staff = $1 AND external_userid IN (SELECT external_userid FROM follow WHERE staff = $2)`,
      [from, to],
    );
    await tx.run('UPDATE follow SET staff = $1 WHERE staff = $2', [to, from]);
    await tx.run('UPDATE chat_group SET owner = $1 WHERE owner = $2', [to, from]);
    await tx.run('UPDATE mass_batch SET sender = $1 WHERE sender = $2 AND closed_at IS NULL', [to, from]);
    await this.renameInPendingActions(tx, from, to);
    await tx.run(`UPDATE operator_task SET staff = $1 WHERE staff = $2 AND done_at IS NULL`, [to, from]);
    // `due` requests the code again: what WeCom has, or what waits to be sent, names the old userid.
    const ways = await tx.all<{ id: number; staff: string }>('SELECT id, staff FROM contact_way WHERE staff LIKE $1', [
      `%${storableJson(from)}%`,
    ]);
    for (const way of ways) {
      const staff = storedOr(way.staff, userids, null);
      if (staff?.includes(from))
        await tx.run(
          `UPDATE contact_way SET staff = $1, due = 1, changed_at = CASE WHEN changed_at < $2 THEN $2 ELSE changed_at + 1 END WHERE id = $3`,
          [storableJson(staff.map((id) => (id === from ? to : id))), now, way.id],
        );
    }
  }

  /** Replaces the userid in actions of the outbox that are not settled yet: who sends them, and whom they are for. */
  private async renameInPendingActions(tx: Sql, from: string, to: string): Promise<void> {
    const rows = await tx.all<{ id: number; action: string }>(
      `SELECT id, action FROM outbox WHERE state IN ('planned', 'sending', 'waiting') AND action LIKE $1`,
      [`%${storableJson(from)}%`],
    );
    const renamed = (value: unknown): unknown => (value === from ? to : value);
    for (const row of rows) {
      const action = storedOr(row.action, anyAction, null);
      if (action === null) continue;
      for (const field of userFields) {
        const value = action[field];
        if (value !== undefined) action[field] = Array.isArray(value) ? value.map(renamed) : renamed(value);
      }
      const changed = storableJson(action);
      if (changed !== row.action) await tx.run('UPDATE outbox SET action = $1 WHERE id = $2', [changed, row.id]);
    }
  }
}

export const staffStore = new StaffStore();
