import type { LocalizedText } from '../../domain/localized-text.js';
import type { Campaign } from '../../domain/messages/index.js';
import type { RulesetWithCampaigns } from '../../domain/ruleset-with-campaigns.js';
import type { Database } from '../../platform/database/database.js';
import { memberStore } from '../members/member.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { joinedTexts, type CompiledRules } from './compile-rules.js';
import type { SeriesRules } from '../../domain/series/series.js';
import { seriesInForce } from './series-in-force.js';
import { rulesetStore } from './ruleset.store.js';
import { markUnseen } from './unseen-ruleset.js';

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

interface RulesInForce {
  readonly rules: CompiledRules;
  readonly version: number;
  readonly series: SeriesRules;
}

/** The current ruleset: the rules in force, with a version that grows with every new text, and the active campaigns. */
export class RulesetSource {
  private constructor(
    private inForce: RulesInForce,
    readonly campaigns: CampaignSource,
  ) {}

  static async open(
    db: Database,
    rules: CompiledRules,
    campaigns: CampaignSource,
    now: number,
  ): Promise<RulesetSource> {
    const inForce = await db.write((tx) => putIntoForce(tx, rules, now));
    return new RulesetSource(inForce, campaigns);
  }

  /**
   * Puts other rules into force, in the transaction that stores them. When `work` fails, the rules of before are in force
   * again. `work` gets the function that does it, and no other write runs between that and the commit, so that nobody is
   * evaluated under the old rules and counted as evaluated under the new ones.
   */
  async replaceIn<T>(
    db: Database,
    work: (tx: Sql, replace: (rules: CompiledRules, now: number) => Promise<number>) => Promise<T>,
  ): Promise<T> {
    const before = this.inForce;
    try {
      return await db.write((tx) =>
        work(tx, async (rules, now) => {
          this.inForce = await putIntoForce(tx, rules, now);
          return this.inForce.version;
        }),
      );
    } catch (cause) {
      this.inForce = before;
      throw cause;
    }
  }

  /** Every rule and setting in force, as compiled. */
  get compiled(): CompiledRules {
    return this.inForce.rules;
  }

  get version(): number {
    return this.inForce.version;
  }

  get corpName(): string {
    return this.compiled.corpName;
  }

  get pools(): CompiledRules['pools'] {
    return this.compiled.pools;
  }

  get ways(): CompiledRules['ways'] {
    return this.compiled.ways;
  }

  get operators(): readonly string[] {
    return this.compiled.operators;
  }

  /** The names that a rule may use. */
  get vocabulary(): CompiledRules['vocabulary'] {
    return this.compiled.vocabulary;
  }

  /** The rules without the campaigns. */
  get rules(): CompiledRules['rules'] & { readonly version: number; readonly series: SeriesRules } {
    return { ...this.compiled.rules, series: this.inForce.series, version: this.version };
  }

  async current(): Promise<RulesetWithCampaigns> {
    return { ...this.rules, campaigns: await this.campaigns.active() };
  }
}

const putIntoForce = async (tx: Sql, rules: CompiledRules, now: number): Promise<RulesInForce> => ({
  rules,
  version: await storeRuleset(tx, rules, now),
  series: await seriesInForce(tx, rules),
});

/** Stores the ruleset as the next version when its texts differ from the last one. Answers its version. */
async function storeRuleset(tx: Sql, rules: CompiledRules, now: number): Promise<number> {
  const last = await rulesetStore.latest(tx);
  if (last?.hash === rules.hash) return last.version;
  const version = (last?.version ?? 0) + 1;
  // The next review evaluates everybody under the new rules, even those who were reviewed today.
  await memberStore.markAllDue(tx);
  // Nobody is moved by other rules before a review has counted how many they would move.
  if (last) await markUnseen(tx, version, now);
  await rulesetStore.append(tx, { version, hash: rules.hash, text: joinedTexts(rules.texts) }, now);
  return version;
}
