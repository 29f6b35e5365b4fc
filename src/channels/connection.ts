import type { LocalizedText } from '../domain/localized-text.js';

/** One question of the doctor. `ok` is null when an earlier answer made it pointless to ask. */
export interface Check {
  /** Stable: `token`, `trusted_ip`, `scope`, `callback` … */
  readonly id: string;
  readonly ok: boolean | null;
  readonly title: LocalizedText;
  readonly found: LocalizedText;
  /** What to do about it; absent when all is well. */
  readonly remedy?: LocalizedText;
}

export interface Connection {
  /** What has stopped until an admin acts. `since`: epoch ms. */
  readonly halted: readonly {
    readonly endpoint: string;
    readonly errcode: number;
    readonly code: string;
    readonly since: number;
    readonly advice: LocalizedText;
  }[];
  /** What waits for a quota. `until`: epoch ms when the first of them may go. */
  readonly waiting: readonly {
    readonly endpoint: string;
    readonly calls: number;
    readonly until: number;
    readonly why: 'minute' | 'hour' | 'day' | 'month' | 'blocked' | 'concurrency';
  }[];
  /** Calls since the start and within the windows. */
  readonly usage: readonly {
    readonly endpoint: string;
    readonly lastMinute: number;
    readonly perMinute: number;
    readonly lastHour: number;
    readonly perHour: number;
    readonly total: number;
    readonly refused: number;
    /** Answers by errcode; `none` where no answer came. */
    readonly answers: Readonly<Record<string, number>>;
  }[];
  /** `lastAt`: epoch ms, null before the first. `refused` could not be verified or read, `stale` of them because of their time; `unknown` were kept and counted. */
  readonly callbacks: {
    readonly lastAt: number | null;
    readonly taken: number;
    readonly refused: number;
    readonly stale: number;
    readonly unknown: number;
  };
  /** The comparison that runs now, if one does. `share` is 0 to 1. */
  readonly comparing: { readonly since: number; readonly share: number; readonly at: LocalizedText } | null;
}

export interface Forecast {
  readonly calls: number;
  /** Ms at the legal rate. */
  readonly takesMs: number;
  /** The endpoint that takes longest. */
  readonly slowest: string | null;
}
