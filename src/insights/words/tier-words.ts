import type { Ruleset } from '../../domain/ruleset.js';
import type { LocalizedText } from '../../domain/localized-text.js';

const unknown: LocalizedText = { zh: '已取消的层级', en: 'a tier that was removed' };

/** Gives the label of a tier by its key. */
export const asTierLabel =
  ({ tiers }: Pick<Ruleset, 'tiers'>) =>
  (key: string): LocalizedText =>
    tiers.find((tier) => tier.key === key)?.label ?? unknown;
