import { setTimeout as pause } from 'node:timers/promises';

/** After a turn that took long the loop still lets others have theirs. */
const SHORTEST_WAIT_MS = 50;

/**
 * How fast the corp's time goes by itself, whether it stands still, and how far somebody pushes it. Whoever drives time
 * asks here what is due.
 */
export class Pace {
  isPaused = false;
  /** Somebody drives time; nobody does in a test, which pushes it itself. */
  isDriven = false;
  private ahead = 0;
  /** Clocks tell whole milliseconds; what is left of one counts in the next turn. */
  private over = 0;
  private wake: () => void = () => undefined;

  constructor(public msPerSecond: number) {}

  push(ms: number): void {
    this.ahead += ms;
    this.wake();
  }

  /**
   * Turn by turn hands on by how much time has to move, 0 when it stands still; answers how to stop. A turn that takes
   * longer than `tickMs` slows time down, instead of making the next turn the longer.
   */
  drive(tickMs: number, move: (byMs: number) => Promise<void>): () => Promise<void> {
    const stop = new AbortController();
    this.isDriven = true;
    const run = async (): Promise<void> => {
      let spentMs = tickMs;
      while (!stop.signal.aborted) {
        const begun = performance.now();
        await move(this.due(Math.min(spentMs, tickMs)));
        await this.turnOver(Math.max(SHORTEST_WAIT_MS, tickMs - (performance.now() - begun)), stop.signal);
        spentMs = performance.now() - begun;
      }
      this.isDriven = false;
    };
    const done = run();
    // Whoever stops hears of what went wrong; so does the process, if nobody ever stops.
    return () => {
      stop.abort();
      this.wake();
      return done;
    };
  }

  private due(spentMs: number): number {
    const due = this.ahead + this.over + (this.isPaused ? 0 : (spentMs * this.msPerSecond) / 1_000);
    this.ahead = 0;
    this.over = due % 1;
    return due - this.over;
  }

  private async turnOver(waitMs: number, stopped: AbortSignal): Promise<void> {
    if (stopped.aborted || this.ahead > 0) return;
    const early = new AbortController();
    this.wake = () => early.abort();
    await pause(waitMs, undefined, { signal: early.signal }).catch(() => undefined);
  }
}
