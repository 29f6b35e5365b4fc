import { Controller, Get, Inject } from '@nestjs/common';
import { emptyCalendar, missingYear } from '../../domain/calendar/calendar.js';
import { dayOf } from '../../domain/day.js';
import { effortKinds, effortLabels, phaseLabels } from '../../domain/layers/product-phase.js';
import { missingPlan } from '../../features/group-posts/post-plan-nodes.js';
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
    const notices = [
      ...(folder === null ? [] : [{ code: folder.code, label: folder.message, hint: folder.hint }]),
      ...(await this.missingHolidays(now)),
      ...(await this.missingPlan(now)),
    ];
    return { now, paused, ...figures, standing, notices, channels: this.channels.list() };
  }

  /** In the last days of a month the plan of the next one is asked for, where there is a plan at all. */
  private async missingPlan(now: number) {
    const month = await missingPlan(this.db.read, { now, timeZone: this.settings.timeZone });
    if (month === null) return [];
    return [
      {
        code: 'plan_missing',
        label: { zh: `${month} 的群消息还没有排`, en: `nothing is planned for the groups in ${month}` },
        hint: {
          zh: '在「日历」里排好下个月，或把这个月的照搬过去',
          en: 'plan the next month in the calendar, or copy this one',
        },
      },
    ];
  }

  /** Where templates keep days free, a year without its days off is no detail. */
  private async missingHolidays(now: number) {
    const { campaigns, calendar = emptyCalendar } = await this.rulesets.current();
    const year = missingYear(calendar, dayOf(now, this.settings.timeZone));
    if (year === null || campaigns.every(({ exceptDays }) => exceptDays.length === 0)) return [];
    return [
      {
        code: 'holidays_missing',
        label: { zh: `日历里还没有 ${year} 年的放假安排`, en: `the calendar has no days off of ${year}` },
        hint: {
          zh: '有模板要避开放假的日子：在「规则 · 日历」里照国务院公布的写上，没写之前只按周末和惯例算',
          en: 'templates keep days free: enter those that the State Council has published in Rules · Calendar; until then only weekends and the usual days count',
        },
      },
    ];
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
