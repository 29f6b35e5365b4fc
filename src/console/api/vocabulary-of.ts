import { defaultVocabulary, type Vocabulary } from '../../domain/rules/index.js';
import type { TierRules } from '../../domain/ruleset.js';

const made = new WeakMap<readonly TierRules[], Vocabulary>();

/** What a rule may name, the configured tiers included: a rule about a tier that does not exist would hold for nobody. */
export function vocabularyOf(tiers: readonly TierRules[]): Vocabulary {
  let vocabulary = made.get(tiers);
  if (!vocabulary) {
    const labels = Object.fromEntries(tiers.map((tier) => [tier.key, tier.label.zh]));
    made.set(tiers, (vocabulary = { ...defaultVocabulary, values: { ...defaultVocabulary.values, tier: labels } }));
  }
  return vocabulary;
}
