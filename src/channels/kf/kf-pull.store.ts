import { takeAdvisoryLock } from '../../platform/database/advisory-lock.js';
import type { Database } from '../../platform/database/database.js';
import { inTexts } from '../../platform/database/in-list.js';
import { storableJson } from '../../platform/database/storable.js';

/** How far an account is read. `isCatchingUp`: the read began without a cursor and has not reached the end yet. */
export interface PullState {
  readonly cursor: string;
  readonly isCatchingUp: boolean;
}

/** The key of our PostgreSQL advisory lock. */
const PULL_LOCK = 7_201_131;
/** Pulls that no longer count are deleted when there are so many. */
const MAX_OLD_PULLS = 100;

/** What the reader of customer service must know after a restart. */
export class KfPullStore {
  constructor(private readonly db: Database) {}

  /** Null for an account that was never read. */
  async state(account: string): Promise<PullState | null> {
    const row = await this.db.read.one<{ cursor: string; is_catching_up: number }>(
      'SELECT cursor, is_catching_up FROM kf_cursor WHERE account = $1',
      [account],
    );
    return row ? { cursor: row.cursor, isCatchingUp: row.is_catching_up === 1 } : null;
  }

  async save(account: string, { cursor, isCatchingUp }: PullState, now: number): Promise<void> {
    await this.db.writeOne((sql) =>
      sql.insert(
        'kf_cursor',
        [{ account, cursor, is_catching_up: isCatchingUp ? 1 : 0, changed_at: now }],
        '(account) DO UPDATE SET cursor = excluded.cursor, is_catching_up = excluded.is_catching_up, changed_at = excluded.changed_at',
      ),
    );
  }

  /**
   * Counts one pull without a token, unless there were `most` within the last `spanMs`. Stored, because the limit is that of
   * the corp: a restart does not end it.
   */
  async takePull(now: number, most: number, spanMs: number): Promise<boolean> {
    return this.db.write(async (tx) => {
      await takeAdvisoryLock(tx, PULL_LOCK);
      // A row of the future was written before the clock was set back.
      const span = [now - spanMs, now + spanMs];
      const row = await tx.one<{ recent: number; stored: number }>(
        'SELECT COUNT(CASE WHEN at > $1 AND at <= $2 THEN 1 END) AS recent, COUNT(*) AS stored FROM kf_pull',
        span,
      );
      const [recent, stored] = [Number(row?.recent ?? 0), Number(row?.stored ?? 0)];
      if (stored - recent >= MAX_OLD_PULLS) await tx.run('DELETE FROM kf_pull WHERE at <= $1 OR at > $2', span);
      if (recent >= most) return false;
      await tx.insert('kf_pull', [{ at: now }]);
      return true;
    });
  }

  /** By customer: the unionid, or null when WeCom named none. Customers who were never asked for are missing. */
  async asked(customers: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
    if (customers.length === 0) return new Map();
    const rows = await this.db.read.all<{ external_userid: string; unionid: string | null }>(
      `SELECT external_userid, unionid FROM kf_asked WHERE external_userid IN ${inTexts(this.db.read, 1)}`,
      [storableJson(customers)],
    );
    return new Map(rows.map((row) => [row.external_userid, row.unionid]));
  }

  async saveAsked(answers: ReadonlyMap<string, string | null>, now: number): Promise<void> {
    await this.db.writeOne((sql) =>
      sql.insert(
        'kf_asked',
        [...answers].map(([external_userid, unionid]) => ({ external_userid, unionid, asked_at: now })),
        '(external_userid) DO UPDATE SET unionid = excluded.unionid, asked_at = excluded.asked_at',
      ),
    );
  }
}
