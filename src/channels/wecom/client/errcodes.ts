import type { LocalizedText } from '../../../domain/localized-text.js';
import type { Blamed } from '../../../platform/errors.js';
import { errcodeRows, type Act } from './errcode-rows.js';

export interface Verdict {
  readonly errcode: number;
  readonly act: Act;
  /** Stable: it is shown, stored and compared. */
  readonly code: string;
  /** Delay before the next try, when nobody must act. The caller adds jitter. */
  readonly afterMs?: number;
  /** False, with `retry`: the call only waits, so this is no failed attempt. */
  readonly countsAsAttempt?: boolean;
  /** With `give_up`: the cause, so that another sender can be tried. */
  readonly blames?: readonly Blamed[];
  /** With `halt_*`: what the admin must do. */
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

/** Gives up on an unlisted errcode: a blind retry could send twice or use up a quota. */
export const verdictOn = (errcode: number): Verdict =>
  verdicts.get(errcode) ?? { errcode, act: 'give_up', code: 'wecom_refused' };
