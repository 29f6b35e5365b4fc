import type { Ruleset } from '../../domain/ruleset.js';
import type { LocalizedText } from '../../domain/localized-text.js';
import type { FloorGround } from '../../domain/tiers/floor.js';

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

/** What keeps a tier for a member, for staff. */
export const floorWords = (ground: FloorGround): LocalizedText =>
  'tag' in ground
    ? { zh: `有标签「${ground.tag}」，至少保持这个层级`, en: `has the tag ${ground.tag}, so at least in this tier` }
    : {
        zh: `在「${ground.group}」群里，至少保持这个层级`,
        en: `is in the group ${ground.group}, so at least in this tier`,
      };
