import type { Clock } from '../../../platform/clock.js';
import { Semaphore } from './semaphore.js';

/** Refusals of calls that went out together are one. */
const TOGETHER_MS = 2_000;
/** One more call at once is tried after so long without a refusal. */
const RECOVERS_MS = 30_000;

interface Door {
  readonly semaphore: Semaphore;
  size: number;
  changedAt: number;
}

/** How many calls of an endpoint are under way at once. WeCom publishes no number: half after 45033, then slowly back. */
export class ConcurrencyLimiter {
  private readonly doors = new Map<string, Door>();

  constructor(
    private readonly atOnce: number,
    private readonly clock: Clock,
  ) {}

  async within<T>(endpoint: string, work: () => Promise<T>): Promise<T> {
    const door = this.doorOf(endpoint);
    await door.semaphore.enter();
    try {
      return await work();
    } finally {
      this.recover(door);
      door.semaphore.leave();
    }
  }

  lower(endpoint: string): void {
    const door = this.doorOf(endpoint);
    const now = this.clock.now();
    if (door.size < this.atOnce && now - door.changedAt < TOGETHER_MS) return;
    this.set(door, Math.max(1, Math.floor(door.size / 2)), now);
  }

  /** Calls that stand before an endpoint's door. */
  waiting(): readonly { readonly endpoint: string; readonly calls: number }[] {
    return [...this.doors].flatMap(([endpoint, { semaphore }]) =>
      semaphore.waiting === 0 ? [] : [{ endpoint, calls: semaphore.waiting }],
    );
  }

  private recover(door: Door): void {
    const now = this.clock.now();
    if (door.size < this.atOnce && now - door.changedAt >= RECOVERS_MS) this.set(door, door.size + 1, now);
  }

  private set(door: Door, size: number, now: number): void {
    door.size = size;
    door.changedAt = now;
    door.semaphore.resize(size);
  }

  private doorOf(endpoint: string): Door {
    let door = this.doors.get(endpoint);
    if (!door) {
      door = { semaphore: new Semaphore(this.atOnce), size: this.atOnce, changedAt: 0 };
      this.doors.set(endpoint, door);
    }
    return door;
  }
}
