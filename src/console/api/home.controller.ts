import { Controller, Get, Inject } from '@nestjs/common';
import { effortKinds, effortLabels, phaseLabels } from '../../domain/layers/product-phase.js';
import { RulesetSource } from '../../features/ruleset/ruleset-source.js';
import { rulesNow } from '../../insights/explain.js';
import { homeFigures } from '../../insights/home.js';
import { MONTH_DAYS, productMonth } from '../../insights/product-month.js';
import { jobLabel, stallReasonLabel } from '../../insights/words/job-words.js';
import { isPaused } from '../../outbox/pause.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import {
  CHANNEL_LIST,
  SETTINGS,
  STALLED_JOBS,
  type ChannelList,
  type ConsoleSettings,
  type StalledJobs,
} from '../console.tokens.js';

@Controller('console/api')
export class HomeController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RulesetSource) private readonly rulesets: RulesetSource,
    @Inject(SETTINGS) private readonly settings: ConsoleSettings,
    @Inject(CHANNEL_LIST) private readonly channels: ChannelList,
    @Inject(STALLED_JOBS) private readonly stalledJobs: StalledJobs,
  ) {}

  @Get('home')
  async home() {
    const now = this.clock.now();
    const tiers = this.rulesets.rules.tiers.map((tier) => tier.key);
    const paused = await isPaused(this.db.read);
    const { rules, vocabulary } = this.rulesets;
    const figures = await homeFigures(this.db.read, {
      ...{ now, timeZone: this.settings.timeZone, tiers },
      ...rulesNow(rules, vocabulary),
    });
    const standing = (await this.stalledJobs()).map(({ job, forMs, why }) => ({
      wheel: job,
      label: jobLabel(job),
      minutes: Math.floor(forMs / 60_000),
      why: stallReasonLabel(why),
    }));
    const folder = this.rulesets.campaigns.folderProblem;
    const notices = folder === null ? [] : [{ code: folder.code, label: folder.message, hint: folder.hint }];
    return { now, paused, ...figures, standing, notices, channels: this.channels.list() };
  }

  /** The last 30 days against the targets that an admin has set for the phase of the product. */
  @Get('product-month')
  async productMonth() {
    const { product, tiers } = this.rulesets.rules;
    const month = await productMonth(
      this.db.read,
      tiers.map((tier) => tier.key),
      this.clock.now(),
    );
    const [lowest, second] = tiers;
    return {
      phase: { key: product.phase, label: phaseLabels[product.phase] },
      days: MONTH_DAYS,
      effort: effortKinds.map((kind) => ({
        kind,
        label: effortLabels[kind],
        target: product.effort[kind],
        count: month.effort[kind],
      })),
      goals: [
        {
          key: 'rise',
          from: lowest?.label ?? null,
          to: second?.label ?? null,
          ...month.potentialToRegular,
          target: product.goals.potentialToRegular,
        },
        {
          key: 'active',
          from: second?.label ?? null,
          to: null,
          ...month.regularToActive,
          target: product.goals.regularToActive,
        },
      ],
    };
  }
}
