import type { CountedCalls } from './quota-ledger.js';
import { SPAN_MS, type QuotaRow } from './quotas.js';
import { SlidingWindow } from './sliding-window.js';

/**
 * So many calls are had from the ledger at once as the window would allow within this time if they came evenly: a
 * statement or two a second at full speed, and a crash wastes no more than was meant for these seconds.
 */
const BLOCK_MS = 2_000;

/** What the ledger was asked for, and what came of it. `calls` 0: there is no room for `waitMs`. */
export interface Allotment {
  readonly calls: number;
  readonly waitMs: number;
  readonly now: number;
  readonly startedAt: number;
  readonly window: SlidingWindow;
  readonly changed: readonly CountedCalls[];
}

interface Block {
  readonly startedAt: number;
  left: number;
}

/** One window of one quota as this process sees it: the calls it may still make without asking, and what it last saw. */
export class QuotaWindow {
  private seen: SlidingWindow;
  private block: Block = { startedAt: 0, left: 0 };
  private fullUntil = 0;

  constructor(
    readonly quota: string,
    readonly row: QuotaRow,
  ) {
    this.seen = new SlidingWindow(row.limit, this.spanMs);
  }

  /** May one more call be made without asking? What was allowed counts with its slot, and must be made within it. */
  holds(now: number): boolean {
    return this.block.left > 0 && now < this.block.startedAt + this.seen.slotMs;
  }

  /** Answers how it is put back. */
  take(): () => void {
    const { block } = this;
    block.left -= 1;
    return () => (block.left += 1);
  }

  /** As far as is known; 0 when nothing is known against it. */
  waitMs(now: number): number {
    const waitMs = this.fullUntil - now;
    // Longer than ever: the clock was put back since.
    return waitMs > this.spanMs + 2 * this.seen.slotMs ? 0 : Math.max(0, waitMs);
  }

  used(now: number): number {
    return Math.max(0, this.seen.counted(now) - this.block.left);
  }

  /** What may be had of what is counted, the rest of the last block given back. Changes nothing yet. */
  allot(counted: readonly CountedCalls[], now: number): Allotment {
    const own = counted.filter((one) => one.quota === this.quota && one.window === this.row.window);
    // Counted by a clock that has been put back since: it would count for ever, so it counts as of now.
    const ahead = own.filter((one) => one.calls > 0 && one.startedAt > now + this.spanMs);
    const window = new SlidingWindow(
      this.row.limit,
      this.spanMs,
      own.filter((one) => !ahead.includes(one)).map(({ startedAt, calls }) => ({ startedAt, count: calls })),
    );
    window.uncount(this.block.startedAt, this.block.left);
    for (const { calls } of ahead) window.count(now, calls);
    const calls = Math.min(this.blockSize, window.room(now));
    const waitMs = calls > 0 ? 0 : window.waitMs(now);
    const startedAt = calls > 0 ? window.count(now, calls) : 0;
    const changed = window.slots
      .filter((slot) => own.find((one) => one.startedAt === slot.startedAt)?.calls !== slot.count)
      .map((slot) => ({ ...this.nameOf(slot.startedAt, window), calls: slot.count }));
    const emptied = ahead.map((one) => ({ ...one, calls: 0 }));
    return { calls, waitMs, now, startedAt, window, changed: [...changed, ...emptied] };
  }

  /** It is on record. */
  receive({ calls, startedAt, window, waitMs, now }: Allotment): void {
    this.seen = window;
    this.block = { startedAt, left: calls };
    this.fullUntil = calls > 0 ? 0 : now + waitMs;
  }

  private get spanMs(): number {
    return SPAN_MS[this.row.window];
  }

  private get blockSize(): number {
    return Math.max(1, Math.ceil((this.row.limit * BLOCK_MS) / this.spanMs));
  }

  private nameOf(startedAt: number, window: SlidingWindow): Omit<CountedCalls, 'calls'> {
    return { quota: this.quota, window: this.row.window, startedAt, countsUntil: window.countsUntil({ startedAt }) };
  }
}
