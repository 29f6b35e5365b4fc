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
/** What only waiting cures is waited for; what it does not cure is given up after so many tries, but for the first sync. */
const MOST_TRIES = 12;
/** Several times before the lease of a run is over. */
const RENEW_EVERY_MS = 30_000;

export interface CorpReadingDeps {
  readonly api: WecomApi;
  readonly clock: Clock;
  readonly logger: WecomLogger;
  readonly known: CorpState;
  readonly runs: RunLog;
  readonly staffAtOnce?: number;
}

const BEGINNING: LocalizedText = { zh: '准备核对', en: 'About to compare' };
const ELSEWHERE: LocalizedText = { zh: '另一个程序正在核对', en: 'Another process is comparing' };

/** Comparing with the corp: once when the channel starts, every night, and when asked; never two at once. */
export class ReconciliationRunner {
  private receive: Receive | undefined;
  private underWay: Promise<void> | undefined;
  private waiting: { readonly timer: NodeJS.Timeout; readonly over: () => void } | undefined;
  private problem = '';
  private note = '';
  private ended = true;
  private at: Connection['comparing'] = null;
  private held: ReconciliationRun | undefined;

  constructor(private readonly deps: CorpReadingDeps) {}

  begin(receive: Receive): void {
    this.ended = false;
    this.receive = receive;
    void this.start('started', receive);
  }

  async end(): Promise<void> {
    this.ended = true;
    this.receive = undefined;
    this.waiting?.over();
    await this.underWay;
  }

  /** Resolves when it is through, or has been given up; refused while one is under way. */
  compare(why: 'nightly' | 'asked'): Promise<void> {
    if (!this.receive) return Promise.reject(new RetryLater('not_ready'));
    if (this.underWay)
      return Promise.reject(
        new OperatorMistake(
          'comparison_under_way',
          'a comparison is under way; wait until it is through',
          undefined,
          409,
        ),
      );
    return this.start(why, this.receive);
  }

  comparing(): Connection['comparing'] {
    return this.at;
  }

  /** For an admin; empty when the corp could be read. */
  trouble(): string {
    return [this.problem, this.note].filter((part) => part !== '').join('；');
  }

  private start(why: Exclude<RunReason, 'first'>, receive: Receive): Promise<void> {
    this.at = { since: this.deps.clock.now(), share: 0, at: BEGINNING };
    const renewing = setInterval(() => void this.renew(), RENEW_EVERY_MS).unref();
    this.underWay = this.untilThrough(why, receive).finally(() => {
      clearInterval(renewing);
      this.underWay = undefined;
      this.held = undefined;
      this.at = null;
    });
    return this.underWay;
  }

  private async untilThrough(why: Exclude<RunReason, 'first'>, receive: Receive): Promise<void> {
    const { clock, logger, runs } = this.deps;
    const askedAt = clock.now();
    let run: ReconciliationRun | undefined;
    for (let tries = 1; !this.ended; tries += 1) {
      try {
        this.held = run = await runs.begin(why, clock.now());
        this.note = await this.attempt(run, receive);
        await runs.finish(run.id, this.note, clock.now());
        this.problem = '';
        logger.info({ run: run.id, why: run.why }, 'compared with the corp');
        return;
      } catch (error) {
        if (this.ended) break;
        if (isElsewhere(error)) {
          run = undefined;
          this.problem = '';
          if (await this.isComparedElsewhere(askedAt, error)) return;
          tries -= 1;
          continue;
        }
        const isOver =
          !(error instanceof RetryLater) && tries >= MOST_TRIES && run !== undefined && run.why !== 'first';
        const reason = error instanceof Error ? error.message : String(error);
        this.problem = `读取客户与客户群失败，${isOver ? '已放弃' : '稍后重试'}（${reason}）`;
        // The database may be what failed: then there is nowhere to note it, and the log has it.
        if (run) await runs.recordFailure(run.id, this.problem, isOver, clock.now()).catch(() => undefined);
        logger.warn({ err: error }, isOver ? 'comparing was given up' : 'the corp could not be read; trying again');
        if (isOver) return;
        await this.rest(waitMs(error));
      }
    }
    // The product may be losing its database as well: then the lease runs out by itself.
    if (run) await runs.releaseLease(run.id).catch(() => undefined);
  }

  /** Also while it waits for its next try. What cannot be told now is told the next time, before the lease is over. */
  private async renew(): Promise<void> {
    if (this.held) await this.deps.runs.renewLease(this.held.id, this.deps.clock.now()).catch(() => undefined);
  }

  /** Waits a while; true when the other process is through, and so are we. */
  private async isComparedElsewhere(askedAt: number, told: RetryLater): Promise<boolean> {
    this.at = { since: askedAt, share: 0, at: ELSEWHERE };
    await this.rest(Math.min(waitMs(told), RENEW_EVERY_MS));
    // The database may be gone for a moment: then it is asked again after the next wait.
    return this.deps.runs.hasFinishedSince(askedAt).catch(() => false);
  }

  private attempt(run: ReconciliationRun, receive: Receive): Promise<string> {
    const since = this.deps.clock.now();
    // A channel that is stopped must not tell anything more, however far the reading has come.
    const whileOpen: Receive = (received) =>
      this.ended ? Promise.reject(new RetryLater('stopped')) : receive(received);
    const comparison = new Reconciliation({ ...this.deps, receive: whileOpen }, run, (progress) => {
      if (this.ended) throw new RetryLater('stopped');
      this.at = { since, ...progress };
    });
    return comparison.go();
  }

  private rest(ms: number): Promise<void> {
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

const isElsewhere = (error: unknown): error is RetryLater =>
  error instanceof RetryLater && error.code === 'compared_elsewhere';

/** A halt (40001, 60020 …) says five minutes itself: an admin must act, and WeCom bans who goes on asking. */
function waitMs(error: unknown): number {
  if (!(error instanceof RetryLater)) return LONGEST_WAIT_MS;
  return Math.min(error.retryAfterMs ?? FIRST_WAIT_MS, LONGEST_WAIT_MS);
}
