import type { LocalizedText } from './localized-text.js';
import type { Because } from './because.js';
import type { Calendar } from './calendar/calendar.js';
import type { GroupPostPolicy } from './group-posts/group-text.js';
import type { KolThreshold } from './kol-level.js';
import type { Layers } from './layers/layers.js';
import type { ProductTargets } from './layers/product-phase.js';
import { conditionsOf, type CompiledRule, type RuleTrace } from './rules/index.js';
import type { SeriesRules } from './series/series.js';
import type { SilentMembersPolicy } from './moves/silent-members.js';
import type { MassSendPolicy } from './sending/mass-send-policy.js';
import type { SendingPolicy } from './sending/send-policy.js';
import type { StageThresholds } from './stages/stage-policy.js';
import type { BrakePolicy } from './tiers/brakes.js';
import type { FlappingPolicy } from './tiers/flapping.js';
import type { TierFloor } from './tiers/floor.js';

export interface TierRules {
  readonly key: string;
  readonly label: LocalizedText;
  readonly color: string;
  /** Null only on the lowest tier. */
  readonly enter: CompiledRule | null;
  readonly stay: CompiledRule | null;
  /** Left out: nothing but the rules lifts a member into this tier. */
  readonly floor?: TierFloor;
  /** False: the rules let nobody in and nobody out downwards. Left out: true. */
  readonly enabled?: boolean;
  readonly minDwellDays: number;
  readonly graceDays: number;
  /** Name patterns of the groups in this tier's pool; `*` matches any text. */
  readonly groups: readonly string[];
  readonly capacity: number;
  readonly path: 'official' | 'chat';
  /** Name, without its number, of groups that WeCom opens by itself. Default: made from the first pattern that allows it. */
  readonly roomBaseName?: string;
}

export interface TagRule {
  readonly name: string;
  readonly group: string;
  /** False: the rule puts the tag on nobody and takes it off nobody. Left out: true. */
  readonly enabled?: boolean;
  readonly when: CompiledRule;
  /** The looser rule by which a member who has the tag keeps it. Left out: `when` alone decides. */
  readonly keep?: CompiledRule;
  /** A tag that a rule has put on a member stays at least so many days. Left out: 0. */
  readonly minDays?: number;
}

export interface MovePolicy {
  readonly inviteDays: number;
  readonly remindAfterDays: number;
  readonly leaveDays: number;
  /** Days after a failed or expired move before the next one may be planned. */
  readonly retryAfterDays: number;
  readonly maxTries: number;
  /** Days after a person has undone a move before the member is moved to that tier again. */
  readonly restAfterUndoDays: number;
  /** Moves that need an operator's approval before the member is invited. */
  readonly approve: 'none' | 'up' | 'down' | 'all';
}

/**
 * All rules that decide about members, compiled and immutable. Every edit makes a new ruleset with a new version. Templates
 * are kept apart, because their triggers depend on what is decided here.
 */
export interface Ruleset {
  readonly version: number;
  /** From the lowest to the highest. */
  readonly tiers: readonly TierRules[];
  readonly tags: readonly TagRule[];
  readonly stages: StageThresholds;
  readonly kol: readonly KolThreshold[];
  readonly layers: Layers;
  readonly product: ProductTargets;
  readonly sending: SendingPolicy;
  readonly massSends: MassSendPolicy;
  /** Left out: nothing is known beside weeks and festivals. */
  readonly calendar?: Calendar;
  /** Left out: there are none. */
  readonly series?: SeriesRules;
  /** Left out: nothing is said in groups. */
  readonly groupPosts?: GroupPostPolicy;
  readonly moves: MovePolicy;
  /** Left out: the defaults. */
  readonly brakes?: BrakePolicy;
  /** Left out: the defaults. */
  readonly flapping?: FlappingPolicy;
  /** Left out: nobody is removed for being silent. */
  readonly silentMembers?: SilentMembersPolicy;
}

export const tierOf = (ruleset: Pick<Ruleset, 'tiers'>, key: string | null): TierRules | undefined =>
  ruleset.tiers.find((tier) => tier.key === key);

/** The record of what a rule required and what the member had. `version` is that of the rule set or of the template. */
export function becauseOf(name: string, version: number, trace: RuleTrace): Because {
  return {
    rule: name,
    text: trace.text,
    version,
    holds: trace.holds,
    values: conditionsOf(trace.root).flatMap((condition) =>
      condition.values.map(({ metric, have, need, label, unit }) => ({
        ...{ metric, have },
        ...(label === undefined ? {} : { label }),
        ...(unit === undefined ? {} : { unit }),
        ...(need === undefined ? {} : { need }),
      })),
    ),
  };
}
