import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { DryRuns } from '../engine/dry-runs/dry-runs.js';
import { Engine } from '../engine/engine.js';
import { RulesService } from '../features/ruleset/rules.service.js';
import { RulesetSource } from '../features/ruleset/ruleset-source.js';
import { MemberSets } from '../insights/member-sets.js';
import { CLOCK, systemClock, type Clock } from '../platform/clock.js';
import { Database } from '../platform/database/database.js';
import type { Logger } from '../platform/logger/logger.js';
import { LOGGER } from '../platform/logger/logger.module.js';
import { TemplatesService } from '../features/templates/templates.service.js';
import { AuditController } from './api/audit.controller.js';
import { ReconciliationsController } from './api/reconciliations.controller.js';
import { ConditionsController } from './api/conditions.controller.js';
import { ConnectionController } from './api/connection.controller.js';
import { DocsController } from './api/docs.controller.js';
import { DemoController } from './api/demo.controller.js';
import { DryRunsController } from './api/dry-runs.controller.js';
import { HomeController } from './api/home.controller.js';
import { ListsController } from './api/lists.controller.js';
import { MembersController } from './api/members.controller.js';
import { Questions, type QuestionKind, type QuestionLimits } from './api/questions.js';
import { MovesController } from './api/moves.controller.js';
import { PlacementController } from './api/placement.controller.js';
import { BroadcastsController } from './api/broadcasts.controller.js';
import { LaunchesController } from './api/launches.controller.js';
import { PauseController } from './api/pause.controller.js';
import { RuleDocumentsController } from './api/rule-documents.controller.js';
import { RuleDryRuns } from './api/rule-dry-runs.js';
import { RulesController } from './api/rules.controller.js';
import { HeldMembersController } from './api/held-members.controller.js';
import { ReplaysController } from './api/replays.controller.js';
import { SwitchesController } from './api/switches.controller.js';
import { BrakesController } from './api/brakes.controller.js';
import { SegmentsController } from './api/segments.controller.js';
import { SetAsideController } from './api/set-aside.controller.js';
import { TasksController } from './api/tasks.controller.js';
import { ResultsController } from './api/results.controller.js';
import { TemplateAudienceController } from './api/template-audience.controller.js';
import { TemplatesController } from './api/templates.controller.js';
import { GroupWelcomesController } from './api/group-welcomes.controller.js';
import { PlanController } from './api/plan.controller.js';
import { DeliveriesController } from './api/deliveries.controller.js';
import { TemplateTrialsController } from './api/template-trials.controller.js';
import { SeriesController } from './api/series.controller.js';
import { WaitingController } from './api/waiting.controller.js';
import { WaysController } from './api/ways.controller.js';
import { AdminAccounts } from './auth/admin-accounts.js';
import { AdminSessions } from './auth/admin-sessions.js';
import { ApiTokens } from './auth/api-tokens.js';
import { AuthGuard } from './auth/auth.guard.js';
import { Doorkeeper } from './auth/doorkeeper.js';
import { Logins } from './auth/logins.js';
import { SessionCookie } from './auth/session-cookie.js';
import { LoginController, SessionController } from './auth/session.controller.js';
import { TokenWatch } from './auth/token-watch.js';
import {
  CHANNEL_LIST,
  START_RECONCILIATION,
  WORK_LOOP,
  SETTINGS,
  type ChannelList,
  type StartReconciliation,
  type ConsoleSettings,
  type WorkLoop,
  type StalledJobs,
  STALLED_JOBS,
} from './console.tokens.js';
import { mountConsole } from './mount-console.js';

export interface ConsoleOptions {
  readonly database: Database;
  readonly engine: Engine;
  readonly rulesets: RulesetSource;
  readonly rulesService: RulesService;
  readonly templates: TemplatesService;
  /** The corp's time. */
  readonly clock: Clock;
  readonly config: ConsoleSettings;
  readonly channels: ChannelList;
  readonly workLoop: WorkLoop;
  /** Leave it out where no job runs by itself. */
  readonly stalledJobs?: StalledJobs;
  readonly startReconciliation: StartReconciliation;
  readonly logger: Logger;
  /** Limits of expensive queries; the defaults of `Questions` if left out. */
  readonly questionLimits?: Readonly<Record<QuestionKind, QuestionLimits>>;
  /** Real time, for sessions and throttling; the machine's clock if left out. */
  readonly wallClock?: Clock;
}

// The sandbox serves its pictures from this machine over plain HTTP.
const sandboxPictures = ['http://127.0.0.1:*', 'http://localhost:*'];

/**
 * The admin's part of the product: `/console/api`, `/api/v1`, the API documents, and the web app at `/`. Its doorkeeper
 * guards every such route, including those of other modules.
 */
@Module({
  controllers: [
    LoginController,
    SessionController,
    HomeController,
    ConditionsController,
    DemoController,
    MembersController,
    ListsController,
    MovesController,
    PlacementController,
    BroadcastsController,
    LaunchesController,
    PauseController,
    RulesController,
    RuleDocumentsController,
    BrakesController,
    SwitchesController,
    ReplaysController,
    HeldMembersController,
    SegmentsController,
    DryRunsController,
    TasksController,
    TemplateAudienceController,
    TemplateTrialsController,
    TemplatesController,
    ResultsController,
    ConnectionController,
    ReconciliationsController,
    AuditController,
    SetAsideController,
    GroupWelcomesController,
    PlanController,
    DeliveriesController,
    SeriesController,
    WaitingController,
    WaysController,
    DocsController,
  ],
})
export class ConsoleModule implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost<FastifyAdapter>,
    @Inject(SETTINGS) private readonly settings: ConsoleSettings,
    @Inject(AdminSessions) private readonly sessions: AdminSessions,
    @Inject(ApiTokens) private readonly tokens: ApiTokens,
    @Inject(TokenWatch) private readonly watch: TokenWatch,
    @Inject(SessionCookie) private readonly cookie: SessionCookie,
  ) {}

  static with(options: ConsoleOptions): DynamicModule {
    const {
      database,
      engine,
      rulesets,
      rulesService,
      templates,
      clock,
      config,
      channels,
      workLoop,
      stalledJobs = () => Promise.resolve([]),
      startReconciliation,
      logger,
      wallClock = systemClock,
      questionLimits,
    } = options;
    const accounts = new AdminAccounts(database, wallClock, config.adminPassword);
    const sessions = new AdminSessions(database, wallClock);
    return {
      module: ConsoleModule,
      providers: [
        { provide: Database, useValue: database },
        { provide: Engine, useValue: engine },
        { provide: RulesetSource, useValue: rulesets },
        { provide: RulesService, useValue: rulesService },
        { provide: TemplatesService, useValue: templates },
        { provide: CLOCK, useValue: clock },
        { provide: SETTINGS, useValue: config },
        { provide: CHANNEL_LIST, useValue: channels },
        { provide: WORK_LOOP, useValue: workLoop },
        { provide: STALLED_JOBS, useValue: stalledJobs },
        { provide: START_RECONCILIATION, useValue: startReconciliation },
        { provide: LOGGER, useValue: logger },
        { provide: AdminAccounts, useValue: accounts },
        { provide: AdminSessions, useValue: sessions },
        { provide: ApiTokens, useValue: new ApiTokens(database, config.apiToken) },
        { provide: Logins, useValue: new Logins({ database, accounts, sessions, clock, wallClock, logger }) },
        { provide: TokenWatch, useValue: new TokenWatch(database, wallClock) },
        { provide: SessionCookie, useValue: new SessionCookie(config.publicUrl) },
        { provide: Questions, useValue: new Questions(database, questionLimits) },
        { provide: MemberSets, useValue: new MemberSets(database.changes) },
        {
          provide: RuleDryRuns,
          useValue: new RuleDryRuns({
            ...{ db: database, clock, engine, channels, rules: rulesService },
            dryRuns: new DryRuns({ db: database, clock, logger }),
          }),
        },
        { provide: APP_GUARD, useClass: AuthGuard },
      ],
      exports: [AdminAccounts],
    };
  }

  async onModuleInit(): Promise<void> {
    const { webRoot, mode, publicUrl } = this.settings;
    const { sessions, tokens, watch, cookie } = this;
    await mountConsole(this.host.httpAdapter, {
      webRoot,
      pictureSources: mode === 'sandbox' ? sandboxPictures : [],
      doorkeeper: new Doorkeeper({ sessions, tokens, watch, cookie, publicUrl }),
    });
  }
}
