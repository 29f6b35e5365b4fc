import type { Label, Ruleset } from '../domain/ruleset.js';

const unknown: Label = { zh: '已取消的层级', en: 'a tier that was removed' };

/** How a tier is called by its key, which nobody reads. */
export const asTierLabel =
  ({ tiers }: Pick<Ruleset, 'tiers'>) =>
  (key: string): Label =>
    tiers.find((tier) => tier.key === key)?.label ?? unknown;
