import type { Because } from '../../domain/because.js';
import type { MemberId } from '../../domain/ids.js';
import type { LaunchEstimate } from '../../features/messages/launch-estimate.js';

/** One member whom a proposal would change, with the decision and its because. */
export interface DryRunSample {
  readonly member: { readonly id: MemberId; readonly name: string | null; readonly externalUserId: string | null };
  readonly from: string | null;
  readonly to: string | null;
  readonly outcome: string;
  readonly because: Because | null;
}

/** How many members would change from what to what. */
export interface DryRunChange {
  readonly from: string | null;
  readonly to: string | null;
  readonly count: number;
}

export const countOf = (changes: readonly DryRunChange[]): number => changes.reduce((sum, { count }) => sum + count, 0);

/** What a proposal would change if it were in force now. */
export interface DryRun {
  readonly kind: 'tiers' | 'tags' | 'campaign';
  /** How many members have a stored outcome that differs from the proposal; of a campaign, the size of its audience. */
  readonly found: number;
  /** How many of them were evaluated one by one, as the engine does it. */
  readonly looked: number;
  /** True when all of them were evaluated, false when only the first `looked`. */
  readonly exact: boolean;
  /** How many of the evaluated members would have each outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** How many of the found members have each change. */
  readonly changes: readonly DryRunChange[];
  readonly samples: readonly DryRunSample[];
}

export interface CampaignDryRun extends DryRun {
  /** Which of the evaluated members a message to all of them would reach, and the effort it would take. */
  readonly launch: LaunchEstimate;
  /** The audience's rule; empty for everybody. */
  readonly audience: string;
  /** The message goes out when something happens to one member, never to many at once. */
  readonly oneByOne: boolean;
}
