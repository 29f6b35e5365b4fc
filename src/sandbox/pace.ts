import { setTimeout as pause } from 'node:timers/promises';

/** Pause after a long turn, so that other work gets the event loop. */
const SHORTEST_WAIT_MS = 50;

/**
 * How fast the corp's time runs by itself, whether it is paused, and by how much a tester pushes it ahead. `drive` moves
 * time by what is due.
 */
export class Pace {
  isPaused = false;
  /** True while `drive` runs. Tests do not drive time; they push it. */
  isDriven = false;
  private ahead = 0;
  /** Time moves by whole milliseconds; the fraction is carried over to the next turn. */
  private over = 0;
  private wake: () => void = () => undefined;

  constructor(public msPerSecond: number) {}

  push(ms: number): void {
    this.ahead += ms;
    this.wake();
  }

  /**
   * Calls `move` turn by turn with the ms that are due, 0 when paused. Returns a function that stops it. A turn that takes
   * longer than `tickMs` slows time down; it does not make the next turn longer.
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
    // A failure of a turn rejects what `stop` answers; if nobody stops, it is an unhandled rejection.
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
