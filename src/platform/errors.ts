/**
 * What is thrown is told by *who must act*. Expected outcomes are return values, not these.
 * Anything thrown that is none of these is a bug: it is logged with its stack and answered with 500.
 */

/** Nobody must act: the worker tries again, after `retryAfterMs` where the other side said how long. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
  constructor(
    readonly code: string,
    readonly retryAfterMs?: number,
    options?: { cause?: unknown; message?: string },
  ) {
    super(options?.message ?? code, { cause: options?.cause });
  }
}

/** An operator must look at it, when convenient: trying again cannot help. */
export class GiveUp extends Error {
  override readonly name = 'GiveUp';
  constructor(
    readonly code: string,
    options?: { cause?: unknown; message?: string },
  ) {
    super(options?.message ?? code, { cause: options?.cause });
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
