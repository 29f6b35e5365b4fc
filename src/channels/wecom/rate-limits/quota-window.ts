import type { CountedCalls } from './call-ledger.js';
import { SPAN_MS } from './published-quotas.js';
import type { QuotaRow } from '../../quotas.js';
import { SlidingWindow } from './sliding-window.js';

/**
 * So many calls are had from the ledger at once as the window would allow within this time if they came evenly: a
 * statement or two a second at full speed, and a crash wastes no more than was meant for these seconds.
 */
const BLOCK_MS = 2_000;
/** They may be made for so long, and are counted at the end of it until it is known when they were made. */
const GOOD_FOR_MS = 10_000;
/** Then more are had before they are needed: the one writer may be busy, and a newcomer waits. */
const SOON_OVER_MS = 5_000;
/** Smaller blocks are not worth having ahead. */
const LEAST_AHEAD = 10;

/** What the ledger was asked for, and what came of it. `calls` 0: there is no room for `waitMs`. */
export interface Allotment {
  /** All that may be made from now on. */
  readonly calls: number;
  /** Of these it had already. */
  readonly had: number;
  readonly waitMs: number;
  readonly now: number;
  /** The slot they are counted in. */
  readonly startedAt: number;
  readonly window: SlidingWindow;
  readonly changed: readonly CountedCalls[];
}

interface Block {
  readonly startedAt: number;
  readonly calls: number;
  readonly isWhole: boolean;
  left: number;
  lastMadeAt: number;
}

const NOTHING: Block = { startedAt: 0, calls: 0, isWhole: false, left: 0, lastMadeAt: 0 };

/** One window of one quota as this process sees it: the calls it may still make without asking, and what it last saw. */
export class QuotaWindow {
  private seen: SlidingWindow;
  private block: Block = { ...NOTHING };
  private fullUntil = 0;

  constructor(
    readonly quota: string,
    readonly row: QuotaRow,
  ) {
    this.seen = new SlidingWindow(row.limit, this.spanMs);
  }

  /** May one more call be made without asking? */
  holds(now: number): boolean {
    return this.block.left > 0 && now < this.goodUntil;
  }

  /** Should more be asked for, while these last? Not where the last question brought less than a block: it is nearly full. */
  runsLow(now: number): boolean {
    const { left, isWhole } = this.block;
    if (!isWhole || this.blockSize < LEAST_AHEAD) return false;
    return left * 4 < this.blockSize || this.goodUntil - now < SOON_OVER_MS;
  }

  take(now: number): void {
    this.block.left -= 1;
    this.block.lastMadeAt = Math.max(this.block.lastMadeAt, now);
  }

  putBack(): void {
    this.block.left += 1;
  }

  /** As far as is known; 0 when nothing is known against it. */
  waitMs(now: number): number {
    const waitMs = this.fullUntil - now;
    // Longer than ever: the clock was put back since.
    return waitMs > this.spanMs + GOOD_FOR_MS + 2 * this.seen.slotMs ? 0 : Math.max(0, waitMs);
  }

  used(now: number): number {
    return Math.max(0, this.seen.counted(now) - this.block.left);
  }

  /** What may be had of what is counted. What was made of the last block is counted when it was made. Changes nothing yet. */
  allot(counted: readonly CountedCalls[], now: number): Allotment {
    const own = counted.filter((one) => one.quota === this.quota && one.window === this.row.window);
    // Counted by a clock that has been put back since: it would count for ever, so it counts as of now.
    const ahead = own.filter((one) => one.calls > 0 && one.startedAt > now + GOOD_FOR_MS + this.spanMs);
    const window = new SlidingWindow(
      this.row.limit,
      this.spanMs,
      own.filter((one) => !ahead.includes(one)).map(({ startedAt, calls }) => ({ startedAt, count: calls })),
    );
    for (const { calls } of ahead) window.count(now, calls);
    const had = this.settle(window, now);
    const calls = Math.min(Math.max(had, this.blockSize), window.room(now));
    const waitMs = calls > 0 ? 0 : window.waitMs(now);
    const startedAt = calls > 0 ? window.count(now + GOOD_FOR_MS, calls) : 0;
    const changed = window.slots
      .filter((slot) => own.find((one) => one.startedAt === slot.startedAt)?.calls !== slot.count)
      .map((slot) => ({ ...this.nameOf(slot.startedAt, window), calls: slot.count }));
    const emptied = ahead.map((one) => ({ ...one, calls: 0 }));
    return { calls, had, waitMs, now, startedAt, window, changed: [...changed, ...emptied] };
  }

  /** It is on record. What was made of the last block meanwhile is made of this one. */
  receive({ calls, had, startedAt, window, waitMs, now }: Allotment): void {
    const { left, lastMadeAt } = this.block;
    const madeMeanwhile = had > 0 ? Math.max(0, had - left) : 0;
    this.seen = window;
    this.block = { startedAt, calls, isWhole: calls >= this.blockSize, left: calls - madeMeanwhile, lastMadeAt };
    this.fullUntil = calls > 0 ? 0 : now + waitMs;
  }

  /** Takes the last block out of what is counted but for what was made of it; answers what was not. */
  private settle(window: SlidingWindow, now: number): number {
    const { startedAt, calls, left, lastMadeAt } = this.block;
    if (calls === 0 || !window.uncount(startedAt, calls)) return 0;
    if (calls > left) window.count(Math.min(lastMadeAt, now), calls - left);
    return left;
  }

  private get goodUntil(): number {
    return this.block.startedAt + this.seen.slotMs;
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
