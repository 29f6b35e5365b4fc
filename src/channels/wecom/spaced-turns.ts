/** As much of timers as is needed: now on a clock that never goes back, and a wait. */
export interface Waiting {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const timers: Waiting = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Lets one begin every so often, in the order in which they came. Nobody has to end before the next one begins. */
export class SpacedTurns {
  private nextAt = -Infinity;

  constructor(
    private readonly spacingMs: number,
    private readonly waiting: Waiting = timers,
  ) {}

  async take(): Promise<void> {
    const now = this.waiting.now();
    const at = Math.max(now, this.nextAt);
    this.nextAt = at + this.spacingMs;
    if (at > now) await this.waiting.sleep(at - now);
  }
}
