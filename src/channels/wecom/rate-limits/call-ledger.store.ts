import type { LedgerState, CountedCalls, LedgerUpdate, QuotaLedger, Cooldown } from './call-ledger.js';
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

/** The id of our PostgreSQL advisory lock. */
const LEDGER_LOCK = 7_201_122;
const SWEEP_EVERY_MS = 10 * 60_000;

/** The counted calls of each quota of one corp, shared by all processes and kept over a restart. */
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
   * `work` gets the current counts and returns their replacement; the lock keeps other processes out. It runs again when
   * another write in the same transaction fails, so it must have no other effect than its return value.
   */
  async update<T>(
    endpoint: string,
    quotas: readonly string[],
    now: number,
    work: (state: LedgerState) => LedgerUpdate<T>,
  ): Promise<T> {
    const answers: T[] = [];
    await this.writes.write(async (tx) => {
      if (tx.dialect === 'postgres') await tx.all(`SELECT 1 AS one FROM pg_advisory_xact_lock(${LEDGER_LOCK})`);
      const entry = work(await this.loadState(tx, endpoint, quotas, now));
      await this.saveCounts(tx, entry.counted);
      if (entry.cooldown !== undefined) await this.saveCooldown(tx, endpoint, entry.cooldown);
      await this.deleteExpired(tx, now);
      answers.push(entry.answer);
      return undefined;
    });
    return answers.at(-1)!;
  }

  /** One statement, because it runs often. The row without a span is the cooldown of the endpoint. */
  private async loadState(tx: Sql, endpoint: string, quotas: readonly string[], now: number): Promise<LedgerState> {
    const rows = await tx.all<CountRow>(
      `SELECT quota, span, started_at, counts_until, calls FROM call_count
       WHERE corp = $1 AND quota IN ${inTexts(tx, 2)} AND counts_until > $3
       UNION ALL SELECT endpoint, NULL, 0, until_at, strikes FROM call_rest WHERE corp = $1 AND endpoint = $4`,
      [this.corp, storableJson(quotas), now, endpoint],
    );
    let cooldown: Cooldown | undefined;
    const counted: CountedCalls[] = [];
    for (const { quota, span, started_at: startedAt, counts_until: countsUntil, calls } of rows) {
      if (span === null) cooldown = { until: countsUntil, strikes: calls };
      else counted.push({ quota, window: span, startedAt, countsUntil, calls });
    }
    return { counted, cooldown };
  }

  private async saveCounts(tx: Sql, counted: readonly CountedCalls[]): Promise<void> {
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

  private async saveCooldown(tx: Sql, endpoint: string, cooldown: Cooldown | null): Promise<void> {
    if (cooldown === null) {
      await tx.run('DELETE FROM call_rest WHERE corp = $1 AND endpoint = $2', [this.corp, endpoint]);
      return;
    }
    await tx.insert(
      'call_rest',
      [{ corp: this.corp, endpoint, until_at: cooldown.until, strikes: cooldown.strikes }],
      '(corp, endpoint) DO UPDATE SET until_at = excluded.until_at, strikes = excluded.strikes',
    );
  }

  private async deleteExpired(tx: Sql, now: number): Promise<void> {
    if (Math.abs(now - this.sweptAt) < SWEEP_EVERY_MS) return;
    this.sweptAt = now;
    await tx.run('DELETE FROM call_count WHERE counts_until <= $1', [now]);
  }
}
