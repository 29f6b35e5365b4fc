import type { Clock } from '../../platform/clock.js';
import { RetryLater } from '../../platform/errors.js';
import type { Connection } from '../channel.js';
import { Crowding } from './crowding.js';
import { Gate } from './gate.js';
import { publishedQuotas, restAfter, rowsFor, SPAN_MS, type QuotaRow, type Quotas, type WindowName } from './quotas.js';
import { SlidingWindow } from './sliding-window.js';
import { Waits } from './waits.js';

export interface QuotaUse {
  readonly endpoint: string;
  /** Calls with the same pair go one after the other: in parallel they are refused (45035). */
  readonly pair?: string;
  /** Each of these has a quota of their own, beyond which WeCom drops in silence. */
  readonly people?: readonly string[];
  /** The bot, the task … that has a quota of its own. */
  readonly subject?: string;
}

interface Held {
  readonly row: QuotaRow;
  readonly window: SlidingWindow;
}

type Why = Connection['waiting'][number]['why'];

const PEOPLE_REMEMBERED = 10_000;

/**
 * Keeps us inside WeCom's limits, so that its own counters (whose block lasts the whole window) are never woken. Windows
 * are counted on the product's clock; a wait is slept in real time, because a pushed clock may stand still.
 */
export class Quota {
  private readonly windows = new Map<string, readonly Held[]>();
  private readonly pairs = new Map<string, Gate>();
  private readonly blocks = new Map<string, { until: number; strikes: number }>();
  private readonly crowding: Crowding;
  private readonly waits = new Waits();
  private forgotAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly quotas: Quotas = publishedQuotas,
    readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {
    this.crowding = new Crowding(quotas.atOnce, clock);
  }

  async run<T>(use: QuotaUse, work: () => Promise<T>): Promise<T> {
    return this.inPair(use.pair, () =>
      this.crowding.within(use.endpoint, async () => {
        await this.admit(use);
        return work();
      }),
    );
  }

  /** Counts one more call, when there is room for it or soon will be; else hands it back with how long it must wait. */
  async admit(use: QuotaUse): Promise<void> {
    for (let waitedMs = 0; ;) {
      const now = this.clock.now();
      const windows = this.windowsOf(use);
      const { waitMs, why } = this.longestWait(use.endpoint, windows, now);
      if (waitMs <= 0) {
        for (const { window } of windows) window.count(now);
        return;
      }
      if (waitedMs + waitMs > this.quotas.patienceMs) {
        this.waits.note(use.endpoint, now + waitMs, why, now);
        throw new RetryLater('wecom_quota_full', waitMs, { message: `${use.endpoint}: our own quota is used up` });
      }
      await this.sleep(waitMs);
      waitedMs += waitMs;
    }
  }

  /** WeCom said 45009: how long the endpoint must rest. It does not say which window was full: the shortest, then the next. */
  block(endpoint: string): number {
    const known = this.blocks.get(endpoint);
    const now = this.clock.now();
    // Calls that were already under way come back with the same refusal: that is one strike, not many.
    const isSame = known !== undefined && known.until > now;
    const strikes = isSame ? known.strikes : (known?.strikes ?? 0) + 1;
    const until = isSame ? known.until : now + restAfter(this.quotas, endpoint, strikes);
    this.blocks.set(endpoint, { until, strikes });
    this.waits.note(endpoint, until, 'blocked', now);
    return until - now;
  }

  unblock(endpoint: string): void {
    const known = this.blocks.get(endpoint);
    if (known && known.until <= this.clock.now()) this.blocks.delete(endpoint);
  }

  /** WeCom said 45033. */
  crowded(endpoint: string): void {
    this.crowding.lower(endpoint);
  }

  waiting(): Connection['waiting'] {
    const now = this.clock.now();
    const before = this.crowding
      .waiting()
      .map(({ endpoint, calls }) => ({ endpoint, calls, until: now, why: 'concurrency' as const }));
    return [...this.waits.now(now), ...before];
  }

  /** What an endpoint's windows hold at this moment, and what they may. */
  usageOf(endpoint: string): Pick<Connection['usage'][number], 'lastMinute' | 'perMinute' | 'lastHour' | 'perHour'> {
    const now = this.clock.now();
    const held = this.windows.get(endpoint) ?? [];
    const of = (name: WindowName) => held.find(({ row }) => row.window === name);
    const [minute, hour] = [of('minute'), of('hour')];
    return {
      lastMinute: minute?.window.counted(now) ?? 0,
      perMinute: minute?.row.limit ?? 0,
      lastHour: hour?.window.counted(now) ?? 0,
      perHour: hour?.row.limit ?? 0,
    };
  }

  private longestWait(endpoint: string, windows: readonly Held[], now: number): { waitMs: number; why: Why } {
    let longest: { waitMs: number; why: Why } = {
      waitMs: (this.blocks.get(endpoint)?.until ?? 0) - now,
      why: 'blocked',
    };
    for (const { window, row } of windows) {
      const waitMs = window.waitMs(now);
      if (waitMs > Math.max(0, longest.waitMs)) longest = { waitMs, why: row.window };
    }
    return longest;
  }

  private windowsOf({ endpoint, people = [], subject }: QuotaUse): readonly Held[] {
    this.forgetQuiet();
    return [
      ...this.held(endpoint, endpoint, 'corp'),
      ...people.flatMap((person) => this.held(`${endpoint} ${person}`, endpoint, 'person')),
      ...(subject === undefined ? [] : this.held(`${endpoint} ${subject}`, endpoint, 'subject')),
    ];
  }

  private held(name: string, endpoint: string, per: QuotaRow['per']): readonly Held[] {
    let held = this.windows.get(name);
    if (!held) {
      held = rowsFor(this.quotas, endpoint)
        .filter((row) => row.per === per)
        .map((row) => ({ row, window: new SlidingWindow(row.limit, SPAN_MS[row.window]) }));
      this.windows.set(name, held);
    }
    return held;
  }

  /** Now and then: whoever was not written to for an hour has their whole quota again. */
  private forgetQuiet(): void {
    const now = this.clock.now();
    if (this.windows.size <= PEOPLE_REMEMBERED || now - this.forgotAt < SPAN_MS.minute) return;
    this.forgotAt = now;
    for (const [name, held] of this.windows)
      if (held.every(({ window }) => window.counted(now) === 0)) this.windows.delete(name);
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
}
