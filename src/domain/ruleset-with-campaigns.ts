import type { Campaign } from './messages/index.js';
import type { Ruleset } from './ruleset.js';

/** The rules together with the templates that are in force. */
export interface RulesetWithCampaigns extends Ruleset {
  readonly campaigns: readonly Campaign[];
}
