import { stableShare } from '../stable-share.js';

/** How a text is launched under watch: the first few go, then shares of the messages, then all. */
export interface WatchedLaunch {
  readonly first: number;
  /** Percent of all messages, rising; after the last one all go. */
  readonly then: readonly number[];
  /** After so many hours with good figures the next stage opens by itself. Null: only a person opens it. */
  readonly opensAfterHours: number | null;
  /** Figures above one of these are bad. Percent of the messages that were let through. */
  readonly mostOptOutPercent: number;
  readonly mostFailedPercent: number;
}

/** What goes at a stage: so many messages, those drawn below a share (of `DRAW_PARTS`), or all. */
export type LaunchGate =
  | { readonly kind: 'first'; readonly most: number }
  | { readonly kind: 'share'; readonly below: number }
  | { readonly kind: 'open' };

export const DRAW_PARTS = 10_000;

/** Stage 0 is the first few; the one after the last share lets all go. */
export function gateAt({ first, then }: WatchedLaunch, stage: number): LaunchGate {
  if (stage === 0) return { kind: 'first', most: first };
  const percent = then[stage - 1];
  return percent === undefined ? { kind: 'open' } : { kind: 'share', below: (percent * DRAW_PARTS) / 100 };
}

/**
 * Which messages go first: the lower draw. It is drawn from the key of the message, which no retry, restart or merge of
 * members changes, and from the version, so that it is not always the same people who get a new text first.
 */
export const launchDraw = (version: number, key: string): number =>
  Math.floor(stableShare('watched', version, key) * DRAW_PARTS);

/** Of the messages that were let through. */
export interface LaunchFigures {
  readonly passed: number;
  readonly sent: number;
  readonly failed: number;
  /** Members who opted out after their message. */
  readonly optedOut: number;
}

export type LaunchVerdict = 'bad' | 'not_yet' | 'good';

/** `since`: when the stage began, epoch ms. */
export function judgeLaunch(
  { opensAfterHours, mostOptOutPercent, mostFailedPercent }: WatchedLaunch,
  { passed, sent, failed, optedOut }: LaunchFigures,
  { since, now }: { readonly since: number; readonly now: number },
): LaunchVerdict {
  if (optedOut * 100 > passed * mostOptOutPercent || failed * 100 > passed * mostFailedPercent) return 'bad';
  // Nothing that arrived says nothing about the text.
  if (opensAfterHours === null || sent === 0 || now - since < opensAfterHours * 3_600_000) return 'not_yet';
  return 'good';
}
