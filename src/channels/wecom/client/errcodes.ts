import type { LocalizedText } from '../../../domain/localized-text.js';
import type { Blamed } from '../../../platform/errors.js';
import { errcodeRows, type Act } from './errcode-rows.js';

export interface Verdict {
  readonly errcode: number;
  readonly act: Act;
  /** Stable; shown, stored and matched on. */
  readonly code: string;
  /** Before the next try, where nobody must act; jitter is added by the caller. */
  readonly afterMs?: number;
  /** False, with `retry`: it waits for its turn, and that is no failed attempt. */
  readonly countsAsAttempt?: boolean;
  /** With `give_up`: who stands in the way. */
  readonly blames?: readonly Blamed[];
  /** For an admin, with `halt_*`: what to do. */
  readonly advice?: LocalizedText;
}

export const verdicts: ReadonlyMap<number, Verdict> = new Map(
  errcodeRows.map(({ errcode, act, code, afterMs, countsAsAttempt, blames, zh, en }) => [
    errcode,
    {
      errcode,
      act,
      code,
      ...(afterMs === undefined ? {} : { afterMs }),
      ...(countsAsAttempt === undefined ? {} : { countsAsAttempt }),
      ...(blames === undefined ? {} : { blames }),
      ...(zh === undefined || en === undefined ? {} : { advice: { zh, en } }),
    },
  ]),
);

/** A code nobody wrote down is for an operator to look at: trying it again blindly could send twice or wake a quota. */
export const verdictOn = (errcode: number): Verdict =>
  verdicts.get(errcode) ?? { errcode, act: 'give_up', code: 'wecom_refused' };
