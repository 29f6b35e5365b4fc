import type { Clock } from '../../../platform/clock.js';
import { RetryLater } from '../../../platform/errors.js';
import type { Connection } from '../../connection.js';
import { ConcurrencyLimiter } from './concurrency.js';
import { Semaphore } from './semaphore.js';
import { LedgerInMemory, type Account, type Entry, type QuotaLedger, type Cooldown } from './call-ledger.js';
import { QuotaWindow, type Allotment } from './quota-window.js';
import { publishedQuotas, rowsFor, SPAN_MS } from './published-quotas.js';
import type { QuotaRow, Quotas, WindowName } from '../../quotas.js';
import { Cooldowns } from './cooldowns.js';
import { PendingWaits } from './pending-waits.js';

export interface QuotaUse {
  readonly endpoint: string;
  /** Calls with the same pair go one after the other: in parallel they are refused (45035). */
  readonly pair?: string;
  /** Each of these has a quota of their own, beyond which WeCom drops in silence. */
  readonly people?: readonly string[];
  /** The bot, the task … that has a quota of its own. */
  readonly subject?: string;
}

type Why = Connection['waiting'][number]['why'];

interface Wait {
  readonly waitMs: number;
  readonly why: Why;
}

const NO_WAIT: Wait = { waitMs: 0, why: 'blocked' };

const PEOPLE_REMEMBERED = 10_000;

/**
 * Keeps us inside WeCom's limits, so that its own counters (whose block lasts the whole window) are never woken. Calls are
 * had from the ledger some at a time and made from memory. Windows are counted on the product's clock; a wait is slept in
 * real time, because a pushed clock may stand still.
 */
export class RateLimiter {
  private readonly windows = new Map<string, readonly QuotaWindow[]>();
  private readonly pairs = new Map<string, Semaphore>();
  /** One asks the ledger for an endpoint; the others wait for what it gets. */
  private readonly asking = new Map<string, Semaphore>();
  private readonly cooldowns: Cooldowns;
  private readonly concurrency: ConcurrencyLimiter;
  private readonly pendingWaits = new PendingWaits();
  private forgotAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly quotas: Quotas = publishedQuotas,
    readonly sleep: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    private readonly ledger: QuotaLedger = new LedgerInMemory(),
  ) {
    this.concurrency = new ConcurrencyLimiter(quotas.atOnce, clock);
    this.cooldowns = new Cooldowns(quotas);
  }

  async run<T>(use: QuotaUse, work: () => Promise<T>): Promise<T> {
    return inTurn(this.pairs, use.pair, () =>
      this.concurrency.within(use.endpoint, async () => {
        await this.admit(use);
        return work();
      }),
    );
  }

  /** Counts one more call, when there is room for it or soon will be; else hands it back with how long it must wait. */
  async admit(use: QuotaUse): Promise<void> {
    for (let waitedMs = 0; ;) {
      const { waitMs, why } = await this.take(use);
      if (waitMs <= 0) return;
      if (waitedMs + waitMs > this.quotas.patienceMs) {
        const now = this.clock.now();
        this.pendingWaits.note(use.endpoint, now + waitMs, why, now);
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

  /** WeCom said 45009: how long the endpoint must rest. */
  async block(endpoint: string): Promise<number> {
    const now = this.clock.now();
    if (this.cooldowns.begin(endpoint, now))
      await this.ledger.settle(endpoint, [], now, ({ rest }) => ({
        counted: [],
        ...changeOf(this.cooldowns.record(endpoint, rest, now)),
        answer: undefined,
      }));
    const waitMs = this.cooldowns.waitMs(endpoint, now);
    this.pendingWaits.note(endpoint, now + waitMs, 'blocked', now);
    return waitMs;
  }

  unblock(endpoint: string): void {
    this.cooldowns.answered(endpoint, this.clock.now());
  }

  /** WeCom said 45033. */
  crowded(endpoint: string): void {
    this.concurrency.lower(endpoint);
  }

  waiting(): Connection['waiting'] {
    const now = this.clock.now();
    const before = this.concurrency
      .waiting()
      .map(({ endpoint, calls }) => ({ endpoint, calls, until: now, why: 'concurrency' as const }));
    return [...this.pendingWaits.now(now), ...before];
  }

  /** What an endpoint's windows hold at this moment, and what they may. */
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

  /** Takes one call from each of its windows, or none and tells how long there is none. */
  private async take(use: QuotaUse): Promise<Wait> {
    const windows = this.windowsOf(use);
    return (
      this.takeHeld(use.endpoint, windows) ??
      (await inTurn(
        this.asking,
        use.endpoint,
        async () => this.takeHeld(use.endpoint, windows) ?? this.takeFromLedger(use.endpoint, windows),
      ))
    );
  }

  /** Undefined: what is held does not do, the ledger must be asked. */
  private takeHeld(endpoint: string, windows: readonly QuotaWindow[]): Wait | undefined {
    const now = this.clock.now();
    const wait = this.longestWait(endpoint, windows, now);
    if (wait.waitMs > 0) return wait;
    if (!windows.every((window) => window.holds(now))) return undefined;
    for (const window of windows) window.take(now);
    const low = windows.filter((window) => window.runsLow(now));
    if (low.length > 0 && !this.asking.has(endpoint)) void this.getMore(endpoint, low);
    return NO_WAIT;
  }

  /** Before they are needed. If it fails, whoever needs them asks, and is told why. */
  private getMore(endpoint: string, low: readonly QuotaWindow[]): Promise<unknown> {
    return inTurn(this.asking, endpoint, () => this.askLedger(endpoint, low, 'later')).catch(() => undefined);
  }

  private async takeFromLedger(endpoint: string, windows: readonly QuotaWindow[]): Promise<Wait> {
    const begun = this.clock.now();
    const lacking = windows.filter((window) => !window.holds(begun));
    const holding = windows.filter((window) => !lacking.includes(window));
    for (const window of holding) window.take(begun);
    let isTaken = false;
    try {
      // Had for this very call: it is made however long the ledger took.
      isTaken = await this.askLedger(endpoint, lacking, 'this call');
      if (isTaken) return NO_WAIT;
      const wait = this.longestWait(endpoint, windows, this.clock.now());
      return { ...wait, waitMs: Math.max(1, wait.waitMs) };
    } finally {
      if (!isTaken) for (const window of holding) window.putBack();
    }
  }

  /** Answers whether each of these windows has calls now; this call's own is taken before anybody else can see them. */
  private async askLedger(
    endpoint: string,
    windows: readonly QuotaWindow[],
    wanted: 'this call' | 'later',
  ): Promise<boolean> {
    const quotas = [...new Set(windows.map(({ quota }) => quota))];
    const allotments = await this.ledger.settle(endpoint, quotas, this.clock.now(), (account) =>
      this.allot(endpoint, windows, account),
    );
    if (!allotments) return false;
    for (const [at, allotment] of allotments.entries())
      if (isKept(allotment, allotments)) windows[at]?.receive(allotment);
    if (!allotments.every(({ calls }) => calls > 0)) return false;
    if (wanted === 'this call') for (const window of windows) window.take(this.clock.now());
    return true;
  }

  /** Within the ledger: what each window gets. Nothing while the endpoint rests. */
  private allot(
    endpoint: string,
    windows: readonly QuotaWindow[],
    { counted, rest }: Account,
  ): Entry<readonly Allotment[] | undefined> {
    const now = this.clock.now();
    const change = changeOf(this.cooldowns.record(endpoint, rest, now));
    if (this.cooldowns.waitMs(endpoint, now) > 0) return { counted: [], ...change, answer: undefined };
    const allotments = windows.map((window) => window.allot(counted, now));
    const kept = allotments.filter((allotment) => isKept(allotment, allotments));
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
    this.forgetQuiet();
    return [
      ...this.of(endpoint, endpoint, 'corp'),
      ...[...new Set(people)].flatMap((person) => this.of(`${endpoint} ${person}`, endpoint, 'person')),
      ...(subject === undefined ? [] : this.of(`${endpoint} ${subject}`, endpoint, 'subject')),
    ];
  }

  private of(name: string, endpoint: string, per: QuotaRow['per']): readonly QuotaWindow[] {
    let windows = this.windows.get(name);
    if (!windows) {
      windows = rowsFor(this.quotas, endpoint)
        .filter((row) => row.per === per)
        .map((row) => new QuotaWindow(name, row));
      this.windows.set(name, windows);
    }
    return windows;
  }

  /** Now and then: whoever was not written to for an hour has their whole quota again. */
  private forgetQuiet(): void {
    const now = this.clock.now();
    if (this.windows.size <= PEOPLE_REMEMBERED || now - this.forgotAt < SPAN_MS.minute) return;
    this.forgotAt = now;
    for (const [name, windows] of this.windows)
      if (windows.every((window) => window.used(now) === 0)) this.windows.delete(name);
  }
}

/** All or nothing; a window that is full at least puts right what is counted, and gives back what it held. */
const isKept = ({ calls }: Allotment, all: readonly Allotment[]): boolean =>
  calls === 0 || all.every((other) => other.calls > 0);

const changeOf = (rest: Cooldown | null | undefined): { readonly rest?: Cooldown | null } =>
  rest === undefined ? {} : { rest };

async function inTurn<T>(gates: Map<string, Semaphore>, name: string | undefined, work: () => Promise<T>): Promise<T> {
  if (name === undefined) return work();
  const semaphore = gates.get(name) ?? new Semaphore(1);
  gates.set(name, semaphore);
  await semaphore.enter();
  try {
    return await work();
  } finally {
    semaphore.leave();
    if (semaphore.isIdle) gates.delete(name);
  }
}
