import { DAY_MS, HOUR_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import { adminSessionStore } from './admin-session.store.js';
import { isTokenShaped, newToken, tokenHash } from '../../platform/tokens.js';

/** OWASP ASVS 4.0.3, 3.3.2 (level 2): 12 hours of inactivity, and a week in total. */
export const IDLE_MS = 12 * HOUR_MS;
export const SESSION_MS = 7 * DAY_MS;
/** Not on every request: a polling page would write all day. */
const PROLONG_EVERY_MS = 5 * 60_000;
/** Per name. A further session ends the least recently used one. */
const MAX_SESSIONS = 20;

export interface Session {
  readonly name: string;
  readonly csrf: string;
}

/** Opens, finds and closes sessions. Uses the wall clock: on the sandbox's clock a week lasts a minute. */
export class AdminSessions {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  async open(tx: Sql, name: string): Promise<{ token: string; csrf: string }> {
    const [token, csrf, now] = [newToken(), newToken(), this.clock.now()];
    await adminSessionStore.removeExpired(tx, now);
    await adminSessionStore.append(tx, tokenHash(token), { name, csrf, createdAt: now, expiresAt: now + IDLE_MS });
    await adminSessionStore.keepLatest(tx, name, MAX_SESSIONS);
    return { token, csrf };
  }

  async find(token: string): Promise<Session | null> {
    if (!isTokenShaped(token)) return null;
    const now = this.clock.now();
    const hash = tokenHash(token);
    const found = await adminSessionStore.find(this.db.read, hash, { now, openedAfter: now - SESSION_MS });
    if (!found) return null;
    const until = Math.min(now + IDLE_MS, found.createdAt + SESSION_MS);
    if (until - found.expiresAt >= PROLONG_EVERY_MS)
      await this.db.write((tx) => adminSessionStore.prolong(tx, hash, until));
    return { name: found.name, csrf: found.csrf };
  }

  async close(tx: Sql, token: string): Promise<void> {
    await adminSessionStore.remove(tx, tokenHash(token));
  }
}
