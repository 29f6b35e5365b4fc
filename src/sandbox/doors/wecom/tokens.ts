import { HOUR, SECOND } from '../../calendar.js';
import type { IdMint } from '../../corp/ids.js';
import { Refused } from './endpoint.js';

const LIFE_S = 7_200;

export interface AppCredentials {
  readonly corpId: string;
  readonly secret: string;
  /** Wrong secrets from one address before it is blocked. */
  readonly wrongSecretLimit: number;
}

/** One app's token: the same one until it expires or is revoked. Wrong secrets block the caller for an hour. */
export class Tokens {
  private current: { readonly token: string; readonly expiresAt: number } | undefined;
  private readonly expired = new Set<string>();
  private readonly wrongSecrets = new Map<string, number>();
  private readonly blockedUntil = new Map<string, number>();

  private secret: string;

  constructor(
    private readonly ids: IdMint,
    private readonly app: AppCredentials,
    private readonly isAppDisabled: () => boolean,
  ) {
    this.secret = app.secret;
  }

  issue(query: URLSearchParams, ip: string, now: number): Record<string, unknown> {
    if ((this.blockedUntil.get(ip) ?? 0) > now) throw new Refused(45009, 'api freq out of limit');
    const corpId = query.get('corpid');
    const secret = query.get('corpsecret');
    if (!corpId || !secret) throw new Refused(41004, 'corpsecret missing');
    if (corpId !== this.app.corpId) throw new Refused(40013, 'invalid corpid');
    if (secret !== this.secret) {
      this.countWrongSecret(ip, now);
      throw new Refused(40001, 'invalid credential');
    }
    if (this.isAppDisabled()) throw new Refused(40001, 'invalid credential, app disabled');
    this.wrongSecrets.delete(ip);
    if (!this.current || this.current.expiresAt <= now) {
      if (this.current) this.expired.add(this.current.token);
      this.current = { token: this.ids.letters('token', 219).slice(5), expiresAt: now + LIFE_S * SECOND };
    }
    return {
      access_token: this.current.token,
      expires_in: Math.ceil((this.current.expiresAt - now) / SECOND),
    };
  }

  check(token: string | null, now: number): void {
    if (!token) throw new Refused(41001, 'access_token missing');
    if (this.expired.has(token)) throw new Refused(42001, 'access_token expired');
    if (token !== this.current?.token) throw new Refused(40014, 'invalid access_token');
    if (this.current.expiresAt <= now) throw new Refused(42001, 'access_token expired');
  }

  /** The platform revokes the token early. */
  kill(): void {
    this.current = undefined;
  }

  /** The token expires now, whatever `expires_in` said. */
  expire(): void {
    if (this.current) this.expired.add(this.current.token);
    this.current = undefined;
  }

  changeSecret(secret: string): void {
    this.secret = secret;
    this.current = undefined;
  }

  private countWrongSecret(ip: string, now: number): void {
    const count = (this.wrongSecrets.get(ip) ?? 0) + 1;
    this.wrongSecrets.set(ip, count);
    if (count < this.app.wrongSecretLimit) return;
    this.blockedUntil.set(ip, now + HOUR);
    this.wrongSecrets.delete(ip);
  }
}
