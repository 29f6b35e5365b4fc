import { auditStore } from '../../features/audit/audit.store.js';
import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import { BoundedQueue } from '../../platform/bounded-queue.js';
import { adminSessionStore } from './admin-session.store.js';
import { adminUserStore } from './admin-user.store.js';
import { generatePassword, hashPassword, isPassword, nobodysHash } from './passwords.js';

const FIRST = 'admin';
/** Passwords waiting to be looked at: each costs a third of a second of one of the few threads the database needs too. */
const MOST_WAITING = 16;
const RETRY_AFTER_MS = 3_000;

/** Who may log in to the console. */
export class AdminAccounts {
  /** One for places an account is known at, so that strangers who guess do not keep its owner waiting. */
  private readonly lines = {
    known: new BoundedQueue(MOST_WAITING, RETRY_AFTER_MS),
    strange: new BoundedQueue(MOST_WAITING, RETRY_AFTER_MS),
  };

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly givenPassword: string | undefined,
  ) {}

  /**
   * Makes `admin` on the very first start, and answers the password when it was generated: it is shown once and kept
   * nowhere. A password from the settings is in force from the start at which it is first seen; that is also the way
   * back in for who has lost theirs.
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
    // Of two workers that start together one makes it; the other's password was never anybody's.
    return { password: isNew ? generated : null };
  }

  /** Takes as long for a name nobody has. */
  async isAdmin(name: string, password: string, isKnownPlace = false): Promise<boolean> {
    const hash = await adminUserStore.hashOf(this.db.read, name);
    const asked = hash ?? nobodysHash((await adminUserStore.anyHash(this.db.read)) ?? '');
    const fits = await this.lines[isKnownPlace ? 'known' : 'strange'].run(() => isPassword(password, asked));
    return hash !== undefined && fits;
  }

  /** Whoever is logged in under that name is logged out. */
  private async setPassword(name: string, password: string): Promise<void> {
    const hash = await hashPassword(password);
    await this.db.write(async (tx) => {
      await adminUserStore.updatePassword(tx, { name, passwordHash: hash });
      await adminSessionStore.removeAllOf(tx, name);
      await auditStore.append(tx, { who: 'settings', what: 'password_changed', detail: { name } }, this.clock.now());
    });
  }
}
