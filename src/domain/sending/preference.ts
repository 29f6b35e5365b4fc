import type { FactData } from '../fact.js';
import type { QuietHours, SendingPolicy } from './send-policy.js';

/** How often a member wants to be written to, and when not. `paceAt`, `quietAt`: when they said so, epoch ms; 0 for never. */
export interface Preference {
  readonly pace: 'all' | 'less';
  readonly paceAt: number;
  readonly quiet: QuietHours | null;
  readonly quietAt: number;
}

export const noPreference: Preference = { pace: 'all', paceAt: 0, quiet: null, quietAt: 0 };

/** `less`: at most one counted message in so many days. Service messages keep the corp's daily cap alone. */
export const LESS_GAP_DAYS = 14;

/** The corp's policy as it applies to one member. */
export const policyFor = (
  policy: SendingPolicy,
  { pace, quiet }: Pick<Preference, 'pace' | 'quiet'>,
): SendingPolicy => ({
  ...policy,
  minGapDays: pace === 'less' ? Math.max(policy.minGapDays, LESS_GAP_DAYS) : policy.minGapDays,
  ownQuiet: quiet,
});

/**
 * Of two preferences of one member, the later wish in each part; of two wishes of the same moment the one with fewer messages.
 * The order in which facts arrive, or records are merged, makes no difference.
 */
export function laterPreference(one: Preference, other: Preference): Preference {
  const pace = later(one.paceAt, other.paceAt, one.pace === 'less' || other.pace !== 'less') ? one : other;
  const quiet = later(one.quietAt, other.quietAt, quietRank(one.quiet) >= quietRank(other.quiet)) ? one : other;
  return { pace: pace.pace, paceAt: pace.paceAt, quiet: quiet.quiet, quietAt: quiet.quietAt };
}

const later = (at: number, otherAt: number, winsTie: boolean): boolean => at > otherAt || (at === otherAt && winsTie);

const MINUTES_PER_DAY = 1_440;

/** Orders quiet hours by their length, then by their beginning; no two different ones have the same rank. */
function quietRank(quiet: QuietHours | null): number {
  if (quiet === null) return -1;
  const minutes = (quiet.toMinute - quiet.fromMinute + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  return minutes * MINUTES_PER_DAY + quiet.fromMinute;
}

/** A fact changes only the parts that it names. */
export const preferenceIn = (data: FactData<'preference_changed'>, at: number): Preference => ({
  pace: data.pace ?? noPreference.pace,
  paceAt: data.pace === undefined ? 0 : at,
  quiet: data.quiet ?? null,
  quietAt: data.quiet === undefined ? 0 : at,
});
