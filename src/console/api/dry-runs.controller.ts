import { Body, Controller, Delete, Get, HttpCode, HttpException, Inject, Param, Post, Query } from '@nestjs/common';
import { dryRunCampaign } from '../../engine/dry-runs/dry-run-campaign.js';
import { dryRunTags } from '../../engine/dry-runs/dry-run-tags.js';
import { dryRunTiers } from '../../engine/dry-runs/dry-run-tiers.js';
import { Engine } from '../../engine/engine.js';
import type { Moment } from '../../features/run.js';
import { rulesNow, whyNames } from '../../insights/explain.js';
import { Who, type Principal } from '../auth/principal.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { TemplatesService } from '../../features/templates/templates.service.js';
import { CHANNEL_LIST, type ChannelList } from '../console.tokens.js';
import { ClientLeft } from './client-left.js';
import { campaignReport, dryRunReport, type DryRunReport } from './dry-run-report.js';
import { readPastedTiers } from './pasted-tiers.js';
import { Questions } from './questions.js';
import { RuleDryRuns } from './rule-dry-runs.js';
import { dryRunBody } from './requests.js';
import { problemView } from './problem-view.js';

@Controller('api/v1')
export class DryRunsController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Engine) private readonly engine: Engine,
    @Inject(TemplatesService) private readonly templates: TemplatesService,
    @Inject(CHANNEL_LIST) private readonly channels: ChannelList,
    @Inject(Questions) private readonly questions: Questions,
    @Inject(RuleDryRuns) private readonly ofRules: RuleDryRuns,
  ) {}

  /** What a proposal would change. All queries run on a read-only connection. */
  @Post('dry-runs')
  @HttpCode(200)
  async dryRun(@Body() body: unknown, @ClientLeft() left: AbortSignal, @Who() who: Principal) {
    const { texts, tiers, tags, campaign } = parseInput(dryRunBody, body);
    if (texts !== undefined) return this.ofRules.start(texts, who.name);
    const [context, now] = [await this.engine.context(), this.clock.now()];
    const rules = rulesNow(context.ruleset, context.vocabulary);
    if (tiers !== undefined)
      return this.questions.ask('dry_run', left, async (sql) => {
        const proposals = typeof tiers === 'string' ? readPastedTiers(tiers) : tiers;
        return dryRunReport(await dryRunTiers(sql, proposals, context, now), await whyNames(sql, rules));
      });
    if (tags !== undefined)
      return this.questions.ask('dry_run', left, async (sql) =>
        dryRunReport(await dryRunTags(sql, 'name' in tags ? [tags] : tags, context, now), await whyNames(sql, rules)),
      );
    return this.dryRunCampaign(campaign?.text ?? '', left, { context, now });
  }

  @Get('dry-runs')
  list(@Query() query: unknown) {
    return this.ofRules.list('dry_run', query);
  }

  @Get('dry-runs/:id')
  one(@Param() params: unknown) {
    return this.ofRules.one('dry_run', params);
  }

  /** Stops a run that is under way. */
  @Delete('dry-runs/:id')
  @HttpCode(200)
  cancel(@Param() params: unknown) {
    return this.ofRules.cancel('dry_run', params);
  }

  private dryRunCampaign(text: string, left: AbortSignal, { context, now }: Moment): Promise<DryRunReport> {
    const check = this.templates.check(text);
    if (!check.ok) {
      const problems = check.problems.map(problemView);
      throw new HttpException({ code: 'bad_template', message: problems[0]?.message ?? 'unreadable', problems }, 400);
    }
    const rules = rulesNow(context.ruleset, context.vocabulary);
    const forecast: ChannelList['forecast'] = (work) => this.channels.forecast(work);
    return this.questions.ask('dry_run', left, async (sql) =>
      campaignReport(await dryRunCampaign(sql, check.template, context, now), await whyNames(sql, rules), forecast),
    );
  }
}
