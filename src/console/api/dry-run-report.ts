import type { ToldBecause } from '../../insights/words/because-words.js';
import type { Effort, LaunchReach } from './launch-effort.js';

/** One member a proposal would change, with the decision and its because. */
export interface DryRunSample {
  readonly member: { readonly id: number; readonly name: string; readonly externalUserId: string | null };
  readonly from: string | null;
  readonly to: string | null;
  readonly outcome: string;
  readonly because: ToldBecause | null;
}

/** Of a campaign: whom telling its whole audience now would reach. */
export interface Launch extends LaunchReach {
  /** The audience's rule; empty for everybody. */
  readonly audience: string;
  /** It goes out when something happens to a member, never to many at once. */
  readonly oneByOne: boolean;
}

export interface DryRunReport {
  readonly kind: 'tiers' | 'tags' | 'campaign';
  /** Members whose stored outcome differs from what the proposal says. */
  readonly found: number;
  /** What would happen to those who were looked at one by one. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** All who were found were looked at one by one; otherwise only the first `looked` of them. */
  readonly exact: boolean;
  readonly looked: number;
  /** Found members by what would change. */
  readonly changes: readonly { readonly from: string | null; readonly to: string | null; readonly count: number }[];
  readonly samples: readonly DryRunSample[];
  /** Of a campaign: what telling its whole audience at once would take. */
  readonly effort?: Effort;
  readonly launch?: Launch;
}

export const MOST_SAMPLES = 20;
/** Beyond this many the finder's count must do: a dry run is a question, not a night's work. */
export const MOST_LOOKED = 5_000;
/** Deciding is our own work: between so many others have their turn. */
export const AT_ONCE = 100;
