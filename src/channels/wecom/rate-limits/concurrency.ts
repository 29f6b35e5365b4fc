import type { Clock } from '../../../platform/clock.js';
import { Semaphore } from './semaphore.js';

/** Refusals of concurrent calls within this time count as one. */
const TOGETHER_MS = 2_000;
/** After this time without a refusal one more concurrent call is allowed. */
const RECOVERS_MS = 30_000;

interface EndpointLimit {
  readonly semaphore: Semaphore;
  size: number;
  changedAt: number;
}

/** Limits the concurrent calls of an endpoint. WeCom publishes no limit: 45033 halves it, then it slowly recovers. */
export class ConcurrencyLimiter {
  private readonly limits = new Map<string, EndpointLimit>();

  constructor(
    private readonly atOnce: number,
    private readonly clock: Clock,
  ) {}

  async within<T>(endpoint: string, work: () => Promise<T>): Promise<T> {
    const limit = this.limitOf(endpoint);
    await limit.semaphore.enter();
    try {
      return await work();
    } finally {
      this.recover(limit);
      limit.semaphore.leave();
    }
  }

  lower(endpoint: string): void {
    const limit = this.limitOf(endpoint);
    const now = this.clock.now();
    if (limit.size < this.atOnce && now - limit.changedAt < TOGETHER_MS) return;
    this.resize(limit, Math.max(1, Math.floor(limit.size / 2)), now);
  }

  /** Calls that wait for a free place. */
  waiting(): readonly { readonly endpoint: string; readonly calls: number }[] {
    return [...this.limits].flatMap(([endpoint, { semaphore }]) =>
      semaphore.waiting === 0 ? [] : [{ endpoint, calls: semaphore.waiting }],
    );
  }

  private recover(limit: EndpointLimit): void {
    const now = this.clock.now();
    if (limit.size < this.atOnce && now - limit.changedAt >= RECOVERS_MS) this.resize(limit, limit.size + 1, now);
  }

  private resize(limit: EndpointLimit, size: number, now: number): void {
    limit.size = size;
    limit.changedAt = now;
    limit.semaphore.resize(size);
  }

  private limitOf(endpoint: string): EndpointLimit {
    let limit = this.limits.get(endpoint);
    if (!limit) {
      limit = { semaphore: new Semaphore(this.atOnce), size: this.atOnce, changedAt: 0 };
      this.limits.set(endpoint, limit);
    }
    return limit;
  }
}
