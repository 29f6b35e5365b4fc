import type { WindowName } from '../../quotas.js';

/** Calls of one quota that count together, for as long. Used or not: they were allowed to somebody. */
export interface CountedCalls {
  /** The endpoint, and whose it is where it is not the corp's. */
  readonly quota: string;
  readonly window: WindowName;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Epoch ms. */
  readonly countsUntil: number;
  readonly calls: number;
}

/** WeCom said 45009: the endpoint is left alone until then. */
export interface Cooldown {
  /** Epoch ms. */
  readonly until: number;
  /** How often in a row. */
  readonly strikes: number;
}

export interface Account {
  readonly counted: readonly CountedCalls[];
  readonly rest: Cooldown | undefined;
}

export interface Entry<T> {
  /** In the place of what was counted for the same quota, window and start. */
  readonly counted: readonly CountedCalls[];
  /** Absent: as it is; null: over. */
  readonly rest?: Cooldown | null;
  readonly answer: T;
}

/** Where the calls of all processes that speak for one corp are counted, so that a restart forgets none. */
export interface QuotaLedger {
  /**
   * Shows `work` what still counts of these quotas of an endpoint, and keeps what it answers before anybody else is shown
   * the same. Resolves when it is durable.
   */
  settle<T>(endpoint: string, quotas: readonly string[], now: number, work: (account: Account) => Entry<T>): Promise<T>;
}

/** For who needs to remember nothing beyond this process: the doctor. */
export class LedgerInMemory implements QuotaLedger {
  private readonly counted = new Map<string, Map<string, CountedCalls>>();
  private readonly rests = new Map<string, Cooldown>();

  settle<T>(
    endpoint: string,
    quotas: readonly string[],
    now: number,
    work: (account: Account) => Entry<T>,
  ): Promise<T> {
    const counting = quotas.flatMap((quota) => [...this.of(quota, now).values()]);
    const entry = work({ counted: counting, rest: this.rests.get(endpoint) });
    for (const one of entry.counted) this.of(one.quota, now).set(`${one.window} ${one.startedAt}`, one);
    if (entry.rest === null) this.rests.delete(endpoint);
    else if (entry.rest) this.rests.set(endpoint, entry.rest);
    return Promise.resolve(entry.answer);
  }

  private of(quota: string, now: number): Map<string, CountedCalls> {
    const slots = this.counted.get(quota) ?? new Map<string, CountedCalls>();
    for (const [name, { countsUntil }] of slots) if (countsUntil <= now) slots.delete(name);
    this.counted.set(quota, slots);
    return slots;
  }
}
