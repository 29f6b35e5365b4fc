import { auditStore } from '../../features/audit/audit.store.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import type { Logger } from '../../platform/logger/logger.js';
import type { AdminAccounts } from './admin-accounts.js';
import type { AdminSessions } from './admin-sessions.js';
import { LOGIN_WINDOW_MS, LoginThrottle, type LoginTry, type LoginTurn } from './login-throttle.js';
import { RefusalAudit } from './refusal-audit.js';
import { newToken } from '../../platform/tokens.js';

export interface LoginParts {
  readonly database: Database;
  readonly accounts: AdminAccounts;
  readonly sessions: AdminSessions;
  /** The corp's time, for the audit. */
  readonly clock: Clock;
  /** Real time, for counting tries. */
  readonly wallClock: Clock;
  readonly logger: Logger;
}

export type LoginOutcome =
  | { readonly kind: 'entered'; readonly token: string; readonly csrf: string; readonly browser: string | null }
  | { readonly kind: 'refused' }
  | { readonly kind: 'wait'; readonly waitMs: number };

/** Login and logout: throttled and recorded in the audit. */
export class Logins {
  private readonly throttle = new LoginThrottle();
  private readonly refusals = new RefusalAudit();
  private hasWarned = false;

  constructor(private readonly parts: LoginParts) {}

  /** `keepsCookies`: true for a browser, which gets a device token. */
  async enter(given: LoginTry, password: string, keepsCookies: boolean): Promise<LoginOutcome> {
    const { database, accounts, sessions, clock, wallClock, logger } = this.parts;
    const turn = await this.turnOf(given);
    if (turn.kind === 'wait') return turn;
    if (!(await accounts.isAdmin(given.name, password, turn.isKnownPlace))) {
      logger.warn({ address: given.address }, 'a login failed');
      await this.auditRefusal('login_failed', given);
      return { kind: 'refused' };
    }
    // A token this account never logged in with may come from an attacker, so it is replaced.
    const known = turn.isKnownBrowser ? given.browser : undefined;
    const browser = known ?? (keepsCookies ? newToken() : null);
    const opened = await database.write(async (tx) => {
      await this.throttle.succeeded(tx, given, browser, wallClock.now());
      await auditStore.append(
        tx,
        { who: given.name, what: 'logged_in', detail: { address: given.address } },
        clock.now(),
      );
      return sessions.open(tx, given.name);
    });
    return { kind: 'entered', browser, ...opened };
  }

  /** Logs once that an untrusted proxy forwards logins: everybody behind it counts as one address. */
  warnOfProxy(address: string): void {
    if (this.hasWarned) return;
    this.hasWarned = true;
    this.parts.logger.warn(
      { address, setting: 'TRUST_PROXY' },
      'a proxy passes logins on and TRUST_PROXY is not set: all visitors count as one address, and mistakes of one slow down all; set TRUST_PROXY=1',
    );
  }

  async leave({ name, address }: LoginTry, token: string): Promise<void> {
    const { database, sessions, clock } = this.parts;
    await database.write(async (tx) => {
      await sessions.close(tx, token);
      await auditStore.append(tx, { who: name, what: 'logged_out', detail: { address } }, clock.now());
    });
  }

  private async turnOf(given: LoginTry): Promise<LoginTurn> {
    const { database, wallClock, logger } = this.parts;
    const turn = await database.write((tx) => this.throttle.admit(tx, given, wallClock.now()));
    if (turn.kind === 'wait' && turn.isFirst) {
      logger.warn({ address: given.address }, 'logins from an address are slowed down');
      await this.auditRefusal('login_locked', given);
    }
    return turn;
  }

  private auditRefusal(what: 'login_failed' | 'login_locked', { name, address }: LoginTry): Promise<void> {
    const event = { who: 'door', what, name, address, windowMs: LOGIN_WINDOW_MS };
    const { database, clock } = this.parts;
    return database.write((tx) => this.refusals.record(tx, event, 1, clock.now()));
  }
}
