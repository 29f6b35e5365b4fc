import { HOUR_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import { RetryLater } from '../../platform/errors.js';
import { Gate } from './gate.js';
import { SlidingWindow } from './sliding-window.js';

export interface QuotaUse {
  readonly endpoint: string;
  /** Calls with the same pair go one after the other: in parallel they are refused (45035). */
  readonly pair?: string;
  /** Each of these has a quota of their own, beyond which WeCom drops in silence. */
  readonly people?: readonly string[];
}

export interface QuotaLimits {
  /** Per endpoint, whole corp (O-90454). */
  readonly perMinute: number;
  readonly perHour: number;
  /** Calls under way at once per endpoint. No figure is published (45033 says only "too many"); 5 is what SaaS vendors use. */
  readonly atOnce: number;
  /** App messages to one person (O-90454): "excess silently dropped". */
  readonly perPersonMinute: number;
  readonly perPersonHour: number;
  /** A shorter wait is waited out in place; a longer one is handed back to the outbox. */
  readonly patienceMs: number;
}

export const PUBLISHED_LIMITS: QuotaLimits = {
  perMinute: 10_000,
  perHour: 150_000,
  atOnce: 5,
  perPersonMinute: 30,
  perPersonHour: 1_000,
  patienceMs: 2_000,
};

const MINUTE_MS = 60_000;
const PEOPLE_REMEMBERED = 10_000;

/**
 * Keeps us inside WeCom's limits, so that its own counters (whose block lasts the whole window) are never woken. Windows
 * are counted on the product's clock; a wait is slept in real time, because a pushed clock may stand still.
 */
export class Quota {
  private readonly windows = new Map<string, readonly SlidingWindow[]>();
  private readonly gates = new Map<string, Gate>();
  private readonly pairs = new Map<string, Gate>();
  private readonly blocks = new Map<string, { until: number; strikes: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly limits: QuotaLimits = PUBLISHED_LIMITS,
    private readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  async run<T>(use: QuotaUse, work: () => Promise<T>): Promise<T> {
    return this.inPair(use.pair, () =>
      this.inGate(use.endpoint, async () => {
        await this.room(use);
        return work();
      }),
    );
  }

  /** WeCom said 45009: how long the endpoint must rest. It does not say which window was full: a minute, then an hour. */
  block(endpoint: string): number {
    const known = this.blocks.get(endpoint);
    const now = this.clock.now();
    // Calls that were already under way come back with the same refusal: that is one strike, not many.
    if (known && known.until > now) return known.until - now;
    const strikes = (known?.strikes ?? 0) + 1;
    const restMs = strikes === 1 ? MINUTE_MS : HOUR_MS;
    this.blocks.set(endpoint, { until: now + restMs, strikes });
    return restMs;
  }

  unblock(endpoint: string): void {
    const known = this.blocks.get(endpoint);
    if (known && known.until <= this.clock.now()) this.blocks.delete(endpoint);
  }

  private async room(use: QuotaUse): Promise<void> {
    for (let waitedMs = 0; ;) {
      const now = this.clock.now();
      const windows = this.windowsOf(use);
      const blockedMs = (this.blocks.get(use.endpoint)?.until ?? 0) - now;
      const waitMs = Math.max(blockedMs, ...windows.map((window) => window.waitMs(now)));
      if (waitMs <= 0) {
        for (const window of windows) window.count(now);
        return;
      }
      if (waitedMs + waitMs > this.limits.patienceMs)
        throw new RetryLater('wecom_quota_full', waitMs, { message: `${use.endpoint}: our own quota is used up` });
      await this.sleep(waitMs);
      waitedMs += waitMs;
    }
  }

  private windowsOf(use: QuotaUse): readonly SlidingWindow[] {
    const { perMinute, perHour, perPersonMinute, perPersonHour } = this.limits;
    const people = use.people ?? [];
    if (this.windows.size > PEOPLE_REMEMBERED) this.forgetQuiet();
    return [
      ...this.windowsNamed(use.endpoint, perMinute, perHour),
      ...people.flatMap((person) => this.windowsNamed(`${use.endpoint} ${person}`, perPersonMinute, perPersonHour)),
    ];
  }

  private windowsNamed(name: string, perMinute: number, perHour: number): readonly SlidingWindow[] {
    let windows = this.windows.get(name);
    if (!windows) {
      windows = [new SlidingWindow(perMinute, MINUTE_MS), new SlidingWindow(perHour, HOUR_MS)];
      this.windows.set(name, windows);
    }
    return windows;
  }

  private forgetQuiet(): void {
    const now = this.clock.now();
    for (const [name, windows] of this.windows)
      if (windows.every((window) => window.isEmpty(now))) this.windows.delete(name);
  }

  private async inPair<T>(pair: string | undefined, work: () => Promise<T>): Promise<T> {
    if (pair === undefined) return work();
    const gate = this.pairs.get(pair) ?? new Gate(1);
    this.pairs.set(pair, gate);
    await gate.enter();
    try {
      return await work();
    } finally {
      gate.leave();
      if (gate.isIdle) this.pairs.delete(pair);
    }
  }

  private async inGate<T>(endpoint: string, work: () => Promise<T>): Promise<T> {
    const gate = this.gates.get(endpoint) ?? new Gate(this.limits.atOnce);
    this.gates.set(endpoint, gate);
    await gate.enter();
    try {
      return await work();
    } finally {
      gate.leave();
    }
  }
}
