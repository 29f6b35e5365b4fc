/** As much of timers as is needed: now on a clock that never goes back, and a wait. */
export interface Waiting {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const timers: Waiting = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** What became of the wait for a turn: it came, too many waited already, or the caller went away first. */
export type Turn = 'begun' | 'crowded' | 'left';

/**
 * Lets one begin every so often, in the order in which they came. Nobody has to end before the next one begins. Only
 * those who still wait count: who goes away leaves its place to the next.
 */
export class SpacedTurns {
  private readonly line = new Set<(turn: Turn) => void>();
  private nextAt = -Infinity;
  private isServing = false;

  constructor(
    private readonly spacingMs: number,
    private readonly longestLine: number,
    private readonly waiting: Waiting = timers,
  ) {}

  get length(): number {
    return this.line.size;
  }

  /** `whenGone` gets what the caller's going away has to call. */
  async take(whenGone: (leave: () => void) => void = () => undefined): Promise<Turn> {
    const now = this.waiting.now();
    if (this.line.size === 0 && now >= this.nextAt) {
      this.nextAt = now + this.spacingMs;
      return 'begun';
    }
    if (this.line.size >= this.longestLine) return 'crowded';
    const turn = new Promise<Turn>((settle) => {
      this.line.add(settle);
      whenGone(() => {
        if (this.line.delete(settle)) settle('left');
      });
    });
    if (!this.isServing) void this.serve();
    return turn;
  }

  private async serve(): Promise<void> {
    this.isServing = true;
    while (this.line.size > 0) {
      const early = this.nextAt - this.waiting.now();
      if (early > 0) await this.waiting.sleep(early);
      const [first] = this.line;
      if (!first) break;
      this.line.delete(first);
      // A wait that lasted longer than asked is made good by the next one.
      this.nextAt = Math.max(this.nextAt + this.spacingMs, this.waiting.now());
      first('begun');
    }
    this.isServing = false;
  }
}
