import { auditStore } from '../../features/audit/audit.store.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import { BoundedQueue } from '../../platform/bounded-queue.js';
import { adminSessionStore } from './admin-session.store.js';
import { adminUserStore } from './admin-user.store.js';
import { generatePassword, hashPassword, isPassword, unmatchableHash } from './passwords.js';

const FIRST = 'admin';
/** Waiting password checks. Each takes a third of a second of a thread pool that the database needs, too. */
const MAX_WAITING = 16;
const RETRY_AFTER_MS = 3_000;

/** The accounts that may log in to the console. */
export class AdminAccounts {
  /** Known places have their own queue, so that guessing strangers do not delay the owner of an account. */
  private readonly checks = {
    knownPlace: new BoundedQueue(MAX_WAITING, RETRY_AFTER_MS),
    unknownPlace: new BoundedQueue(MAX_WAITING, RETRY_AFTER_MS),
  };

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly givenPassword: string | undefined,
  ) {}

  /**
   * Creates `admin` on the first start. Returns the password if it was generated: it is shown once and stored nowhere. A
   * changed ADMIN_PASSWORD replaces the stored one at the next start, which also helps whoever has lost theirs.
   */
  async ensureFirst(): Promise<{ password: string | null }> {
    const known = await adminUserStore.hashOf(this.db.read, FIRST);
    if (known !== undefined) {
      if (this.givenPassword !== undefined && !(await isPassword(this.givenPassword, known))) {
        await this.setPassword(FIRST, this.givenPassword);
      }
      return { password: null };
    }
    const generated = this.givenPassword === undefined ? generatePassword() : null;
    const hash = await hashPassword(this.givenPassword ?? generated!);
    const first = { name: FIRST, passwordHash: hash };
    const isNew = await this.db.write((tx) => adminUserStore.append(tx, first, this.clock.now()));
    // If two processes start together, only one inserts the account; the other's password is not valid.
    return { password: isNew ? generated : null };
  }

  /** Takes equally long for an unknown name. */
  async isAdmin(name: string, password: string, isKnownPlace = false): Promise<boolean> {
    const hash = await adminUserStore.hashOf(this.db.read, name);
    const checkedHash = hash ?? unmatchableHash((await adminUserStore.anyHash(this.db.read)) ?? '');
    const queue = isKnownPlace ? this.checks.knownPlace : this.checks.unknownPlace;
    const matches = await queue.run(() => isPassword(password, checkedHash));
    return hash !== undefined && matches;
  }

  /** Also ends all sessions of that name. */
  private async setPassword(name: string, password: string): Promise<void> {
    const hash = await hashPassword(password);
    await this.db.write(async (tx) => {
      await adminUserStore.updatePassword(tx, { name, passwordHash: hash });
      await adminSessionStore.removeAllOf(tx, name);
      await auditStore.append(tx, { who: 'settings', what: 'password_changed', detail: { name } }, this.clock.now());
    });
  }
}
