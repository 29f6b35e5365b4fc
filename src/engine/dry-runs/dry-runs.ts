import type { Clock } from '../../platform/clock.js';
import type { Database } from '../../platform/database/database.js';
import type { Sql } from '../../platform/database/sql.js';
import { OperatorMistake, RetryLater } from '../../platform/errors.js';
import type { Logger } from '../../platform/logger/logger.js';
import {
  dryRunStore,
  type DryRunBase,
  type DryRunKind,
  type DryRunProblem,
  type DryRunProposal,
  type StoredDryRun,
} from './dry-run.store.js';

/** One dry run or replay. It runs on a snapshot, and throws what stops it. */
export interface DryRunWork {
  readonly kind: DryRunKind;
  readonly askedBy: string;
  readonly base: DryRunBase;
  readonly proposal: DryRunProposal;
  /** How long it may hold its snapshot. Left out: the limit of all runs. */
  readonly limitMs?: number;
  run(sql: Sql, progress: (share: number) => Promise<void>): Promise<unknown>;
}

export interface DryRunsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a run may hold its snapshot. */
  readonly limitMs?: number;
}

/** SQLite's WAL file grows while a snapshot is open. */
const LIMIT_MS = 120_000;
const BEAT_MS = 1_000;
const MOST_WAITING = 4;

const cancelled = new OperatorMistake('cancelled', 'somebody has cancelled it');
const stopping = new OperatorMistake('stopping', 'the product is stopping');

/** Runs dry runs and replays one after the other, and keeps them with their reports. */
export class DryRuns {
  private last: Promise<unknown> = Promise.resolve();
  private readonly underWay = new Map<number, AbortController>();
  private isClosed = false;

  constructor(private readonly options: DryRunsOptions) {}

  /** At a start. Other processes may be at work on PostgreSQL; there a run that is silent reads as interrupted. */
  async interruptEarlier(): Promise<void> {
    const { db, clock } = this.options;
    if (db.dialect === 'sqlite') await db.write((tx) => dryRunStore.interruptAll(tx, clock.now()));
  }

  /** Stores the run and starts it. `finished` resolves when it has ended, whatever its outcome. */
  async start(work: DryRunWork): Promise<{ readonly id: number; readonly finished: Promise<void> }> {
    const { db, clock } = this.options;
    if (this.isClosed) throw stopping;
    if (this.underWay.size > MOST_WAITING)
      throw new OperatorMistake('busy', 'other dry runs are under way: try again when they have ended', undefined, {
        status: 429,
        retryAfterMs: 10_000,
      });
    const id = await db.write((tx) => dryRunStore.begin(tx, work, clock.now()));
    const stop = new AbortController();
    this.underWay.set(id, stop);
    const finished = this.last.then(() => this.runOne(id, work, stop));
    this.last = finished;
    return { id, finished };
  }

  byId(kind: DryRunKind, id: number): Promise<StoredDryRun | null> {
    return dryRunStore.byId(this.options.db.read, kind, id, this.options.clock.now());
  }

  list(kind: DryRunKind, page: { readonly before: number | null; readonly limit: number }): Promise<StoredDryRun[]> {
    return dryRunStore.list(this.options.db.read, kind, page, this.options.clock.now());
  }

  /** One that has ended stays as it is. */
  async cancel(id: number): Promise<void> {
    const { db, clock } = this.options;
    await db.write((tx) => dryRunStore.end(tx, id, { state: 'cancelled' }, clock.now()));
    this.underWay.get(id)?.abort(cancelled);
  }

  /** Stops what is under way; it reads as interrupted. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const stop of this.underWay.values()) stop.abort(stopping);
    await this.last;
  }

  private async runOne(id: number, work: DryRunWork, stop: AbortController): Promise<void> {
    const { db, clock, logger } = this.options;
    const limitMs = work.limitMs ?? this.options.limitMs ?? LIMIT_MS;
    const timer = setTimeout(() => stop.abort(tooLong(limitMs)), limitMs);
    const beat = new Beat(db, clock, id, stop);
    try {
      const report = await db.readSnapshot(stop.signal, (sql) => work.run(sql, (share) => beat.at(share)));
      await db.write((tx) => dryRunStore.end(tx, id, { state: 'done', report }, clock.now()));
    } catch (cause) {
      if (cause === cancelled) return;
      const outcome =
        cause === stopping
          ? ({ state: 'interrupted' } as const)
          : ({ state: 'failed', problem: problemOf(cause) } as const);
      if (!(cause instanceof OperatorMistake)) logger.error({ err: cause, dryRun: id }, 'a dry run has failed');
      await db
        .write((tx) => dryRunStore.end(tx, id, outcome, clock.now()))
        .catch((writing: unknown) => {
          logger.error({ err: writing, dryRun: id }, 'the end of a dry run could not be stored');
        });
    } finally {
      clearTimeout(timer);
      this.underWay.delete(id);
    }
  }
}

/** Writes the progress at most once a second, and lets others run in between. */
class Beat {
  private lastAt = 0;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly id: number,
    private readonly stop: AbortController,
  ) {}

  async at(share: number): Promise<void> {
    await new Promise((resume) => setImmediate(resume));
    this.stop.signal.throwIfAborted();
    const now = performance.now();
    if (now - this.lastAt < BEAT_MS) return;
    this.lastAt = now;
    const isRunning = await this.db.write((tx) => dryRunStore.beat(tx, this.id, share, this.clock.now()));
    // Another process has cancelled it.
    if (!isRunning) this.stop.abort(cancelled);
    this.stop.signal.throwIfAborted();
  }
}

const tooLong = (limitMs: number): OperatorMistake =>
  new OperatorMistake(
    'too_expensive',
    `没有在 ${limitMs / 1_000} 秒内算完，已停止：一次少改几条规则再试 (not finished within ${limitMs / 1_000} s and stopped: change fewer rules at a time)`,
  );

function problemOf(cause: unknown): DryRunProblem {
  if (cause instanceof OperatorMistake) return { code: cause.code, message: cause.message };
  if (cause instanceof RetryLater)
    return { code: cause.code, message: '数据库暂时不可用，请再试 (the database is not available: try again)' };
  return { code: 'internal_error', message: '程序出错了，详情在日志里 (an error of the product; its log says more)' };
}
