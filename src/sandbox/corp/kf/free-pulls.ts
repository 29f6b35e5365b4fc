import { MINUTE } from '../../calendar.js';

interface Window {
  since: number;
  count: number;
  blockedUntil: number;
}

/** Counts pulls without a valid token: so many a minute, then none for a minute (contract §3). */
export class FreePulls {
  private readonly windows = new Map<string, Window>();

  /** False: over the limit. A refused pull makes the block no longer. */
  take(key: string, most: number, now: number): boolean {
    const window = this.windows.get(key) ?? { since: now, count: 0, blockedUntil: 0 };
    this.windows.set(key, window);
    if (window.blockedUntil > now) return false;
    if (now - window.since >= MINUTE) Object.assign(window, { since: now, count: 0 });
    window.count += 1;
    if (window.count <= most) return true;
    window.blockedUntil = now + MINUTE;
    return false;
  }
}
