import type { Sql } from '../../platform/database/sql.js';

/** Times are in epoch ms. */
export interface StoredSession {
  readonly name: string;
  readonly csrf: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** The sessions, by the hash of the token in the cookie. */
export class AdminSessionStore {
  async append(tx: Sql, tokenHash: string, { name, csrf, createdAt, expiresAt }: StoredSession): Promise<void> {
    await tx.insert('admin_session', [
      { token_hash: tokenHash, name, csrf, created_at: createdAt, expires_at: expiresAt },
    ]);
  }

  async removeExpired(tx: Sql, now: number): Promise<void> {
    await tx.run('DELETE FROM admin_session WHERE expires_at <= $1', [now]);
  }

  /** Keeps the `most` sessions of a name that expire last. */
  async keepLatest(tx: Sql, name: string, most: number): Promise<void> {
    await tx.run(
      `DELETE FROM admin_session WHERE name = $1 AND token_hash NOT IN
         (SELECT token_hash FROM admin_session WHERE name = $1 ORDER BY expires_at DESC, created_at DESC LIMIT ${most})`,
      [name],
    );
  }

  /** A session that has not expired and was opened after `openedAfter`. */
  async find(
    sql: Sql,
    tokenHash: string,
    { now, openedAfter }: { readonly now: number; readonly openedAfter: number },
  ): Promise<StoredSession | null> {
    const row = await sql.one<{ name: string; csrf: string; created_at: number; expires_at: number }>(
      'SELECT name, csrf, created_at, expires_at FROM admin_session WHERE token_hash = $1 AND expires_at > $2 AND created_at > $3',
      [tokenHash, now, openedAfter],
    );
    return row ? { name: row.name, csrf: row.csrf, createdAt: row.created_at, expiresAt: row.expires_at } : null;
  }

  async prolong(tx: Sql, tokenHash: string, until: number): Promise<void> {
    await tx.run('UPDATE admin_session SET expires_at = $1 WHERE token_hash = $2', [until, tokenHash]);
  }

  async remove(tx: Sql, tokenHash: string): Promise<void> {
    await tx.run('DELETE FROM admin_session WHERE token_hash = $1', [tokenHash]);
  }

  async removeAllOf(tx: Sql, name: string): Promise<void> {
    await tx.run('DELETE FROM admin_session WHERE name = $1', [name]);
  }
}

export const adminSessionStore = new AdminSessionStore();
