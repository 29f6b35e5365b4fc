import type { WindowName } from '../../quotas.js';

/** Granted calls of one quota in one slot, used or not. They count until `countsUntil`. */
export interface CountedCalls {
  /** The endpoint, and the person or subject when the quota is not that of the corp. */
  readonly quota: string;
  readonly window: WindowName;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Epoch ms. */
  readonly countsUntil: number;
  readonly calls: number;
}

/** After errcode 45009 the endpoint is not called until this time. */
export interface Cooldown {
  /** Epoch ms. */
  readonly until: number;
  /** Number of 45009 answers in a row. */
  readonly strikes: number;
}

export interface LedgerState {
  readonly counted: readonly CountedCalls[];
  readonly cooldown: Cooldown | undefined;
}

export interface LedgerUpdate<T> {
  /** Replaces the counts of the same quota, window and start. */
  readonly counted: readonly CountedCalls[];
  /** Absent: unchanged; null: ended. */
  readonly cooldown?: Cooldown | null;
  readonly answer: T;
}

/** Counts the calls of all processes of one corp, also over a restart. */
export interface QuotaLedger {
  /**
   * Gives `work` the current counts of these quotas and stores the update before anybody else reads them. Resolves when the
   * update is durable.
   */
  update<T>(
    endpoint: string,
    quotas: readonly string[],
    now: number,
    work: (state: LedgerState) => LedgerUpdate<T>,
  ): Promise<T>;
}

/** For a process that shares no quotas: the doctor. */
export class InMemoryLedger implements QuotaLedger {
  private readonly counted = new Map<string, Map<string, CountedCalls>>();
  private readonly cooldowns = new Map<string, Cooldown>();

  update<T>(
    endpoint: string,
    quotas: readonly string[],
    now: number,
    work: (state: LedgerState) => LedgerUpdate<T>,
  ): Promise<T> {
    const counting = quotas.flatMap((quota) => [...this.countsOf(quota, now).values()]);
    const entry = work({ counted: counting, cooldown: this.cooldowns.get(endpoint) });
    for (const one of entry.counted) this.countsOf(one.quota, now).set(`${one.window} ${one.startedAt}`, one);
    if (entry.cooldown === null) this.cooldowns.delete(endpoint);
    else if (entry.cooldown) this.cooldowns.set(endpoint, entry.cooldown);
    return Promise.resolve(entry.answer);
  }

  private countsOf(quota: string, now: number): Map<string, CountedCalls> {
    const slots = this.counted.get(quota) ?? new Map<string, CountedCalls>();
    for (const [name, { countsUntil }] of slots) if (countsUntil <= now) slots.delete(name);
    this.counted.set(quota, slots);
    return slots;
  }
}
