import type { LocalizedText } from '../../../domain/localized-text.js';
import type { Clock } from '../../../platform/clock.js';
import { OperatorMistake, RetryLater } from '../../../platform/errors.js';
import type { Receive } from '../../channel.js';
import type { Connection } from '../../connection.js';
import type { CorpState, ReconciliationRun, RunLog, RunReason } from '../../reconciliation.js';
import type { WecomApi } from '../client/wecom-api.js';
import { Reconciliation } from './reconciliation.js';
import type { WecomLogger } from '../settings.js';

const LONGEST_WAIT_MS = 5 * 60_000;
const FIRST_WAIT_MS = 5_000;
/** After this many tries a run is given up, unless the error is a `RetryLater` or it is the first sync. */
const MOST_TRIES = 12;
/** Several times within one lease. */
const RENEW_EVERY_MS = 30_000;

export interface ReconciliationRunnerDeps {
  readonly api: WecomApi;
  readonly clock: Clock;
  readonly logger: WecomLogger;
  readonly corpState: CorpState;
  readonly runLog: RunLog;
  readonly staffAtOnce?: number;
}

const BEGINNING: LocalizedText = { zh: '准备核对', en: 'About to compare' };
const ELSEWHERE: LocalizedText = { zh: '另一个程序正在核对', en: 'Another process is comparing' };

/** Runs reconciliations: when the channel starts, every night, and on request; one at a time. */
export class ReconciliationRunner {
  private receive: Receive | undefined;
  private running: Promise<void> | undefined;
  private waiting: { readonly timer: NodeJS.Timeout; readonly over: () => void } | undefined;
  private problem = '';
  private note = '';
  private ended = true;
  private current: Connection['comparing'] = null;
  private leasedRun: ReconciliationRun | undefined;

  constructor(private readonly deps: ReconciliationRunnerDeps) {}

  start(receive: Receive): void {
    this.ended = false;
    this.receive = receive;
    void this.startRun('started', receive);
  }

  async stop(): Promise<void> {
    this.ended = true;
    this.receive = undefined;
    this.waiting?.over();
    await this.running;
  }

  /** Resolves when the run has finished or was given up. Rejects while another run is active. */
  reconcile(why: 'nightly' | 'asked'): Promise<void> {
    if (!this.receive) return Promise.reject(new RetryLater('not_ready'));
    if (this.running)
      return Promise.reject(
        new OperatorMistake('comparison_under_way', 'a comparison is under way; wait until it is through', undefined, {
          status: 409,
        }),
      );
    return this.startRun(why, this.receive);
  }

  progress(): Connection['comparing'] {
    return this.current;
  }

  /** A text for an admin; empty when the corp could be read. */
  problemText(): string {
    return [this.problem, this.note].filter((part) => part !== '').join('；');
  }

  private startRun(why: Exclude<RunReason, 'first'>, receive: Receive): Promise<void> {
    this.current = { since: this.deps.clock.now(), share: 0, at: BEGINNING };
    const renewing = setInterval(() => void this.renewLease(), RENEW_EVERY_MS).unref();
    this.running = this.runUntilFinished(why, receive).finally(() => {
      clearInterval(renewing);
      this.running = undefined;
      this.leasedRun = undefined;
      this.current = null;
    });
    return this.running;
  }

  private async runUntilFinished(why: Exclude<RunReason, 'first'>, receive: Receive): Promise<void> {
    const { clock, logger, runLog } = this.deps;
    const askedAt = clock.now();
    let run: ReconciliationRun | undefined;
    for (let tries = 1; !this.ended; tries += 1) {
      try {
        this.leasedRun = run = await runLog.begin(why, clock.now());
        this.note = await this.attempt(run, receive);
        await runLog.finish(run.id, this.note, clock.now());
        this.problem = '';
        logger.info({ run: run.id, why: run.why }, 'reconciliation finished');
        return;
      } catch (error) {
        if (this.ended) break;
        if (isLeasedElsewhere(error)) {
          run = undefined;
          this.problem = '';
          if (await this.isFinishedElsewhere(askedAt, error)) return;
          tries -= 1;
          continue;
        }
        const isOver =
          !(error instanceof RetryLater) && tries >= MOST_TRIES && run !== undefined && run.why !== 'first';
        const reason = error instanceof Error ? error.message : String(error);
        this.problem = `读取客户与客户群失败，${isOver ? '已放弃' : '稍后重试'}（${reason}）`;
        // If the database failed, only the log has the problem.
        if (run) await runLog.recordFailure(run.id, this.problem, isOver, clock.now()).catch(() => undefined);
        logger.warn({ err: error }, isOver ? 'reconciliation given up' : 'reconciliation failed; trying again');
        if (isOver) return;
        await this.wait(waitMs(error));
      }
    }
    // Without a database the lease expires by itself.
    if (run) await runLog.releaseLease(run.id).catch(() => undefined);
  }

  /** Renews the lease, also between two tries. After a failure the next renewal is still in time. */
  private async renewLease(): Promise<void> {
    if (this.leasedRun)
      await this.deps.runLog.renewLease(this.leasedRun.id, this.deps.clock.now()).catch(() => undefined);
  }

  /** Waits, then returns whether the other process has finished the run. */
  private async isFinishedElsewhere(askedAt: number, error: RetryLater): Promise<boolean> {
    this.current = { since: askedAt, share: 0, at: ELSEWHERE };
    await this.wait(Math.min(waitMs(error), RENEW_EVERY_MS));
    // On a database error the next wait asks again.
    return this.deps.runLog.hasFinishedSince(askedAt).catch(() => false);
  }

  private attempt(run: ReconciliationRun, receive: Receive): Promise<string> {
    const since = this.deps.clock.now();
    // A stopped channel must not deliver any more facts.
    const whileOpen: Receive = (received) =>
      this.ended ? Promise.reject(new RetryLater('stopped')) : receive(received);
    const reconciliation = new Reconciliation({ ...this.deps, receive: whileOpen }, run, (progress) => {
      if (this.ended) throw new RetryLater('stopped');
      this.current = { since, ...progress };
    });
    return reconciliation.compareAll();
  }

  private wait(ms: number): Promise<void> {
    if (this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      const over = (): void => {
        clearTimeout(this.waiting?.timer);
        this.waiting = undefined;
        resolve();
      };
      this.waiting = { timer: setTimeout(over, ms).unref(), over };
    });
  }
}

const isLeasedElsewhere = (error: unknown): error is RetryLater =>
  error instanceof RetryLater && error.code === 'compared_elsewhere';

/** A halt (40001, 60020 …) has its own delay of five minutes, because WeCom blocks an app that goes on calling. */
function waitMs(error: unknown): number {
  if (!(error instanceof RetryLater)) return LONGEST_WAIT_MS;
  return Math.min(error.retryAfterMs ?? FIRST_WAIT_MS, LONGEST_WAIT_MS);
}
