import { createHash } from 'node:crypto';
import { DAY_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import { isSameToken, isTokenShaped, newToken, tokenHash } from '../../platform/tokens.js';
import { memberSessionStore } from './member-session.store.js';

/** A session ends when the page was not opened for so long. */
export const SESSION_MS = 30 * DAY_MS;
/** Not on every request: each page view would write. */
const PROLONG_EVERY_MS = DAY_MS;
/** Per member: phones and computers, also ones whose cookies are gone. */
const MAX_SESSIONS = 20;

export interface MemberSession {
  readonly externalUserId: string;
  /** Every form of the page carries it. */
  readonly csrf: string;
}

/** Opens, finds and closes the sessions of the member's page, by the wall clock. */
export class MemberSessions {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** Returns the token for the cookie. `former`: the token that the browser had before; its session ends. */
  async open(externalUserId: string, former: string | undefined): Promise<string> {
    const [token, now] = [newToken(), this.clock.now()];
    await this.db.write(async (tx) => {
      await memberSessionStore.removeExpired(tx, now);
      if (former !== undefined) await memberSessionStore.remove(tx, tokenHash(former));
      await memberSessionStore.append(tx, tokenHash(token), {
        externalUserId,
        createdAt: now,
        expiresAt: now + SESSION_MS,
      });
      await memberSessionStore.keepLatest(tx, externalUserId, MAX_SESSIONS);
    });
    return token;
  }

  /** Null for an unknown token and an expired session. `prolonged`: the cookie has to be sent again. */
  async find(token: string | undefined): Promise<(MemberSession & { readonly prolonged: boolean }) | null> {
    if (token === undefined || !isTokenShaped(token)) return null;
    const [hash, now] = [tokenHash(token), this.clock.now()];
    const found = await memberSessionStore.find(this.db.read, hash, now);
    if (!found) return null;
    const prolonged = now + SESSION_MS - found.expiresAt >= PROLONG_EVERY_MS;
    if (prolonged) await this.db.write((tx) => memberSessionStore.prolong(tx, hash, now + SESSION_MS));
    return { externalUserId: found.externalUserId, csrf: csrfFor(token), prolonged };
  }

  /** Whether the token opens a session. Prolongs nothing. */
  async has(token: string | undefined): Promise<boolean> {
    if (token === undefined || !isTokenShaped(token)) return false;
    return (await memberSessionStore.find(this.db.read, tokenHash(token), this.clock.now())) !== null;
  }

  async close(token: string | undefined): Promise<void> {
    if (token !== undefined && isTokenShaped(token))
      await this.db.write((tx) => memberSessionStore.remove(tx, tokenHash(token)));
  }
}

/** Made from the token, of which the database has another hash: whoever reads the database cannot make it. */
const csrfFor = (token: string): string => createHash('sha256').update(`csrf ${token}`).digest('base64url');

export const isSameCsrf = (given: unknown, session: MemberSession): boolean =>
  typeof given === 'string' && isSameToken(given, session.csrf);
