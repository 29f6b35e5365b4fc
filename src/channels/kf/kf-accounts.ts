import type { Clock } from '../../platform/clock.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Logger } from '../../platform/logger/logger.js';
import type { WecomApp } from '../wecom-app.js';
import { listAccounts, mayUse } from './kf-account-list.js';
import type { KfAccountsStore } from './kf-accounts.store.js';

/** With these codes WeCom says that the app may not use an account (kf contract §1, §11: 48007, 95004). */
const lossCodes: ReadonlySet<string> = new Set(['kf_account_not_granted', 'no_such_kf_account']);

export interface KfAccountsDeps {
  readonly app: WecomApp;
  readonly store: KfAccountsStore;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Which of the configured accounts are served: all, except those that the app has lost. WeCom reports a loss by the callback
 * `kf_account_auth_change`, which may get lost, and by refusing calls.
 */
export class KfAccounts {
  private readonly lostAccounts = new Set<string>();
  private readonly grantedBesides = new Set<string>();

  constructor(
    readonly configured: readonly string[],
    private readonly deps: KfAccountsDeps,
  ) {}

  async load(): Promise<void> {
    for (const account of await this.deps.store.lost()) if (this.isConfigured(account)) this.lostAccounts.add(account);
  }

  served(): readonly string[] {
    return this.configured.filter((account) => !this.lostAccounts.has(account));
  }

  lost(): readonly string[] {
    return this.configured.filter((account) => this.lostAccounts.has(account));
  }

  /** Accounts that an admin granted to the app since the start, and that the settings do not name. */
  unlisted(): readonly string[] {
    return [...this.grantedBesides];
  }

  isLost(account: string): boolean {
    return this.lostAccounts.has(account);
  }

  async gained(account: string): Promise<void> {
    if (!this.isConfigured(account)) {
      this.grantedBesides.add(account);
      this.deps.logger.info({ account }, 'an account of customer service was granted that WECOM_KF_IDS does not name');
      return;
    }
    if (!this.lostAccounts.delete(account)) return;
    this.deps.logger.info({ account }, 'an account of customer service is served again');
    await this.deps.store.save(account, false, this.deps.clock.now());
  }

  async lose(account: string): Promise<void> {
    this.grantedBesides.delete(account);
    if (!this.isConfigured(account) || this.lostAccounts.has(account)) return;
    this.lostAccounts.add(account);
    this.deps.logger.warn(
      { account },
      'an account of customer service was taken from the app; it is not served any more',
    );
    await this.deps.store.save(account, true, this.deps.clock.now());
  }

  /** A call about the account was refused. Answers whether that means that it is lost. */
  async refused(account: string, cause: unknown): Promise<boolean> {
    if (!(cause instanceof GiveUp) || !lossCodes.has(cause.code)) return false;
    try {
      await this.lose(account);
    } catch (err) {
      if (!(err instanceof RetryLater)) throw err;
      // After a restart the next read is refused again.
      this.deps.logger.warn({ err, account }, 'the loss of an account of customer service could not be stored');
    }
    return true;
  }

  /**
   * Compares with WeCom's list. The callback names one account in the contract's fixture; whether several accounts come as
   * several elements is not documented [?], so the list is read after each one.
   */
  async compare(): Promise<void> {
    try {
      const listed = await listAccounts(this.deps.app);
      // An answer without any account may be one that could not be read.
      if (listed.size === 0) return;
      for (const account of this.configured)
        await (mayUse(listed.get(account)) ? this.gained(account) : this.lose(account));
    } catch (cause) {
      // What the callback named is known already, and reading finds out the rest.
      if (!(cause instanceof GiveUp) && !(cause instanceof RetryLater)) throw cause;
    }
  }

  private isConfigured(account: string): boolean {
    return this.configured.includes(account);
  }
}
