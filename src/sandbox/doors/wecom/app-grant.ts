import { Refused } from './endpoint.js';

const EVERY_ENDPOINT = '*';

/**
 * What the corp's administrator lets the app do. Asked after the token (contract §0.1 fact 3): first the caller's
 * address, then whether the app is on at all, then whether it is listed for what it calls.
 */
export class AppGrant {
  /** Calls come from an address that is not on the app's list. */
  untrustedIp = false;
  disabled = false;
  private readonly withdrawn = new Set<string>();

  /** `path` undefined: the app is no longer among those that may read customers, whatever they call. */
  withdraw(path: string | undefined): void {
    this.withdrawn.add(path ?? EVERY_ENDPOINT);
  }

  giveBack(path: string | undefined): void {
    if (path === undefined) this.withdrawn.clear();
    else this.withdrawn.delete(path);
  }

  /** Whether all that is about customers is forbidden. */
  get withholdsCustomers(): boolean {
    return this.withdrawn.has(EVERY_ENDPOINT);
  }

  check(path: string): void {
    if (this.untrustedIp) throw new Refused(60020, 'not allow to access from your ip');
    if (this.disabled) throw new Refused(50003, 'app is disabled');
    const isForCustomers = path.startsWith('/cgi-bin/externalcontact/');
    if (this.withdrawn.has(path) || (isForCustomers && this.withdrawn.has(EVERY_ENDPOINT)))
      throw new Refused(48002, 'api forbidden');
  }
}
