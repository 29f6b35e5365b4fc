import type { Clock } from '../../platform/clock.js';

const WINDOW_MS = 15 * 60_000;
/** One person's mistakes from one place, and all that one place may try under any name. */
const TRIES_PER_NAME = 5;
const TRIES_PER_ADDRESS = 30;
const MOST_KEYS = 10_000;

/**
 * Slows guessing down. A try counts before the password is looked at, or a hundred at once would all be looked at; a
 * right one takes its count back. Name and address are counted together, so that nobody can lock an admin out from afar.
 */
export class LoginThrottle {
  private readonly tries = new Map<string, number[]>();

  constructor(private readonly clock: Clock) {}

  /** Null when the try may go on; else how long to wait. */
  take(address: string, name: string): number | null {
    const now = this.clock.now();
    const limits: [string, number][] = [
      [`${address} ${name.toLowerCase().slice(0, 64)}`, TRIES_PER_NAME],
      [address, TRIES_PER_ADDRESS],
    ];
    for (const [key, most] of limits) {
      const recent = this.recent(key, now);
      if (recent.length >= most) return recent[0]! + WINDOW_MS - now;
    }
    if (this.tries.size >= MOST_KEYS) this.forgetOld(now);
    for (const [key] of limits) this.tries.set(key, [...this.recent(key, now), now]);
    return null;
  }

  succeeded(address: string, name: string): void {
    this.tries.delete(`${address} ${name.toLowerCase().slice(0, 64)}`);
    const rest = this.tries.get(address)?.slice(0, -1) ?? [];
    if (rest.length > 0) this.tries.set(address, rest);
    else this.tries.delete(address);
  }

  private recent(key: string, now: number): number[] {
    return (this.tries.get(key) ?? []).filter((at) => at > now - WINDOW_MS);
  }

  private forgetOld(now: number): void {
    for (const key of this.tries.keys()) if (this.recent(key, now).length === 0) this.tries.delete(key);
    if (this.tries.size >= MOST_KEYS) this.tries.clear();
  }
}
