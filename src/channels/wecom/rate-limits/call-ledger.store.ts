import type { Account, CountedCalls, Entry, QuotaLedger, Cooldown } from './call-ledger.js';
import type { WindowName } from '../../quotas.js';
import { inTexts } from '../../../platform/database/in-list.js';
import type { Database } from '../../../platform/database/database.js';
import type { Sql } from '../../../platform/database/sql.js';
import { storableJson } from '../../../platform/database/storable.js';
import { BatchedWrites } from '../../../platform/database/batched-writes.js';

interface CountRow {
  readonly quota: string;
  readonly span: WindowName;
  readonly started_at: number;
  readonly counts_until: number;
  readonly calls: number;
}

/** Our own number among PostgreSQL's advisory locks. */
const LEDGER_LOCK = 7_201_122;
const SWEEP_EVERY_MS = 10 * 60_000;

/** What was called, or may be called by somebody, of each quota of one corp: for all processes, and after a restart. */
export class CallLedger implements QuotaLedger {
  private sweptAt = 0;
  private readonly writes: BatchedWrites<never>;

  constructor(
    db: Database,
    private readonly corp: string,
  ) {
    this.writes = new BatchedWrites(db, () => Promise.resolve());
  }

  /**
   * `work` sees what still counts and answers what takes its place, with no other process between. It is done once more
   * when one of those it shared a transaction with has failed: nothing may come of it but its answer.
   */
  async settle<T>(
    endpoint: string,
    quotas: readonly string[],
    now: number,
    work: (account: Account) => Entry<T>,
  ): Promise<T> {
    const answers: T[] = [];
    await this.writes.write(async (tx) => {
      if (tx.dialect === 'postgres') await tx.all(`SELECT 1 AS one FROM pg_advisory_xact_lock(${LEDGER_LOCK})`);
      const entry = work(await this.account(tx, endpoint, quotas, now));
      await this.keep(tx, entry.counted);
      if (entry.rest !== undefined) await this.keepRest(tx, endpoint, entry.rest);
      await this.sweep(tx, now);
      answers.push(entry.answer);
      return undefined;
    });
    return answers.at(-1)!;
  }

  /** In one statement: most calls of a busy corp ask for it. The rest of the endpoint is the row without a span. */
  private async account(tx: Sql, endpoint: string, quotas: readonly string[], now: number): Promise<Account> {
    const rows = await tx.all<CountRow>(
      `SELECT quota, span, started_at, counts_until, calls FROM call_count
       WHERE corp = $1 AND quota IN ${inTexts(tx, 2)} AND counts_until > $3
       UNION ALL SELECT endpoint, NULL, 0, until_at, strikes FROM call_rest WHERE corp = $1 AND endpoint = $4`,
      [this.corp, storableJson(quotas), now, endpoint],
    );
    let rest: Cooldown | undefined;
    const counted: CountedCalls[] = [];
    for (const { quota, span, started_at: startedAt, counts_until: countsUntil, calls } of rows) {
      if (span === null) rest = { until: countsUntil, strikes: calls };
      else counted.push({ quota, window: span, startedAt, countsUntil, calls });
    }
    return { counted, rest };
  }

  private async keep(tx: Sql, counted: readonly CountedCalls[]): Promise<void> {
    if (counted.length === 0) return;
    await tx.insert(
      'call_count',
      counted.map(({ quota, window, startedAt, countsUntil, calls }) => ({
        corp: this.corp,
        quota,
        span: window,
        started_at: startedAt,
        counts_until: countsUntil,
        calls,
      })),
      '(corp, quota, span, started_at) DO UPDATE SET calls = excluded.calls',
    );
  }

  private async keepRest(tx: Sql, endpoint: string, rest: Cooldown | null): Promise<void> {
    if (rest === null) {
      await tx.run('DELETE FROM call_rest WHERE corp = $1 AND endpoint = $2', [this.corp, endpoint]);
      return;
    }
    await tx.insert(
      'call_rest',
      [{ corp: this.corp, endpoint, until_at: rest.until, strikes: rest.strikes }],
      '(corp, endpoint) DO UPDATE SET until_at = excluded.until_at, strikes = excluded.strikes',
    );
  }

  private async sweep(tx: Sql, now: number): Promise<void> {
    if (Math.abs(now - this.sweptAt) < SWEEP_EVERY_MS) return;
    this.sweptAt = now;
    await tx.run('DELETE FROM call_count WHERE counts_until <= $1', [now]);
  }
}
