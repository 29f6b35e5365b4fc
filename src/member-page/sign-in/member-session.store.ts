import type { Sql } from '../../platform/database/sql.js';

/** Times are epoch ms. */
export interface StoredMemberSession {
  readonly externalUserId: string;
  readonly expiresAt: number;
}

/** Sessions of the member's page, by the hash of the token in the cookie. */
export class MemberSessionStore {
  async append(
    tx: Sql,
    tokenHash: string,
    { externalUserId, createdAt, expiresAt }: StoredMemberSession & { readonly createdAt: number },
  ): Promise<void> {
    await tx.insert('member_session', [
      { token_hash: tokenHash, external_userid: externalUserId, created_at: createdAt, expires_at: expiresAt },
    ]);
  }

  async find(sql: Sql, tokenHash: string, now: number): Promise<StoredMemberSession | null> {
    const row = await sql.one<{ external_userid: string; expires_at: number }>(
      'SELECT external_userid, expires_at FROM member_session WHERE token_hash = $1 AND expires_at > $2',
      [tokenHash, now],
    );
    return row ? { externalUserId: row.external_userid, expiresAt: Number(row.expires_at) } : null;
  }

  async prolong(tx: Sql, tokenHash: string, until: number): Promise<void> {
    await tx.run('UPDATE member_session SET expires_at = $1 WHERE token_hash = $2', [until, tokenHash]);
  }

  async remove(tx: Sql, tokenHash: string): Promise<void> {
    await tx.run('DELETE FROM member_session WHERE token_hash = $1', [tokenHash]);
  }

  async removeExpired(tx: Sql, now: number): Promise<void> {
    await tx.run('DELETE FROM member_session WHERE expires_at <= $1', [now]);
  }

  /** Keeps the `most` sessions of a member that expire last. */
  async keepLatest(tx: Sql, externalUserId: string, most: number): Promise<void> {
    await tx.run(
      `DELETE FROM member_session WHERE external_userid = $1 AND token_hash NOT IN
         (SELECT token_hash FROM member_session WHERE external_userid = $1 ORDER BY expires_at DESC, created_at DESC LIMIT ${most})`,
      [externalUserId],
    );
  }
}

export const memberSessionStore = new MemberSessionStore();
