import { Body, Controller, HttpCode, HttpException, Inject, Post } from '@nestjs/common';
import { AuditStore } from '../../audit/audit.store.js';
import { compileRule } from '../../domain/rules/index.js';
import { Engine } from '../../engine/engine.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { Who, type Principal } from '../auth/principal.js';
import { CHANNEL_LIST, PUMP, type ChannelList, type Pump } from '../console.tokens.js';
import { dryRunCampaign } from './dry-run-campaign.js';
import type { DryRunReport } from './dry-run-report.js';
import { dryRunTags } from './dry-run-tags.js';
import { dryRunTiers } from './dry-run-tiers.js';
import { dryRunBody, ruleCheckBody } from './requests.js';
import { toldProblem } from './told-problem.js';
import { vocabularyOf } from './vocabulary-of.js';

const audit = new AuditStore();

@Controller('api/v1')
export class RulesController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(TemplatesService) private readonly templates: TemplatesService,
    @Inject(PUMP) private readonly pump: Pump,
    @Inject(CHANNEL_LIST) private readonly channels: ChannelList,
  ) {}

  @Post('rules/check')
  @HttpCode(200)
  async check(@Body() body: unknown) {
    const { ruleset } = await this.engine.circumstances();
    const compilation = compileRule(parseInput(ruleCheckBody, body).text, vocabularyOf(ruleset.tiers));
    return compilation.ok
      ? { ok: true, metrics: compilation.rule.metrics }
      : { ok: false, problems: compilation.problems.map(toldProblem) };
  }

  /** What a proposal would change. Everything here is read on the connection that cannot write. */
  @Post('dry-runs')
  @HttpCode(200)
  async dryRun(@Body() body: unknown): Promise<DryRunReport> {
    const { tiers, tags, campaign } = parseInput(dryRunBody, body);
    const [on, now] = [await this.engine.circumstances(), this.clock.now()];
    if (tiers !== undefined) return dryRunTiers(this.db.read, tiers, on, now);
    if (tags !== undefined) return dryRunTags(this.db.read, tags, on, now);
    const check = this.templates.check(campaign?.text ?? '');
    if (!check.ok) {
      const problems = check.problems.map(toldProblem);
      throw new HttpException({ code: 'bad_template', message: problems[0]?.message ?? 'unreadable', problems }, 400);
    }
    return dryRunCampaign(this.db.read, check.template, on, (work) => this.channels.forecast(work), now);
  }

  @Post('reviews')
  @HttpCode(200)
  async review(@Who() who: Principal): Promise<{ reviewed: number; changed: number }> {
    await this.db.write((tx) => audit.append(tx, who.name, 'review_asked', {}, this.clock.now()));
    const { reviewed, changed } = await this.pump.review();
    return { reviewed, changed };
  }
}
