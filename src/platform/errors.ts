/**
 * What is thrown is told by *who must act*. Expected outcomes are return values, not these.
 * Anything thrown that is none of these is a bug: it is logged with its stack and answered with 500.
 */

/** What a failure says besides its code, so that nobody has to know the codes of another room. */
interface Waiting {
  /** False: it waits for its turn or for an admin. However long that takes, it is no failed attempt. True if left out. */
  readonly countsAsAttempt?: boolean;
  /** All of its kind wait for the same: the other side was not asked or took nothing, and would answer the next alike. */
  readonly throttlesKind?: boolean;
  /** The wait grows with every attempt, but not beyond this: what it waits for may be there any minute. */
  readonly longestBackoffMs?: number;
}

/** Nobody must act: the worker tries again, after `retryAfterMs` where the other side said how long. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly countsAsAttempt: boolean;
  readonly throttlesKind: boolean;
  readonly longestBackoffMs: number | undefined;
  constructor(
    readonly code: string,
    readonly retryAfterMs?: number,
    options: { cause?: unknown; message?: string } & Waiting = {},
  ) {
    super(options.message ?? code, { cause: options.cause });
    this.countsAsAttempt = options.countsAsAttempt ?? true;
    this.throttlesKind = options.throttlesKind ?? false;
    this.longestBackoffMs = options.longestBackoffMs;
  }
}

/**
 * Who stands in the way. `sender`: this member of staff cannot send it, but a colleague may. `pair`: the member of staff and
 * the customer are no contacts any more, or no longer visible to the app.
 */
export type Blamed = 'sender' | 'pair';

/** An operator must look at it, when convenient: trying again cannot help. */
export class GiveUp extends Error {
  override readonly name = 'GiveUp';
  readonly blames: readonly Blamed[];
  constructor(
    readonly code: string,
    options: { cause?: unknown; message?: string; blames?: readonly Blamed[] } = {},
  ) {
    super(options.message ?? code, { cause: options.cause });
    this.blames = options.blames ?? [];
  }
}

/** Where in somebody's input a mistake is. Lines and columns count from 1. */
export interface Place {
  readonly line?: number;
  readonly column?: number;
  readonly index?: number;
  readonly setting?: string;
  readonly file?: string;
}

/** The one who typed it must act; shown to them with its place. HTTP 400 unless another status is named. */
export class OperatorMistake extends Error {
  override readonly name = 'OperatorMistake';
  constructor(
    readonly code: string,
    message: string,
    readonly where?: Place,
    readonly status = 400,
    /** When the same may succeed without anything being corrected. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
