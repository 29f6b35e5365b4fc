import type { Campaign } from './messages/index.js';
import type { Ruleset } from './ruleset.js';

/** The rules together with the active templates. */
export interface RulesetWithCampaigns extends Ruleset {
  readonly campaigns: readonly Campaign[];
}
