import { DAY_MS, HOUR_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import { newToken, tokenHash } from './tokens.js';

export const SESSION_MS = 7 * DAY_MS;

export interface Session {
  readonly name: string;
  readonly csrf: string;
  /** Its end was just moved: the cookie is to be sent again. */
  readonly prolonged: boolean;
}

/** Who is logged in. The clock is the wall's, never the sandbox's: there a week is over in a minute. */
export class AdminSessions {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  async open(name: string): Promise<{ token: string; csrf: string }> {
    const [token, csrf, now] = [newToken(), newToken(), this.clock.now()];
    await this.db.write(async (tx) => {
      await tx.run('DELETE FROM admin_session WHERE expires_at <= $1', [now]);
      await tx.insert('admin_session', [
        { token_hash: tokenHash(token), name, csrf, created_at: now, expires_at: now + SESSION_MS },
      ]);
    });
    return { token, csrf };
  }

  async find(token: string): Promise<Session | null> {
    const now = this.clock.now();
    const row = await this.db.read.one<{ name: string; csrf: string; expires_at: number }>(
      'SELECT name, csrf, expires_at FROM admin_session WHERE token_hash = $1 AND expires_at > $2',
      [tokenHash(token), now],
    );
    if (!row) return null;
    // Prolonged once an hour at most: a page that polls would write all day.
    const prolonged = row.expires_at - now < SESSION_MS - HOUR_MS;
    if (prolonged) {
      await this.db.write((tx) =>
        tx.run('UPDATE admin_session SET expires_at = $1 WHERE token_hash = $2', [now + SESSION_MS, tokenHash(token)]),
      );
    }
    return { name: row.name, csrf: row.csrf, prolonged };
  }

  async close(token: string): Promise<void> {
    await this.db.write((tx) => tx.run('DELETE FROM admin_session WHERE token_hash = $1', [tokenHash(token)]));
  }
}
