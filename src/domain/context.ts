import type { ActionKind } from './action.js';
import type { LinkAddresses } from './links/link.js';
import type { CorpFigures } from './metrics/index.js';
import type { PoolPolicy } from './moves/pool.js';
import type { Vocabulary } from './rules/index.js';
import type { RulesetWithCampaigns } from './ruleset-with-campaigns.js';
import type { TagRef } from './tags.js';
import type { WayPolicy } from './ways/contact-way.js';

/** What the product knows beside the members when it evaluates them. */
export interface Context {
  readonly ruleset: RulesetWithCampaigns;
  readonly corp: CorpFigures;
  readonly timeZone: string;
  /** Address of the console for staff, if configured. */
  readonly consoleUrl?: string | undefined;
  /** Makes the short addresses of links in texts; undefined as long as PUBLIC_URL is not set. */
  readonly links?: LinkAddresses | undefined;
  /** What the configured channels can do. */
  readonly abilities: ReadonlySet<ActionKind>;
  /** Userids of the operators. */
  readonly operators: readonly string[];
  readonly corpName: string;
  /** When a further group of a tier is requested. */
  readonly pools: PoolPolicy;
  readonly ways: WayPolicy;
  /** The names that a rule may use. */
  readonly vocabulary: Vocabulary;
  /** Every tag that the product manages. */
  readonly tags: readonly TagRef[];
}
