import type { Because } from '../domain/because.js';
import type { Ruleset } from '../domain/ruleset.js';
import type { Vocabulary } from '../domain/rules/index.js';
import type { Sql } from '../platform/database/sql.js';
import { templateNames } from './names.js';
import { ruleChanges } from './rule-changes.js';
import { becauseView, type BecauseView } from './words/because-words.js';
import { asTierLabel } from './words/tier-words.js';
import type { TierLabel } from './words/value-words.js';
import type { WhyNames } from './words/why-words.js';

/** The names that rules have in words: those of the rules in force. */
export interface RulesNow {
  readonly vocabulary: Vocabulary;
  readonly tierLabel: TierLabel;
}

export const rulesNow = (ruleset: Pick<Ruleset, 'tiers'>, vocabulary: Vocabulary): RulesNow => ({
  vocabulary,
  tierLabel: asTierLabel(ruleset),
});

/** An entry whose because is still as it was stored. */
export type Unexplained<T extends { readonly because: unknown }> = Omit<T, 'because'> & {
  readonly because: Because | null;
};

/** Puts every because of a list into words, with who changed its rule and when. `atOf`: when an item was decided (epoch ms). */
export async function explained<T extends { readonly because: BecauseView | null }>(
  sql: Sql,
  items: readonly Unexplained<T>[],
  rules: RulesNow,
  atOf: (item: Unexplained<T>) => number,
): Promise<T[]> {
  const names = await whyNames(sql, rules);
  const changes = await ruleChanges(
    sql,
    items.flatMap((item) => (item.because === null ? [] : [{ at: atOf(item), because: item.because }])),
  );
  const view = (because: Because | null): BecauseView | null =>
    because && becauseView(because, names, changes.get(because) ?? null);
  return items.map((item) => ({ ...item, because: view(item.because) }) as unknown as T);
}

/** The names for one answer. A template that was deleted is named by its key. */
export async function whyNames(sql: Sql, { vocabulary, tierLabel }: RulesNow): Promise<WhyNames> {
  const templates = await templateNames(sql);
  return { vocabulary, tier: tierLabel, template: (key) => templates.get(key) ?? key };
}
