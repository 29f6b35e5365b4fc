import type { Clock } from '../../platform/clock.js';
import { RetryLater } from '../../platform/errors.js';
import type { Receive } from '../channel.js';
import type { WecomApi } from './client/wecom-api.js';
import { readCorp } from './read-corp.js';
import type { WecomLogger } from './settings.js';

const LONGEST_WAIT_MS = 5 * 60_000;

/** The reading of the corp that begins with the channel and is tried until it has succeeded once. */
export class CorpReading {
  private underWay: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private problem = '';
  private ended = false;

  constructor(
    private readonly api: WecomApi,
    private readonly clock: Clock,
    private readonly logger: WecomLogger,
  ) {}

  begin(receive: Receive): void {
    this.ended = false;
    this.underWay = this.attempt(receive);
  }

  async end(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    await this.underWay;
  }

  /** For an admin; empty when the corp has been read or is being read. */
  trouble(): string {
    return this.problem;
  }

  private async attempt(receive: Receive): Promise<void> {
    try {
      // A channel that is stopped must not tell anything more, however far the reading has come.
      const read = await readCorp(this.api, this.clock, (received) =>
        this.ended ? Promise.reject(new RetryLater('stopped')) : receive(received),
      );
      this.problem = '';
      this.logger.info(read, 'read the corp');
    } catch (error) {
      if (this.ended) return;
      this.problem = `读取客户与客户群失败，稍后重试（${error instanceof Error ? error.message : String(error)}）`;
      this.logger.warn({ err: error }, 'the corp could not be read; trying again');
      const waitMs = error instanceof RetryLater ? (error.retryAfterMs ?? 5_000) : LONGEST_WAIT_MS;
      this.timer = setTimeout(() => this.begin(receive), Math.min(waitMs, LONGEST_WAIT_MS)).unref();
    }
  }
}
