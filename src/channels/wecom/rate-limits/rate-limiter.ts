import type { Clock } from '../../../platform/clock.js';
import { RetryLater } from '../../../platform/errors.js';
import type { Connection } from '../../connection.js';
import type { QuotaUse } from '../../wecom-app.js';
import { ConcurrencyLimiter } from './concurrency.js';
import { Semaphore } from './semaphore.js';
import { InMemoryLedger, type LedgerState, type LedgerUpdate, type QuotaLedger, type Cooldown } from './call-ledger.js';
import { QuotaWindow, type Allotment } from './quota-window.js';
import { publishedQuotas, quotasFor, SPAN_MS } from './published-quotas.js';
import type { QuotaRow, Quotas, WindowName } from '../../quotas.js';
import { Cooldowns } from './cooldowns.js';
import { PendingWaits } from './pending-waits.js';

type WaitReason = Connection['waiting'][number]['why'];

interface Wait {
  readonly waitMs: number;
  readonly why: WaitReason;
}

const NO_WAIT: Wait = { waitMs: 0, why: 'blocked' };

const PEOPLE_REMEMBERED = 10_000;

/**
 * Keeps the calls within WeCom's limits, because WeCom blocks for a whole window. Calls are requested from the ledger in
 * blocks and used from memory. Windows use the product's clock; waits sleep in real time, because a pushed clock may not
 * move.
 */
export class RateLimiter {
  private readonly windows = new Map<string, readonly QuotaWindow[]>();
  private readonly pairLocks = new Map<string, Semaphore>();
  /** Only one call requests a block of an endpoint; the others wait for it. */
  private readonly ledgerLocks = new Map<string, Semaphore>();
  private readonly cooldowns: Cooldowns;
  private readonly concurrency: ConcurrencyLimiter;
  private readonly pendingWaits = new PendingWaits();
  private droppedAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly quotas: Quotas = publishedQuotas,
    readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    private readonly ledger: QuotaLedger = new InMemoryLedger(),
  ) {
    this.concurrency = new ConcurrencyLimiter(quotas.atOnce, clock);
    this.cooldowns = new Cooldowns(quotas);
  }

  async run<T>(use: QuotaUse, work: () => Promise<T>): Promise<T> {
    return withLock(this.pairLocks, use.pair, () =>
      this.concurrency.within(use.endpoint, async () => {
        await this.admit(use);
        return work();
      }),
    );
  }

  /** Counts one call, after a short wait if necessary. Throws `RetryLater` with the time when the wait is longer. */
  async admit(use: QuotaUse): Promise<void> {
    for (let waitedMs = 0; ;) {
      const { waitMs, why } = await this.acquire(use);
      if (waitMs <= 0) return;
      if (waitedMs + waitMs > this.quotas.patienceMs) {
        const now = this.clock.now();
        this.pendingWaits.add(use.endpoint, now + waitMs, why, now);
        throw new RetryLater('wecom_quota_full', waitMs, {
          message: `${use.endpoint}: our own quota is used up`,
          countsAsAttempt: false,
          throttlesKind: true,
        });
      }
      await this.sleep(waitMs);
      waitedMs += waitMs;
    }
  }

  /** After errcode 45009. Returns the cooldown in ms. */
  async startCooldown(endpoint: string): Promise<number> {
    const now = this.clock.now();
    if (this.cooldowns.begin(endpoint, now))
      await this.ledger.update(endpoint, [], now, ({ cooldown }) => ({
        counted: [],
        ...cooldownChange(this.cooldowns.record(endpoint, cooldown, now)),
        answer: undefined,
      }));
    const waitMs = this.cooldowns.waitMs(endpoint, now);
    this.pendingWaits.add(endpoint, now + waitMs, 'blocked', now);
    return waitMs;
  }

  endCooldown(endpoint: string): void {
    this.cooldowns.lift(endpoint, this.clock.now());
  }

  /** After errcode 45033. */
  lowerConcurrency(endpoint: string): void {
    this.concurrency.lower(endpoint);
  }

  waiting(): Connection['waiting'] {
    const now = this.clock.now();
    const before = this.concurrency
      .waiting()
      .map(({ endpoint, calls }) => ({ endpoint, calls, until: now, why: 'concurrency' as const }));
    return [...this.pendingWaits.current(now), ...before];
  }

  /** The current calls and limits of an endpoint. */
  usageOf(endpoint: string): Pick<Connection['usage'][number], 'lastMinute' | 'perMinute' | 'lastHour' | 'perHour'> {
    const now = this.clock.now();
    const windows = this.windows.get(endpoint) ?? [];
    const of = (name: WindowName) => windows.find(({ row }) => row.window === name);
    const [minute, hour] = [of('minute'), of('hour')];
    return {
      lastMinute: minute?.used(now) ?? 0,
      perMinute: minute?.row.limit ?? 0,
      lastHour: hour?.used(now) ?? 0,
      perHour: hour?.row.limit ?? 0,
    };
  }

  /** Uses one call of each window, or none and returns the wait. */
  private async acquire(use: QuotaUse): Promise<Wait> {
    const windows = this.windowsOf(use);
    return (
      this.acquireFromMemory(use.endpoint, windows) ??
      (await withLock(
        this.ledgerLocks,
        use.endpoint,
        async () => this.acquireFromMemory(use.endpoint, windows) ?? this.acquireFromLedger(use.endpoint, windows),
      ))
    );
  }

  /** Undefined when a new block must be requested from the ledger. */
  private acquireFromMemory(endpoint: string, windows: readonly QuotaWindow[]): Wait | undefined {
    const now = this.clock.now();
    const wait = this.longestWait(endpoint, windows, now);
    if (wait.waitMs > 0) return wait;
    if (!windows.every((window) => window.hasCalls(now))) return undefined;
    for (const window of windows) window.use(now);
    const low = windows.filter((window) => window.runsLow(now));
    if (low.length > 0 && !this.ledgerLocks.has(endpoint)) void this.refill(endpoint, low);
    return NO_WAIT;
  }

  /** Requests a block ahead. A failure is ignored: the call that needs the block requests it again and gets the error. */
  private refill(endpoint: string, low: readonly QuotaWindow[]): Promise<unknown> {
    return withLock(this.ledgerLocks, endpoint, () => this.requestCalls(endpoint, low, 'later')).catch(() => undefined);
  }

  private async acquireFromLedger(endpoint: string, windows: readonly QuotaWindow[]): Promise<Wait> {
    const begun = this.clock.now();
    const lacking = windows.filter((window) => !window.hasCalls(begun));
    const holding = windows.filter((window) => !lacking.includes(window));
    for (const window of holding) window.use(begun);
    let isAcquired = false;
    try {
      // Granted to this call, so it is valid however long the ledger took.
      isAcquired = await this.requestCalls(endpoint, lacking, 'this call');
      if (isAcquired) return NO_WAIT;
      const wait = this.longestWait(endpoint, windows, this.clock.now());
      return { ...wait, waitMs: Math.max(1, wait.waitMs) };
    } finally {
      if (!isAcquired) for (const window of holding) window.giveBack();
    }
  }

  /** Whether each of these windows has calls now. The call of `this call` is used before another caller can use it. */
  private async requestCalls(
    endpoint: string,
    windows: readonly QuotaWindow[],
    wanted: 'this call' | 'later',
  ): Promise<boolean> {
    const quotas = [...new Set(windows.map(({ quota }) => quota))];
    const allotments = await this.ledger.update(endpoint, quotas, this.clock.now(), (state) =>
      this.allot(endpoint, windows, state),
    );
    if (!allotments) return false;
    for (const [at, allotment] of allotments.entries())
      if (isGranted(allotment, allotments)) windows[at]?.apply(allotment);
    if (!allotments.every(({ calls }) => calls > 0)) return false;
    if (wanted === 'this call') for (const window of windows) window.use(this.clock.now());
    return true;
  }

  /** Calculates the block of each window. Nothing during a cooldown. */
  private allot(
    endpoint: string,
    windows: readonly QuotaWindow[],
    { counted, cooldown }: LedgerState,
  ): LedgerUpdate<readonly Allotment[] | undefined> {
    const now = this.clock.now();
    const change = cooldownChange(this.cooldowns.record(endpoint, cooldown, now));
    if (this.cooldowns.waitMs(endpoint, now) > 0) return { counted: [], ...change, answer: undefined };
    const allotments = windows.map((window) => window.allot(counted, now));
    const kept = allotments.filter((allotment) => isGranted(allotment, allotments));
    return { counted: kept.flatMap(({ changed }) => changed), ...change, answer: allotments };
  }

  private longestWait(endpoint: string, windows: readonly QuotaWindow[], now: number): Wait {
    let longest: Wait = { waitMs: this.cooldowns.waitMs(endpoint, now), why: 'blocked' };
    for (const window of windows) {
      const waitMs = window.waitMs(now);
      if (waitMs > Math.max(0, longest.waitMs)) longest = { waitMs, why: window.row.window };
    }
    return longest;
  }

  private windowsOf({ endpoint, people = [], subject }: QuotaUse): readonly QuotaWindow[] {
    this.dropIdleWindows();
    return [
      ...this.windowsNamed(endpoint, endpoint, 'corp'),
      ...[...new Set(people)].flatMap((person) => this.windowsNamed(`${endpoint} ${person}`, endpoint, 'person')),
      ...(subject === undefined ? [] : this.windowsNamed(`${endpoint} ${subject}`, endpoint, 'subject')),
    ];
  }

  private windowsNamed(name: string, endpoint: string, per: QuotaRow['per']): readonly QuotaWindow[] {
    let windows = this.windows.get(name);
    if (!windows) {
      windows = quotasFor(this.quotas, endpoint)
        .filter((row) => row.per === per)
        .map((row) => new QuotaWindow(name, row));
      this.windows.set(name, windows);
    }
    return windows;
  }

  /** Drops the windows of people without a message in the last hour, at most once a minute. */
  private dropIdleWindows(): void {
    const now = this.clock.now();
    if (this.windows.size <= PEOPLE_REMEMBERED || now - this.droppedAt < SPAN_MS.minute) return;
    this.droppedAt = now;
    for (const [name, windows] of this.windows)
      if (windows.every((window) => window.used(now) === 0)) this.windows.delete(name);
  }
}

/** All windows get calls or none. A full window still corrects its counts and gives back its unused calls. */
const isGranted = ({ calls }: Allotment, all: readonly Allotment[]): boolean =>
  calls === 0 || all.every((other) => other.calls > 0);

const cooldownChange = (cooldown: Cooldown | null | undefined): { readonly cooldown?: Cooldown | null } =>
  cooldown === undefined ? {} : { cooldown };

async function withLock<T>(
  locks: Map<string, Semaphore>,
  name: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (name === undefined) return work();
  const semaphore = locks.get(name) ?? new Semaphore(1);
  locks.set(name, semaphore);
  await semaphore.enter();
  try {
    return await work();
  } finally {
    semaphore.leave();
    if (semaphore.isIdle) locks.delete(name);
  }
}
