import type { CountedCalls } from './call-ledger.js';
import { SPAN_MS } from './published-quotas.js';
import type { QuotaRow } from '../../quotas.js';
import { SlidingWindow } from './sliding-window.js';

/**
 * A block has as many calls as an even rate allows within this time. At full speed this needs a statement or two a second,
 * and a crash wastes at most the calls of this time.
 */
const BLOCK_MS = 2_000;
/** A block is valid for this time. Its calls are counted at its end until it is known when they were made. */
const GOOD_FOR_MS = 10_000;
/** Within this time before its end a new block is requested, because the database writer may be busy. */
const SOON_OVER_MS = 5_000;
/** Smaller blocks are not requested ahead. */
const LEAST_AHEAD = 10;

/** The result of a request to the ledger. `calls` is 0 when the window is full for `waitMs`. */
export interface Allotment {
  /** The calls that are allowed from now on. */
  readonly calls: number;
  /** Of these, the unused calls of the previous block. */
  readonly unused: number;
  readonly waitMs: number;
  readonly now: number;
  /** The start of the slot that counts them. */
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

/** One window of one quota in this process: its block of granted calls and the last seen counts. */
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

  /** Whether a call is allowed without a request to the ledger. */
  hasCalls(now: number): boolean {
    return this.block.left > 0 && now < this.goodUntil;
  }

  /** Whether to request a new block ahead. Not after a partial block: then the window is nearly full. */
  runsLow(now: number): boolean {
    const { left, isWhole } = this.block;
    if (!isWhole || this.blockSize < LEAST_AHEAD) return false;
    return left * 4 < this.blockSize || this.goodUntil - now < SOON_OVER_MS;
  }

  use(now: number): void {
    this.block.left -= 1;
    this.block.lastMadeAt = Math.max(this.block.lastMadeAt, now);
  }

  giveBack(): void {
    this.block.left += 1;
  }

  /** The known wait; 0 when none is known. */
  waitMs(now: number): number {
    const waitMs = this.fullUntil - now;
    // Longer than any wait: the clock was set back.
    return waitMs > this.spanMs + GOOD_FOR_MS + 2 * this.seen.slotMs ? 0 : Math.max(0, waitMs);
  }

  used(now: number): number {
    return Math.max(0, this.seen.counted(now) - this.block.left);
  }

  /** Calculates a new block from the counts. Used calls of the last block are counted when they were made. Changes nothing. */
  allot(counted: readonly CountedCalls[], now: number): Allotment {
    const own = counted.filter((one) => one.quota === this.quota && one.window === this.row.window);
    // Counted by a clock that was set back since. These would count too long, so they count from now.
    const ahead = own.filter((one) => one.calls > 0 && one.startedAt > now + GOOD_FOR_MS + this.spanMs);
    const window = new SlidingWindow(
      this.row.limit,
      this.spanMs,
      own.filter((one) => !ahead.includes(one)).map(({ startedAt, calls }) => ({ startedAt, count: calls })),
    );
    for (const { calls } of ahead) window.count(now, calls);
    const unused = this.uncountUnused(window, now);
    const calls = Math.min(Math.max(unused, this.blockSize), window.room(now));
    const waitMs = calls > 0 ? 0 : window.waitMs(now);
    const startedAt = calls > 0 ? window.count(now + GOOD_FOR_MS, calls) : 0;
    const changed = window.slots
      .filter((slot) => own.find((one) => one.startedAt === slot.startedAt)?.calls !== slot.count)
      .map((slot) => ({ ...this.nameOf(slot.startedAt, window), calls: slot.count }));
    const emptied = ahead.map((one) => ({ ...one, calls: 0 }));
    return { calls, unused, waitMs, now, startedAt, window, changed: [...changed, ...emptied] };
  }

  /** Applies a stored block. Calls made meanwhile from the last block are subtracted from the new one. */
  apply({ calls, unused, startedAt, window, waitMs, now }: Allotment): void {
    const { left, lastMadeAt } = this.block;
    const madeMeanwhile = unused > 0 ? Math.max(0, unused - left) : 0;
    this.seen = window;
    this.block = { startedAt, calls, isWhole: calls >= this.blockSize, left: calls - madeMeanwhile, lastMadeAt };
    this.fullUntil = calls > 0 ? 0 : now + waitMs;
  }

  /** Removes the unused calls of the last block from the counts and returns their number. */
  private uncountUnused(window: SlidingWindow, now: number): number {
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
