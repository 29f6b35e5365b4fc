import { DAY_MS, HOUR_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import { isTokenShaped, newToken, tokenHash } from './tokens.js';

/** OWASP ASVS 4.0.3, 3.3.2 (level 2): 12 hours unused; and a week in all, however much it is used. */
export const IDLE_MS = 12 * HOUR_MS;
export const SESSION_MS = 7 * DAY_MS;
/** A page that polls would write all day. */
const PROLONG_EVERY_MS = 5 * 60_000;
/** Of one name; whoever opens another ends the one unused longest. */
const MOST_SESSIONS = 20;

export interface Session {
  readonly name: string;
  readonly csrf: string;
}

interface Row extends Session {
  readonly created_at: number;
  readonly expires_at: number;
}

/** Who is logged in. The clock is the wall's, never the sandbox's: there a week is over in a minute. */
export class AdminSessions {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  async open(tx: Sql, name: string): Promise<{ token: string; csrf: string }> {
    const [token, csrf, now] = [newToken(), newToken(), this.clock.now()];
    await tx.run('DELETE FROM admin_session WHERE expires_at <= $1', [now]);
    await tx.insert('admin_session', [
      { token_hash: tokenHash(token), name, csrf, created_at: now, expires_at: now + IDLE_MS },
    ]);
    await tx.run(
      `DELETE FROM admin_session WHERE name = $1 AND token_hash NOT IN
         (SELECT token_hash FROM admin_session WHERE name = $1 ORDER BY expires_at DESC, created_at DESC LIMIT ${MOST_SESSIONS})`,
      [name],
    );
    return { token, csrf };
  }

  async find(token: string): Promise<Session | null> {
    if (!isTokenShaped(token)) return null;
    const now = this.clock.now();
    const row = await this.db.read.one<Row>(
      'SELECT name, csrf, created_at, expires_at FROM admin_session WHERE token_hash = $1 AND expires_at > $2 AND created_at > $3',
      [tokenHash(token), now, now - SESSION_MS],
    );
    if (!row) return null;
    const until = Math.min(now + IDLE_MS, row.created_at + SESSION_MS);
    if (until - row.expires_at >= PROLONG_EVERY_MS) {
      await this.db.write((tx) =>
        tx.run('UPDATE admin_session SET expires_at = $1 WHERE token_hash = $2', [until, tokenHash(token)]),
      );
    }
    return { name: row.name, csrf: row.csrf };
  }

  async close(tx: Sql, token: string): Promise<void> {
    await tx.run('DELETE FROM admin_session WHERE token_hash = $1', [tokenHash(token)]);
  }
}
