import type { Sql } from '../../platform/database/sql.js';

export interface NewAdmin {
  readonly name: string;
  readonly passwordHash: string;
}

/** The accounts of the console, by name. Of a password only its hash is kept. */
export class AdminUserStore {
  /** False when there is one of that name already. */
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

  /** Of whichever account: a password under a name nobody has must take as long to check. */
  async anyHash(sql: Sql): Promise<string | undefined> {
    const row = await sql.one<{ password_hash: string }>('SELECT password_hash FROM admin_user LIMIT 1');
    return row?.password_hash;
  }
}

export const adminUserStore = new AdminUserStore();
