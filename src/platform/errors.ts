/**
 * Errors are told apart by *who must act*. Expected outcomes are return values, not errors.
 * Any other thrown value is a bug: it is logged with its stack and answered with 500.
 */

/** How to wait before the retry. The error carries this, so that callers need not know the codes of another folder. */
interface RetryOptions {
  /** False: it waits for its turn or for an admin, which is no failed attempt. True by default. */
  readonly countsAsAttempt?: boolean;
  /** True: every action of this kind must wait, because the other side would answer the next one in the same way. */
  readonly throttlesKind?: boolean;
  /** Upper limit of the growing backoff, for a cause that may end at any minute. */
  readonly longestBackoffMs?: number;
  /** True: no answer came, so the other side may have done it. False by default. */
  readonly mayBeDone?: boolean;
}

/** Nobody must act: the worker tries again, after `retryAfterMs` if the other side named a time. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  readonly countsAsAttempt: boolean;
  readonly throttlesKind: boolean;
  readonly longestBackoffMs: number | undefined;
  readonly mayBeDone: boolean;
  constructor(
    readonly code: string,
    readonly retryAfterMs?: number,
    options: { cause?: unknown; message?: string } & RetryOptions = {},
  ) {
    super(options.message ?? code, { cause: options.cause });
    this.countsAsAttempt = options.countsAsAttempt ?? true;
    this.throttlesKind = options.throttlesKind ?? false;
    this.longestBackoffMs = options.longestBackoffMs;
    this.mayBeDone = options.mayBeDone ?? false;
  }
}

/**
 * What caused the failure. `sender`: this member of staff cannot send it, but a colleague may. `pair`: the member of staff
 * and the customer are no contacts any more, or no longer visible to the app.
 */
export type Blamed = 'sender' | 'pair';

/** An operator must act, when convenient: a retry cannot help. */
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

/** The place of a mistake in the input. Lines and columns count from 1. */
export interface Place {
  readonly line?: number;
  readonly column?: number;
  readonly index?: number;
  readonly setting?: string;
  readonly file?: string;
}

/** The one who typed the input must act; it is shown to them with its place. */
export class OperatorMistake extends Error {
  override readonly name = 'OperatorMistake';
  /** HTTP status of the answer. */
  readonly status: number;
  /** After this time the same input may succeed. */
  readonly retryAfterMs: number | undefined;
  constructor(
    readonly code: string,
    message: string,
    readonly where?: Place,
    { status = 400, retryAfterMs }: { readonly status?: number; readonly retryAfterMs?: number } = {},
  ) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}
