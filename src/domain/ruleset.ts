import type { LocalizedText } from './localized-text.js';
import type { Because } from './because.js';
import type { KolThreshold } from './kol-level.js';
import type { MetricValues } from './metrics/index.js';
import { conditionsOf, type CompiledRule } from './rules/index.js';
import type { MassSendPolicy } from './sending/mass-send-policy.js';
import type { SendingPolicy } from './sending/send-policy.js';
import type { StageThresholds } from './stages/stage-policy.js';

export interface TierRules {
  readonly key: string;
  readonly label: LocalizedText;
  readonly color: string;
  /** Null only on the lowest tier. */
  readonly enter: CompiledRule | null;
  readonly stay: CompiledRule | null;
  readonly minDwellDays: number;
  readonly graceDays: number;
  /** Names of the groups in this tier's pool; `*` stands for anything. */
  readonly groups: readonly string[];
  readonly capacity: number;
  readonly path: 'official' | 'chat';
  /** What WeCom calls a group it opens by itself, before its number; left out: made from the first pattern that allows it. */
  readonly roomBaseName?: string;
}

export interface TagRule {
  readonly name: string;
  readonly group: string;
  readonly when: CompiledRule;
}

export interface MovePolicy {
  readonly inviteDays: number;
  readonly remindAfterDays: number;
  readonly leaveDays: number;
  /** How long after a failed or expired move the next one may be planned. */
  readonly retryAfterDays: number;
  readonly maxTries: number;
  /** Which moves an operator must agree to before anybody is invited. */
  readonly approve: 'none' | 'up' | 'down' | 'all';
}

/**
 * Everything that decides about members, compiled and immutable. A new text is a new ruleset with a new version. The templates
 * are not in it: what sets a template off rests on what is decided here.
 */
export interface Ruleset {
  readonly version: number;
  /** From the lowest to the highest. */
  readonly tiers: readonly TierRules[];
  readonly tags: readonly TagRule[];
  readonly stages: StageThresholds;
  readonly kol: readonly KolThreshold[];
  readonly sending: SendingPolicy;
  readonly massSends: MassSendPolicy;
  readonly moves: MovePolicy;
}

export const tierOf = (ruleset: Pick<Ruleset, 'tiers'>, key: string | null): TierRules | undefined =>
  ruleset.tiers.find((tier) => tier.key === key);

/** What a rule asked for and what the member had, for the record. */
export function becauseOf(
  name: string,
  rule: CompiledRule,
  version: number,
  values: MetricValues,
  tags: ReadonlySet<string>,
): Because {
  const trace = rule.explain(values, tags);
  return {
    rule: name,
    text: rule.text,
    version,
    values: conditionsOf(trace.root).flatMap((condition) =>
      condition.values.map(({ metric, have, need }) => ({ metric, have, ...(need === undefined ? {} : { need }) })),
    ),
  };
}
