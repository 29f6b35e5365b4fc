import { compileRule, type CompiledRule, type RuleProblem, type Vocabulary } from '../../domain/rules/index.js';
import type { TagRule, TierRules } from '../../domain/ruleset.js';
import { OperatorMistake } from '../../platform/errors.js';

/** Proposed rules of a tier that exists. A rule that is left out stays as it is. */
export interface ProposedTier {
  readonly key: string;
  readonly enter?: string | undefined;
  /** Null removes the rule. */
  readonly stay?: string | null | undefined;
}

export interface ProposedTag {
  readonly name: string;
  /** Left out: the tag stays in its group. */
  readonly group?: string | undefined;
  readonly when: string;
}

/** The tiers with the proposed rules. A tier that does not exist cannot be proposed. */
export function withProposedTiers(
  tiers: readonly TierRules[],
  proposals: readonly ProposedTier[],
  vocabulary: Vocabulary,
): readonly TierRules[] {
  const proposed = new Map<string, TierRules>();
  for (const [index, { key, enter, stay }] of proposals.entries()) {
    const tier = tiers.find((candidate) => candidate.key === key);
    if (!tier) {
      throw new OperatorMistake(
        'unknown_tier',
        `there is no tier ${key}; known: ${tiers.map((known) => known.key).join(', ')}`,
        { index },
      );
    }
    if (tier === tiers[0] && (enter ?? stay)) {
      throw new OperatorMistake('lowest_tier', `${key} is the lowest tier: it takes the rest and has no rule`, {
        index,
      });
    }
    proposed.set(key, {
      ...tier,
      enter: enter === undefined ? tier.enter : compiled(enter, vocabulary, index),
      stay: stay === undefined ? tier.stay : stay === null ? null : compiled(stay, vocabulary, index),
    });
  }
  return tiers.map((tier) => proposed.get(tier.key) ?? tier);
}

/** The proposed tag rules. An existing tag keeps its group when the proposal names none. */
export function proposedTagRules(
  tags: readonly TagRule[],
  proposals: readonly ProposedTag[],
  vocabulary: Vocabulary,
): readonly TagRule[] {
  return proposals.map(({ name, group, when }, index) => {
    if (proposals.findIndex((other) => other.name === name) < index) {
      throw new OperatorMistake('tag_twice', `${name} is proposed twice`, { index });
    }
    const known = tags.find((rule) => rule.name === name);
    return { ...known, name, group: group ?? known?.group ?? '', when: compiled(when, vocabulary, index) };
  });
}

function compiled(text: string, vocabulary: Vocabulary, index: number): CompiledRule {
  const compilation = compileRule(text, vocabulary);
  if (compilation.ok) return compilation.rule;
  throw badRule(compilation.problems[0]!, index);
}

function badRule({ message, hint, line, column }: RuleProblem, index: number): OperatorMistake {
  return new OperatorMistake('bad_rule', `${message.zh}（${message.en}）${hint.zh}`, { index, line, column });
}
