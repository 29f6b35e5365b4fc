import type { LocalizedText } from '../../domain/localized-text.js';
import type { Campaign } from '../../domain/messages/index.js';
import type { RulesetWithCampaigns } from '../../domain/ruleset-with-campaigns.js';
import type { Database } from '../../platform/database/database.js';
import { memberStore } from '../members/member.store.js';
import type { FileRules } from './ruleset-files.js';
import { rulesetStore } from './ruleset.store.js';

/** Supplies the active campaigns. */
export interface CampaignSource {
  active(): Promise<readonly Campaign[]>;
  /** One version of a campaign, enabled or not; null when it does not exist or does not compile. */
  compiledVersion(key: string, version: number): Promise<Campaign | null>;
  /** What is wrong with the templates folder; null when no problem is known. */
  readonly folderProblem: {
    readonly code: string;
    readonly message: LocalizedText;
    readonly hint: LocalizedText;
  } | null;
  /** Why a campaign is not active. */
  inactiveReason(key: string): Promise<'template_gone' | 'template_off' | 'template_broken'>;
}

/** The current ruleset: the rules of the files, with a version that grows with every new text, and the active campaigns. */
export class RulesetSource {
  private constructor(
    private readonly files: FileRules,
    private readonly version: number,
    readonly campaigns: CampaignSource,
  ) {}

  static async open(db: Database, files: FileRules, campaigns: CampaignSource, now: number): Promise<RulesetSource> {
    const version = await db.write(async (tx) => {
      const last = await rulesetStore.latest(tx);
      if (last?.hash === files.hash) return last.version;
      const next = (last?.version ?? 0) + 1;
      // The next review evaluates everybody under the new rules, even those who were reviewed today.
      await memberStore.markAllDue(tx);
      await rulesetStore.append(tx, { version: next, hash: files.hash, text: files.text }, now);
      return next;
    });
    return new RulesetSource(files, version, campaigns);
  }

  get corpName(): string {
    return this.files.corpName;
  }

  get pools(): FileRules['pools'] {
    return this.files.pools;
  }

  get ways(): FileRules['ways'] {
    return this.files.ways;
  }

  get operators(): readonly string[] {
    return this.files.operators;
  }

  /** The rules without the campaigns. */
  get rules(): FileRules['rules'] & { readonly version: number } {
    return { ...this.files.rules, version: this.version };
  }

  async current(): Promise<RulesetWithCampaigns> {
    return { ...this.files.rules, version: this.version, campaigns: await this.campaigns.active() };
  }
}
