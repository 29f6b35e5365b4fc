import type { Database } from '../../platform/database/database.js';

/** The accounts of customer service that WeCom does not let the app use any more, so that a restart does not forget them. */
export class KfAccountsStore {
  constructor(private readonly db: Database) {}

  async lost(): Promise<readonly string[]> {
    const rows = await this.db.read.all<{ account: string }>('SELECT account FROM kf_lost_account ORDER BY account');
    return rows.map(({ account }) => account);
  }

  async save(account: string, isLost: boolean, now: number): Promise<void> {
    await this.db.write(async (tx) => {
      if (isLost) await tx.insert('kf_lost_account', [{ account, lost_at: now }], '(account) DO NOTHING');
      else await tx.run('DELETE FROM kf_lost_account WHERE account = $1', [account]);
    });
  }
}
