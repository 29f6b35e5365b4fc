import { HOUR, MINUTE } from '../../calendar.js';
import { Refused } from './endpoint.js';

export interface Limit {
  readonly perMinute?: number;
  readonly perHour?: number;
  /** Calls of one endpoint at one time; the platform publishes no number. */
  readonly parallel?: number;
}

/** Contract §1.3; one tester met 45033 at 400 calls at once (§1.2). */
const PUBLISHED: Required<Limit> = { perMinute: 10_000, perHour: 150_000, parallel: 400 };

interface Window {
  since: number;
  count: number;
  blockedUntil: number;
}

/**
 * Counts calls per endpoint. Over a limit, calls are refused for the length of its window: 60 s or an hour (contract §1.2).
 * Refused calls neither count nor make that time longer.
 */
export class Limits {
  private readonly own = new Map<string, Limit>();
  private readonly windows = new Map<string, Window>();
  private readonly inFlight = new Map<string, number>();

  constructor(private fallback: Limit) {}

  /** `path` undefined: the limit of all endpoints that have none of their own. */
  set(path: string | undefined, limit: Limit): void {
    if (path === undefined) this.fallback = limit;
    else this.own.set(path, limit);
  }

  count(path: string, now: number): void {
    const limit = this.of(path);
    const minute = this.window(path, MINUTE, now);
    const hour = this.window(path, HOUR, now);
    if (Math.max(minute.blockedUntil, hour.blockedUntil) > now) throw new Refused(45009, 'api freq out of limit');
    const overMinute = isOver(minute, MINUTE, limit.perMinute, now);
    const overHour = isOver(hour, HOUR, limit.perHour, now);
    if (overMinute || overHour) throw new Refused(45009, 'api freq out of limit');
  }

  /** Returns the function that ends the call. */
  enter(path: string): () => void {
    const busy = this.inFlight.get(path) ?? 0;
    if (busy >= this.of(path).parallel) throw new Refused(45033, 'api concurrent out of limit');
    this.inFlight.set(path, busy + 1);
    return () => this.inFlight.set(path, (this.inFlight.get(path) ?? 1) - 1);
  }

  private of(path: string): Required<Limit> {
    return { ...PUBLISHED, ...this.fallback, ...this.own.get(path) };
  }

  private window(path: string, span: number, now: number): Window {
    const key = `${path} ${span}`;
    const window = this.windows.get(key) ?? { since: now, count: 0, blockedUntil: 0 };
    this.windows.set(key, window);
    if (now - window.since >= span) Object.assign(window, { since: now, count: 0 });
    return window;
  }
}

function isOver(window: Window, span: number, most: number, now: number): boolean {
  window.count += 1;
  if (window.count <= most) return false;
  window.blockedUntil = now + span;
  return true;
}
