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

type Settle = (turn: Turn) => void;

/**
 * Lets one begin every so often. Nobody has to end before the next one begins. Callers come in turns of one per network,
 * in the order in which they came within it, so that whoever sends many waits for their own. Only those who still wait
 * count: who goes away leaves its place to the next. Where no more may wait, the newest of the network with most gives way.
 */
export class SpacedTurns {
  /** By network, the one whose turn is next in front. */
  private readonly lines = new Map<string, Set<Settle>>();
  private nextAt = -Infinity;
  private isServing = false;

  constructor(
    private readonly spacingMs: number,
    private readonly mostWaiting: number,
    private readonly waiting: Waiting = timers,
  ) {}

  /** How many wait. */
  get length(): number {
    return [...this.lines.values()].reduce((sum, line) => sum + line.size, 0);
  }

  /** `whenGone` gets what the caller's going away has to call. */
  async take(network: string, whenGone: (leave: () => void) => void = () => undefined): Promise<Turn> {
    const now = this.waiting.now();
    if (this.lines.size === 0 && now >= this.nextAt) {
      this.nextAt = now + this.spacingMs;
      return 'begun';
    }
    if (this.length >= this.mostWaiting && !this.makeRoom(network)) return 'crowded';
    const turn = new Promise<Turn>((settle) => {
      const line = this.lines.get(network) ?? new Set();
      this.lines.set(network, line.add(settle));
      whenGone(() => this.end(network, settle, 'left'));
    });
    if (!this.isServing) void this.serve();
    return turn;
  }

  /** False where nobody has more in line than this network: then it is the newest of its own that gives way. */
  private makeRoom(network: string): boolean {
    const [longest, line] = [...this.lines].reduce((most, next) => (next[1].size > most[1].size ? next : most));
    if (line.size <= (this.lines.get(network)?.size ?? 0)) return false;
    this.end(longest, [...line].at(-1)!, 'crowded');
    return true;
  }

  private end(network: string, settle: Settle, turn: Turn): void {
    const line = this.lines.get(network);
    if (!line?.delete(settle)) return;
    if (line.size === 0) this.lines.delete(network);
    settle(turn);
  }

  private async serve(): Promise<void> {
    this.isServing = true;
    while (this.lines.size > 0) {
      const early = this.nextAt - this.waiting.now();
      if (early > 0) await this.waiting.sleep(early);
      const [next] = this.lines;
      if (!next) break;
      const [network, line] = next;
      const [first] = line;
      // A wait that lasted longer than asked is made good by the next one.
      this.nextAt = Math.max(this.nextAt + this.spacingMs, this.waiting.now());
      this.lines.delete(network);
      if (line.size > 1) this.lines.set(network, line);
      line.delete(first!);
      first!('begun');
    }
    this.isServing = false;
  }
}
