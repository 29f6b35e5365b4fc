import type { Sql } from '../../platform/database/sql.js';

/** How often something happened since the start of the window. Times are epoch ms. */
export interface Count {
  readonly times: number;
  readonly openedAt: number;
  readonly auditId: number | null;
}

export interface CountChange {
  readonly door: string;
  readonly key: string;
  readonly times: number;
}

export interface CountWindow {
  readonly since: number;
  readonly now: number;
}

/** Counts by `door` (the kind of event) and key. A window begins with its first event. Counts survive a restart. */
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

  /** Adds `times`, which may be negative. A window that began before `since` is replaced by a new one. */
  async add(tx: Sql, { door, key, times }: CountChange, { since, now }: CountWindow): Promise<void> {
    await tx.run('DELETE FROM door_count WHERE door = $1 AND key = $2 AND opened_at <= $3', [door, key, since]);
    await tx.insert(
      'door_count',
      [{ door, key, opened_at: now, times: Math.max(0, times), audit_id: null }],
      `(door, key) DO UPDATE SET times = CASE WHEN door_count.times + ${times} < 0 THEN 0 ELSE door_count.times + ${times} END`,
    );
  }

  async remove(tx: Sql, door: string, key: string): Promise<void> {
    await tx.run('DELETE FROM door_count WHERE door = $1 AND key = $2', [door, key]);
  }

  async setAuditId(tx: Sql, door: string, key: string, auditId: number): Promise<void> {
    await tx.run('UPDATE door_count SET audit_id = $1 WHERE door = $2 AND key = $3', [auditId, door, key]);
  }

  async size(sql: Sql, door: string, since: number): Promise<number> {
    const row = await sql.one<{ n: number }>(
      'SELECT COUNT(*) AS n FROM door_count WHERE door = $1 AND opened_at > $2',
      [door, since],
    );
    return Number(row?.n ?? 0);
  }

  /** Removes windows that are over, and the oldest tenth when more than `most` remain: attackers must not fill the table. */
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
