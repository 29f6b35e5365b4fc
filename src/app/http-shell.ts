import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Registry } from 'prom-client';
import { ChannelsModule } from '../channels/channels.module.js';
import { AdminAccounts } from '../console/auth/admin-accounts.js';
import { ConsoleModule } from '../console/console.module.js';
import type { RulesService } from '../features/ruleset/rules.service.js';
import type { RulesetSource } from '../features/ruleset/ruleset-source.js';
import { serveLinks } from '../features/links/serve-links.js';
import type { TemplatesService } from '../features/templates/templates.service.js';
import { MemberPageModule } from '../member-page/member-page.module.js';
import { IDENTIFY_PATH } from '../member-page/page-handlers.js';
import { FactsController } from '../inbox/facts.controller.js';
import { Inbox } from '../inbox/inbox.js';
import { databaseReadiness } from '../platform/database/database-readiness.js';
import type { Database } from '../platform/database/database.js';
import { systemClock } from '../platform/clock.js';
import { createHttpAdapter } from '../platform/http/http-adapter.js';
import { HttpModule } from '../platform/http/http.module.js';
import { METRICS } from '../platform/http/metrics.js';
import { LoggerModule } from '../platform/logger/logger.module.js';
import { NestLogger } from '../platform/logger/nest-logger.js';
import type { Core, Loops } from './build-engine.js';
import { CannotStart, reasonOf } from './cannot-start.js';
import { exposeChannels } from './channel-metrics.js';
import { channelList, startReconciliation } from './channel-overview.js';
import type { ProductOptions } from './options.js';

export interface Parts {
  readonly db: Database;
  readonly templates: TemplatesService;
  readonly rulesets: RulesetSource;
  readonly rulesService: RulesService;
  readonly core: Core;
  readonly loops: Loops;
}

@Module({})
class ProductModule {}

/** Builds the HTTP side: the console, the callback, facts from other programs, probes and metrics. It does not listen yet. */
export async function buildHttpShell(parts: Parts, options: ProductOptions): Promise<NestFastifyApplication> {
  const { config, logger } = options;
  const app = await NestFactory.create<NestFastifyApplication>(
    rootModule(parts, options),
    createHttpAdapter({ trustProxy: config.trustProxy, publicUrl: config.publicUrl }),
    { logger: new NestLogger(logger), bufferLogs: false },
  );
  serveLinks(app.getHttpAdapter() as FastifyAdapter, {
    links: parts.loops.links,
    clicks: parts.loops.clicks,
    identifyAt: parts.core.open.wecomApp ? IDENTIFY_PATH : undefined,
  });
  const metrics = app.get<Registry>(METRICS, { strict: false });
  exposeChannels(metrics, parts.core.open.channels);
  parts.loops.watch.expose(metrics);
  return app;
}

/** Creates the first admin and listens. Answers the admin's password if it was generated now, otherwise null. */
export async function listen(app: NestFastifyApplication, { config }: ProductOptions): Promise<string | null> {
  const { password } = await app.get(AdminAccounts, { strict: false }).ensureFirst();
  await app.listen(config.port, config.host).catch((cause: unknown) => {
    throw new CannotStart([`PORT, HOST: cannot listen on ${config.host}:${config.port} (${reasonOf(cause)})`]);
  });
  return password;
}

function rootModule(parts: Parts, options: ProductOptions): DynamicModule {
  const { open } = parts.core;
  const { inbox, watch } = parts.loops;
  return {
    module: ProductModule,
    imports: [
      LoggerModule.with(options.logger),
      HttpModule.with({
        checks: () => [
          databaseReadiness(parts.db),
          watch.readiness,
          ...open.channels.map((channel) => ({ name: channel.id, check: () => channel.health() })),
        ],
      }),
      ChannelsModule.of(open),
      consoleModule(parts, options),
      memberPageModule(parts, options),
    ],
    controllers: [FactsController],
    providers: [{ provide: Inbox, useValue: inbox }],
  };
}

function consoleModule(
  { db, templates, rulesets, rulesService, core, loops }: Parts,
  options: ProductOptions,
): DynamicModule {
  const { config, clock, logger, demo } = options;
  const { workLoop, watch } = loops;
  const { channels } = core.open;
  return ConsoleModule.with({
    database: db,
    engine: core.engine,
    rulesets,
    rulesService,
    templates,
    clock,
    logger,
    workLoop,
    stalledJobs: async () =>
      (await watch.stalled()).map(({ job, since, why }) => ({ job, why, forMs: workLoop.jobs.now() - since })),
    config: {
      timeZone: config.timeZone,
      mode: config.mode,
      apiToken: config.apiToken,
      adminPassword: config.adminPassword,
      publicUrl: config.publicUrl,
      webRoot: join(import.meta.dirname, '../console/web'),
      demo,
    },
    channels: channelList(
      channels,
      // The demo's address is no HTTPS, and needs none.
      config.mode === 'live' && config.wecom ? { publicUrl: config.publicUrl, corpId: config.wecom.corpId } : undefined,
    ),
    startReconciliation: () => startReconciliation(channels, logger),
  });
}

/** A page does not wait longer for a busy engine; what was done is stored and applied later. */
const APPLY_WAIT_MS = 3_000;

function memberPageModule({ db, core, loops }: Parts, { config, clock, logger }: ProductOptions): DynamicModule {
  return MemberPageModule.with({
    database: db,
    engine: core.engine,
    inbox: loops.inbox,
    commands: loops.commands,
    clock,
    wallClock: systemClock,
    timeZone: config.timeZone,
    logger,
    app: core.open.wecomApp,
    oauthBase: config.wecomOauthBase,
    publicUrl: config.publicUrl,
    links: loops.links,
    clicks: loops.clicks,
    applyFacts: () => Promise.race([core.engine.advance(), setTimeout(APPLY_WAIT_MS, undefined, { ref: false })]),
  });
}
