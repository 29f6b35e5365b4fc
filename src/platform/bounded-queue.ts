import { OperatorMistake } from './errors.js';

/** Runs one task at a time. A few may wait; further ones are refused with 429. */
export class BoundedQueue {
  private last: Promise<unknown> = Promise.resolve();
  private size = 0;

  constructor(
    private readonly maxWaiting: number,
    private readonly retryAfterMs: number,
  ) {}

  /** Runs `work` when it is its turn. An aborted `signal` removes a waiting task from the queue at once. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.size > this.maxWaiting) throw busy(this.retryAfterMs);
    this.size += 1;
    let onAbort: (() => void) | undefined;
    const aborted = new Promise<never>((_, fail) => {
      onAbort = () => fail(signal?.reason as Error);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
    const done = this.last.then(() => {
      signal?.throwIfAborted();
      if (onAbort) signal?.removeEventListener('abort', onAbort);
      return work();
    });
    this.last = done.catch(() => undefined);
    try {
      return await Promise.race([done, aborted]);
    } finally {
      this.size -= 1;
    }
  }
}

/** HTTP 429. */
const busy = (retryAfterMs: number): OperatorMistake =>
  new OperatorMistake(
    'busy',
    'others have asked for the same and are being answered; ask again in a moment',
    undefined,
    { status: 429, retryAfterMs },
  );
