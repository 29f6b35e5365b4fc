const SLOTS = 60;

/**
 * Counts what happened within the last `spanMs`, in 60 slots rather than one by one: an hour of 150 000 calls costs 60
 * numbers. A slot counts until its youngest possible entry has left, so the error is on the safe side; it costs a 61st of
 * the rate, and leaves calls that are long under way room to arrive late.
 */
export class SlidingWindow {
  private readonly slots: { startedAt: number; count: number }[] = [];
  private readonly slotMs: number;

  constructor(
    private readonly limit: number,
    private readonly spanMs: number,
  ) {
    this.slotMs = spanMs / SLOTS;
  }

  /** How long until one more fits; 0 when it fits now. */
  waitMs(now: number): number {
    let over = this.counted(now) - this.limit + 1;
    for (const slot of this.slots) {
      if (over <= 0) break;
      over -= slot.count;
      if (over <= 0) return slot.startedAt + this.slotMs + this.spanMs - now;
    }
    return 0;
  }

  count(now: number): void {
    const startedAt = Math.floor(now / this.slotMs) * this.slotMs;
    const last = this.slots.at(-1);
    if (last && last.startedAt >= startedAt) last.count += 1;
    else this.slots.push({ startedAt, count: 1 });
  }

  /** What still counts. */
  counted(now: number): number {
    while (this.slots[0] && this.slots[0].startedAt + this.slotMs + this.spanMs <= now) this.slots.shift();
    return this.slots.reduce((sum, slot) => sum + slot.count, 0);
  }
}
