const SLOTS = 60;

export interface Slot {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly count: number;
}

/**
 * Counts the events within the last `spanMs` in 60 slots, so an hour of 150 000 calls needs 60 numbers. A slot counts until
 * its latest possible event has left the span, so the error is on the safe side. This costs 1/61 of the rate, and tolerates
 * calls that arrive late.
 */
export class SlidingWindow {
  readonly slotMs: number;
  private readonly counts: { startedAt: number; count: number }[];

  constructor(
    private readonly limit: number,
    private readonly spanMs: number,
    slots: readonly Slot[] = [],
  ) {
    this.slotMs = spanMs / SLOTS;
    this.counts = slots.map((slot) => ({ ...slot })).sort((a, b) => a.startedAt - b.startedAt);
  }

  get slots(): readonly Slot[] {
    return this.counts;
  }

  /** How many more events fit now. */
  room(now: number): number {
    return Math.max(0, this.limit - this.counted(now));
  }

  /** Time until one more event fits; 0 when it fits now. */
  waitMs(now: number): number {
    let over = this.counted(now) - this.limit + 1;
    for (const slot of this.counts) {
      if (over <= 0) break;
      over -= slot.count;
      if (over <= 0) return this.countsUntil(slot) - now;
    }
    return 0;
  }

  /** Returns the start of the slot. */
  count(at: number, calls = 1): number {
    const startedAt = Math.floor(at / this.slotMs) * this.slotMs;
    const before = this.counts.findLastIndex((slot) => slot.startedAt <= startedAt);
    const known = this.counts[before];
    if (known?.startedAt === startedAt) known.count += calls;
    else this.counts.splice(before + 1, 0, { startedAt, count: calls });
    return startedAt;
  }

  /** Returns false when the slot does not contain this many events. */
  uncount(startedAt: number, calls: number): boolean {
    const slot = this.counts.find((one) => one.startedAt === startedAt);
    if (!slot || slot.count < calls) return false;
    slot.count -= calls;
    return true;
  }

  countsUntil({ startedAt }: Pick<Slot, 'startedAt'>): number {
    return startedAt + this.slotMs + this.spanMs;
  }

  /** The events that still count. */
  counted(now: number): number {
    while (this.counts[0] && this.countsUntil(this.counts[0]) <= now) this.counts.shift();
    return this.counts.reduce((sum, slot) => sum + slot.count, 0);
  }
}
