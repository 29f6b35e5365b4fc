import type { Sql } from '../../platform/database/sql.js';

/** How often something happened at a door since its window was opened. */
export interface Count {
  readonly times: number;
  readonly openedAt: number;
  readonly auditId: number | null;
}

/** What is counted at the doors, kept over restarts: by door and key, in windows that begin with the first time. */
export class DoorCountStore {
  async read(sql: Sql, door: string, key: string, since: number): Promise<Count> {
    const row = await sql.one<{ times: number; opened_at: number; audit_id: number | null }>(
      'SELECT times, opened_at, audit_id FROM door_count WHERE door = $1 AND key = $2 AND opened_at > $3',
      [door, key, since],
    );
    return row
      ? { times: row.times, openedAt: row.opened_at, auditId: row.audit_id }
      : { times: 0, openedAt: 0, auditId: null };
  }

  /** `times` more (fewer, when negative); a window that is over begins anew. */
  async add(tx: Sql, door: string, key: string, times: number, window: { since: number; now: number }): Promise<void> {
    const { since, now } = window;
    await tx.run('DELETE FROM door_count WHERE door = $1 AND key = $2 AND opened_at <= $3', [door, key, since]);
    await tx.insert(
      'door_count',
      [{ door, key, opened_at: now, times: Math.max(0, times), audit_id: null }],
      `(door, key) DO UPDATE SET times = CASE WHEN door_count.times + ${times} < 0 THEN 0 ELSE door_count.times + ${times} END`,
    );
  }

  async forget(tx: Sql, door: string, key: string): Promise<void> {
    await tx.run('DELETE FROM door_count WHERE door = $1 AND key = $2', [door, key]);
  }

  async writtenDownAs(tx: Sql, door: string, key: string, auditId: number): Promise<void> {
    await tx.run('UPDATE door_count SET audit_id = $1 WHERE door = $2 AND key = $3', [auditId, door, key]);
  }

  async size(sql: Sql, door: string, since: number): Promise<number> {
    const row = await sql.one<{ n: number }>(
      'SELECT COUNT(*) AS n FROM door_count WHERE door = $1 AND opened_at > $2',
      [door, since],
    );
    return Number(row?.n ?? 0);
  }

  /** Windows that are over, and of the others the oldest beyond `most`: what attackers write must not grow. */
  async prune(tx: Sql, door: string, since: number, most: number): Promise<void> {
    await tx.run('DELETE FROM door_count WHERE door = $1 AND opened_at <= $2', [door, since]);
    if ((await this.size(tx, door, since)) <= most) return;
    await tx.run(
      `DELETE FROM door_count WHERE door = $1 AND key IN (SELECT key FROM door_count WHERE door = $1 ORDER BY opened_at LIMIT ${Math.ceil(most / 10)})`,
      [door],
    );
  }
}

export const doorCountStore = new DoorCountStore();
