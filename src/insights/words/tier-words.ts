import type { Ruleset } from '../../domain/ruleset.js';
import type { LocalizedText } from '../../domain/localized-text.js';

const unknown: LocalizedText = { zh: '已取消的层级', en: 'a tier that was removed' };

/** Gives the label of a tier by its key. */
export const asTierLabel =
  ({ tiers }: Pick<Ruleset, 'tiers'>) =>
  (key: string): LocalizedText =>
    tiers.find((tier) => tier.key === key)?.label ?? unknown;

/** What a member whose tier staff have locked reads instead of a next step. */
export const lockedTierWords: LocalizedText = {
  zh: '你的等级由顾问为你保留着，不会自动调整。',
  en: 'Your level is kept for you by our staff and does not change by itself.',
};
