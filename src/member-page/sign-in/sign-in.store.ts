import type { Sql } from '../../platform/database/sql.js';

/** Times are epoch ms. */
export interface NewSignIn {
  readonly stateHash: string;
  readonly browserHash: string;
  /** The page that was opened. */
  readonly path: string;
  readonly expiresAt: number;
}

/** Sign-ins that were begun and not finished, by the hash of their state. */
export class SignInStore {
  async append(tx: Sql, { stateHash, browserHash, path, expiresAt }: NewSignIn): Promise<void> {
    await tx.insert('member_sign_in', [
      { state_hash: stateHash, browser_hash: browserHash, path, expires_at: expiresAt },
    ]);
  }

  async removeExpired(tx: Sql, now: number): Promise<void> {
    await tx.run('DELETE FROM member_sign_in WHERE expires_at <= $1', [now]);
  }

  /** Removes the sign-in, so that its state works once. Null when it is unknown, used, expired or of another browser. */
  async take(
    tx: Sql,
    { stateHash, browserHash, now }: { readonly stateHash: string; readonly browserHash: string; readonly now: number },
  ): Promise<{ readonly path: string } | null> {
    const rows = await tx.all<{ path: string }>(
      `DELETE FROM member_sign_in WHERE state_hash = $1 AND browser_hash = $2 AND expires_at > $3 RETURNING path`,
      [stateHash, browserHash, now],
    );
    return rows[0] ?? null;
  }
}

export const signInStore = new SignInStore();
