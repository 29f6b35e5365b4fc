import { HOUR, MINUTE } from '../../calendar.js';
import { Refused } from './endpoint.js';

export interface Limit {
  readonly perMinute?: number;
  readonly perHour?: number;
  /** Calls of one kind at one time; the platform publishes no number. */
  readonly parallel?: number;
}

const PUBLISHED: Required<Limit> = { perMinute: 10_000, perHour: 150_000, parallel: 400 };

interface Window {
  readonly since: number;
  count: number;
}

/** Counts calls per endpoint. Over the mark the block lasts until the window ends: trying again does not help. */
export class Limits {
  private readonly own = new Map<string, Limit>();
  private readonly windows = new Map<string, Window>();
  private readonly inFlight = new Map<string, number>();

  constructor(private fallback: Limit) {}

  /** `path` undefined changes the limit of all that have none of their own. */
  set(path: string | undefined, limit: Limit): void {
    if (path === undefined) this.fallback = limit;
    else this.own.set(path, limit);
  }

  count(path: string, now: number): void {
    const limit = { ...PUBLISHED, ...this.fallback, ...this.own.get(path) };
    const fits = [this.fits(path, MINUTE, limit.perMinute, now), this.fits(path, HOUR, limit.perHour, now)];
    if (fits.includes(false)) throw new Refused(45009, 'api freq out of limit');
  }

  /** Answers how to leave again. */
  enter(path: string): () => void {
    const busy = this.inFlight.get(path) ?? 0;
    const limit = { ...PUBLISHED, ...this.fallback, ...this.own.get(path) };
    if (busy >= limit.parallel) throw new Refused(45033, 'api concurrent out of limit');
    this.inFlight.set(path, busy + 1);
    return () => this.inFlight.set(path, (this.inFlight.get(path) ?? 1) - 1);
  }

  private fits(path: string, span: number, most: number, now: number): boolean {
    const key = `${path} ${span}`;
    const since = Math.floor(now / span) * span;
    let window = this.windows.get(key);
    if (window?.since !== since) {
      window = { since, count: 0 };
      this.windows.set(key, window);
    }
    window.count += 1;
    return window.count <= most;
  }
}
