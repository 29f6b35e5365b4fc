import type { LocalizedText } from '../domain/localized-text.js';

/** One check of the doctor. `ok` is null when it was skipped because an earlier check failed. */
export interface Check {
  /** Stable: `token`, `trusted_ip`, `scope`, `callback` … */
  readonly id: string;
  readonly ok: boolean | null;
  readonly title: LocalizedText;
  readonly found: LocalizedText;
  /** What the admin should do; absent when `ok`. */
  readonly remedy?: LocalizedText;
}

export interface Connection {
  /** Endpoints that are halted until an admin acts. `since`: epoch ms. */
  readonly halted: readonly {
    readonly endpoint: string;
    readonly errcode: number;
    readonly code: string;
    readonly since: number;
    readonly advice: LocalizedText;
  }[];
  /** Calls that wait for a quota. `until`: epoch ms when the first call is allowed. */
  readonly waiting: readonly {
    readonly endpoint: string;
    readonly calls: number;
    readonly until: number;
    readonly why: 'minute' | 'hour' | 'day' | 'month' | 'blocked' | 'concurrency';
  }[];
  /** Calls since the start, and within the current minute and hour. */
  readonly usage: readonly {
    readonly endpoint: string;
    readonly lastMinute: number;
    readonly perMinute: number;
    readonly lastHour: number;
    readonly perHour: number;
    readonly total: number;
    readonly refused: number;
    /** Number of answers by errcode; `none` counts calls without an answer. */
    readonly answers: Readonly<Record<string, number>>;
  }[];
  /**
   * `lastAt`: epoch ms, null before the first. `refused` could not be verified or read; `stale` counts those refused for
   * their timestamp. `unknown` were stored although this version does not know their event.
   */
  readonly callbacks: {
    readonly lastAt: number | null;
    readonly taken: number;
    readonly refused: number;
    readonly stale: number;
    readonly unknown: number;
  };
  /** The reconciliation that runs now. `share` is 0 to 1. */
  readonly comparing: { readonly since: number; readonly share: number; readonly at: LocalizedText } | null;
}

export interface Forecast {
  readonly calls: number;
  /** Time in ms at the allowed rate. */
  readonly takesMs: number;
  /** The endpoint that takes longest. */
  readonly slowest: string | null;
  /** Each endpoint alone; they are called in parallel. The slowest first. */
  readonly endpoints: readonly { readonly endpoint: string; readonly calls: number; readonly takesMs: number }[];
}
