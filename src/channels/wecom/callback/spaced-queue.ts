/** A monotonic clock and a sleep. */
export interface Timers {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

const realTimers: Timers = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** The result of a wait: the turn began, too many were waiting, or the caller disconnected. */
export type Turn = 'begun' | 'crowded' | 'left';

type Settle = (turn: Turn) => void;

/**
 * Starts one caller per interval, whether or not the previous one has finished. Networks take turns, and within a network the
 * order is first come, first served, so a network with many callers delays only itself. Callers that disconnect do not count.
 * When the queue is full, the newest caller of the network with the most waiting callers is refused.
 */
export class SpacedQueue {
  /** Waiting callers by network; the network of the next turn is the first. */
  private readonly queues = new Map<string, Set<Settle>>();
  private nextAt = -Infinity;
  private isServing = false;

  constructor(
    private readonly spacingMs: number,
    private readonly mostWaiting: number,
    private readonly timers: Timers = realTimers,
  ) {}

  /** The number of waiting callers. */
  get length(): number {
    return [...this.queues.values()].reduce((sum, queue) => sum + queue.size, 0);
  }

  /** `whenGone` registers a function to call when the caller disconnects. */
  async waitForTurn(network: string, whenGone: (leave: () => void) => void = () => undefined): Promise<Turn> {
    const now = this.timers.now();
    if (this.queues.size === 0 && now >= this.nextAt) {
      this.nextAt = now + this.spacingMs;
      return 'begun';
    }
    if (this.length >= this.mostWaiting && !this.makeRoom(network)) return 'crowded';
    const turn = new Promise<Turn>((settle) => {
      const queue = this.queues.get(network) ?? new Set();
      this.queues.set(network, queue.add(settle));
      whenGone(() => this.end(network, settle, 'left'));
    });
    if (!this.isServing) void this.serve();
    return turn;
  }

  /** False when no network has more waiting callers than this one. */
  private makeRoom(network: string): boolean {
    const [longest, queue] = [...this.queues].reduce((most, next) => (next[1].size > most[1].size ? next : most));
    if (queue.size <= (this.queues.get(network)?.size ?? 0)) return false;
    this.end(longest, [...queue].at(-1)!, 'crowded');
    return true;
  }

  private end(network: string, settle: Settle, turn: Turn): void {
    const queue = this.queues.get(network);
    if (!queue?.delete(settle)) return;
    if (queue.size === 0) this.queues.delete(network);
    settle(turn);
  }

  private async serve(): Promise<void> {
    this.isServing = true;
    while (this.queues.size > 0) {
      const early = this.nextAt - this.timers.now();
      if (early > 0) await this.timers.sleep(early);
      const [next] = this.queues;
      if (!next) break;
      const [network, queue] = next;
      const [first] = queue;
      // When a sleep took too long, the next one is shorter.
      this.nextAt = Math.max(this.nextAt + this.spacingMs, this.timers.now());
      this.queues.delete(network);
      if (queue.size > 1) this.queues.set(network, queue);
      queue.delete(first!);
      first!('begun');
    }
    this.isServing = false;
  }
}
