import type { Sql } from '../../platform/database/sql.js';

export interface NewAdmin {
  readonly name: string;
  readonly passwordHash: string;
}

/** The console's accounts, by name. Only the hash of a password is stored. */
export class AdminUserStore {
  /** False if the name exists. */
  async append(tx: Sql, { name, passwordHash }: NewAdmin, now: number): Promise<boolean> {
    const row = { name, password_hash: passwordHash, created_at: now };
    return (await tx.insert('admin_user', [row], '(name) DO NOTHING')) === 1;
  }

  async updatePassword(tx: Sql, { name, passwordHash }: NewAdmin): Promise<void> {
    await tx.run('UPDATE admin_user SET password_hash = $1 WHERE name = $2', [passwordHash, name]);
  }

  async hashOf(sql: Sql, name: string): Promise<string | undefined> {
    const row = await sql.one<{ password_hash: string }>('SELECT password_hash FROM admin_user WHERE name = $1', [
      name,
    ]);
    return row?.password_hash;
  }

  /** Any account's hash, as the model for an equally slow check of an unknown name. */
  async anyHash(sql: Sql): Promise<string | undefined> {
    const row = await sql.one<{ password_hash: string }>('SELECT password_hash FROM admin_user LIMIT 1');
    return row?.password_hash;
  }
}

export const adminUserStore = new AdminUserStore();
