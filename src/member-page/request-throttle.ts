const MAX_KEYS = 20_000;

/** Counts requests per key in windows of fixed length. In memory: it protects this process, and a restart may forget it. */
export class RequestThrottle {
  private windowStart = 0;
  private counts = new Map<string, number>();

  constructor(
    private readonly most: number,
    private readonly windowMs: number,
  ) {}

  /** Counts one request. False when the key has had its share of this window. */
  admits(key: string, now: number): boolean {
    if (now - this.windowStart >= this.windowMs || now < this.windowStart) {
      this.windowStart = now;
      this.counts = new Map();
    }
    const count = (this.counts.get(key) ?? 0) + 1;
    // At the limit of keys new ones are let in uncounted: refusing them would close the page for everybody.
    if (count > 1 || this.counts.size < MAX_KEYS) this.counts.set(key, count);
    return count <= this.most;
  }
}
