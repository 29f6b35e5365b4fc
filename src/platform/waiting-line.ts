import { OperatorMistake } from './errors.js';

/** One at a time, a few waiting, and a plain answer for whoever comes after those. */
export class WaitingLine {
  private last: Promise<unknown> = Promise.resolve();
  private inLine = 0;

  constructor(
    private readonly mostWaiting: number,
    private readonly retryAfterMs: number,
  ) {}

  /** Does `work` when it is its turn. Whoever gives up while waiting (`signal`) leaves the line at once. */
  async take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.inLine > this.mostWaiting) throw busy(this.retryAfterMs);
    this.inLine += 1;
    let leave: (() => void) | undefined;
    const left = new Promise<never>((_, fail) => {
      leave = () => fail(signal?.reason as Error);
      signal?.addEventListener('abort', leave, { once: true });
    });
    const mine = this.last.then(() => {
      signal?.throwIfAborted();
      if (leave) signal?.removeEventListener('abort', leave);
      return work();
    });
    this.last = mine.catch(() => undefined);
    try {
      return await Promise.race([mine, left]);
    } finally {
      this.inLine -= 1;
    }
  }
}

/** Too many ask for the same at once. HTTP 429. */
const busy = (retryAfterMs: number): OperatorMistake =>
  new OperatorMistake(
    'busy',
    'others have asked for the same and are being answered; ask again in a moment',
    undefined,
    429,
    retryAfterMs,
  );
