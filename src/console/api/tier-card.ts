import type { LocalizedText } from '../../domain/localized-text.js';
import type { Evaluation } from '../../domain/evaluate.js';
import type { MetricValue } from '../../domain/metrics/index.js';
import { conditionsOf, type ValueTrace } from '../../domain/rules/index.js';
import type { Ruleset, TierRules } from '../../domain/ruleset.js';
import { easiestWay } from '../../domain/tiers/next-step.js';
import { waysInto } from '../../features/messages/template-values.js';
import { valueView } from '../../insights/words/because-words.js';
import { floorWords } from '../../insights/words/tier-words.js';

export interface TierCard {
  readonly current: string | null;
  readonly next: string | null;
  readonly graceUntil: number | null;
  /** The easiest way to the next tier; null if it cannot be expressed. */
  readonly nearestWay: LocalizedText | null;
  readonly tiers: readonly TierOnCard[];
}

export interface TierOnCard {
  readonly key: string;
  readonly label: LocalizedText;
  readonly holds: boolean;
  /** The tag or group that keeps this tier for the member, whatever its rule says. */
  readonly floor: LocalizedText | null;
  readonly rule: 'enter' | 'stay';
  readonly text: string;
  readonly conditions: readonly {
    readonly text: string;
    readonly holds: boolean;
    readonly values: readonly {
      readonly metric: string;
      readonly label: LocalizedText;
      readonly have: MetricValue;
      readonly need: string;
    }[];
  }[];
}

/** Each tier's rule evaluated for one member: their values, the required values, and whether the rule holds. */
export function tierCard(evaluation: Evaluation, ruleset: Ruleset): TierCard {
  const current = evaluation.stored.tier;
  const rank = ruleset.tiers.findIndex((tier) => tier.key === current);
  const next = ruleset.tiers[rank + 1];
  return {
    current,
    next: next?.key ?? null,
    graceUntil: evaluation.stored.graceUntil,
    nearestWay: next ? easiestWay(waysInto(next, evaluation, ruleset)) : null,
    tiers: ruleset.tiers.map((tier) => onCard(tier, evaluation, tier.key === current)),
  };
}

function onCard(tier: TierRules, evaluation: Evaluation, isCurrent: boolean): TierOnCard {
  const { values, tagNames } = evaluation.decision;
  const own = evaluation.decision.tier.floor;
  const floor = own?.tier === tier.key ? floorWords(own.ground) : null;
  const base = { key: tier.key, label: tier.label, floor };
  // The lowest tier has no enter rule: everybody else belongs to it.
  if (!tier.enter) return { ...base, holds: true, rule: 'enter', text: '', conditions: [] };
  const enters = tier.enter.holds(values, tagNames);
  const stays = isCurrent && tier.stay !== null && (tier.stay.holds(values, tagNames) || !enters) ? tier.stay : null;
  const trace = (stays ?? tier.enter).explain(values, tagNames);
  return {
    ...base,
    holds: enters || trace.holds || floor !== null,
    rule: stays ? 'stay' : 'enter',
    text: trace.text,
    conditions: conditionsOf(trace.root).map((condition) => ({
      text: condition.text,
      holds: condition.holds,
      values: valuesWithNeed(condition.values),
    })),
  };
}

/** Leaves out a metric on the right side of a comparison: the `need` of the left one names it. */
function valuesWithNeed(values: readonly ValueTrace[]): TierOnCard['conditions'][number]['values'] {
  const withNeed = values.filter(({ need }) => need !== undefined);
  return (withNeed.length > 0 ? withNeed : values).map((value) => ({ need: '', ...valueView(value) }));
}
