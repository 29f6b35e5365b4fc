import type { Because } from '../../domain/because.js';
import type { MemberId } from '../../domain/ids.js';
import type { Launch } from '../../features/messages/launch-estimate.js';

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

/** What a proposal would change, were it in force now. */
export interface DryRun {
  readonly kind: 'tiers' | 'tags' | 'campaign';
  /** Members whose stored outcome differs from what the proposal says; of a campaign, its audience. */
  readonly found: number;
  /** How many of them were judged one by one, as the engine would. */
  readonly looked: number;
  /** All of them were; otherwise only the first `looked`. */
  readonly exact: boolean;
  /** What would become of those who were judged. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Found members by what would change. */
  readonly changes: readonly DryRunChange[];
  readonly samples: readonly DryRunSample[];
}

export interface CampaignDryRun extends DryRun {
  /** Of the members who were judged: whom a message to all of them would reach, and what it would take. */
  readonly launch: Launch;
  /** The audience's rule; empty for everybody. */
  readonly audience: string;
  /** It goes out when something happens to a member, never to many at once. */
  readonly oneByOne: boolean;
}
