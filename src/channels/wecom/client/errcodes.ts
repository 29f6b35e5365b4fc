import type { Words } from '../../channel.js';
import { errcodeRows } from './errcode-rows.js';

/**
 * Who must act on an errcode.
 * - `retry`: nobody; the outbox tries again
 * - `window`: nobody; the endpoint rests for its frequency window
 * - `crowded`: nobody; the endpoint gets fewer calls at once for a while, and the outbox tries again
 * - `conflict`: nobody; again once the other call on the same pair is through
 * - `refresh`: nobody; a new token is fetched, once
 * - `give_up`: an operator, when convenient; again would fail again
 * - `halt_app`, `halt_endpoint`: an admin, at WeCom's console or in our settings; every call would fail the same way, and
 *   repeating a wrong secret gets the whole address blocked for an hour
 */
export type Act = 'retry' | 'window' | 'crowded' | 'conflict' | 'refresh' | 'give_up' | 'halt_app' | 'halt_endpoint';

export interface Verdict {
  readonly errcode: number;
  readonly act: Act;
  /** Stable; shown, stored and matched on. */
  readonly code: string;
  /** Before the next try, where nobody must act; jitter is added by the caller. */
  readonly afterMs?: number;
  /** For an admin, with `halt_*`: what to do. */
  readonly advice?: Words;
}

export const verdicts: ReadonlyMap<number, Verdict> = new Map(
  errcodeRows.map(({ errcode, act, code, afterMs, zh, en }) => [
    errcode,
    {
      errcode,
      act,
      code,
      ...(afterMs === undefined ? {} : { afterMs }),
      ...(zh === undefined || en === undefined ? {} : { advice: { zh, en } }),
    },
  ]),
);

/** A code nobody wrote down is for an operator to look at: trying it again blindly could send twice or wake a quota. */
export const verdictOn = (errcode: number): Verdict =>
  verdicts.get(errcode) ?? { errcode, act: 'give_up', code: 'wecom_refused' };
