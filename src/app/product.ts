import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Registry } from 'prom-client';
import type { Puppet } from 'wechaty-puppet';
import { Comparisons } from '../features/reconcile/run.store.js';
import { exposeChannels } from './channel-metrics.js';
import { channelList, compareNow } from './channel-overview.js';
import type { Channel } from '../channels/channel.js';
import { isInstalled } from '../channels/wechaty-installed.js';
import { ChannelsModule, openChannels, startChannels, type ChannelWorld } from '../channels/channels.module.js';
import { CommandAnswers } from '../commands/answer-commands.js';
import { isForTheBot } from '../commands/hear-member.js';
import { ConsoleModule } from '../console/console.module.js';
import { AdminAccounts } from '../console/auth/admin-accounts.js';
import { seedContactWays } from '../features/contact-ways/contact-way-requests.js';
import { EngineConsequences } from '../engine/delivery-hooks.js';
import { Engine } from '../engine/engine.js';
import { EngineKnownCorp } from '../features/reconcile/corp-state.js';
import { readRuleset } from '../features/ruleset/ruleset-files.js';
import { RulesetSource } from '../features/ruleset/ruleset-source.js';
import { FactsController } from '../inbox/facts.controller.js';
import { Intake } from '../inbox/inbox.js';
import { migrations } from '../migrations/index.js';
import { DeliveryWorker } from '../outbox/delivery.worker.js';
import { MassSendWorker } from '../outbox/mass-sends/mass-send.worker.js';
import { outboxStore } from '../outbox/outbox.store.js';
import type { Clock } from '../platform/clock.js';
import type { Config } from '../platform/config/config.js';
import type { FileProblem } from '../platform/config/config-files.js';
import { databaseReadiness } from '../platform/database/database-readiness.js';
import { Database } from '../platform/database/database.js';
import { createHttpAdapter } from '../platform/http/http-adapter.js';
import { HttpModule } from '../platform/http/http.module.js';
import { METRICS } from '../platform/http/metrics.js';
import type { Logger } from '../platform/logger/logger.js';
import { LoggerModule } from '../platform/logger/logger.module.js';
import { NestLogger } from '../platform/logger/nest-logger.js';
import { Pump } from './work-loop.js';
import { TemplatesService } from '../features/templates/templates.service.js';
import { WheelWatch } from './wheel-watch.js';

export interface ProductOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  /** False where somebody else pushes the clock and calls `settle`. */
  readonly runsByItself?: boolean;
  /** Besides those of the file: the demo's and the tests' own. */
  readonly operators?: readonly string[];
  readonly tamePuppet?: Puppet;
  readonly wecomQuotas?: ChannelWorld['wecomQuotas'];
  /** False for the demo alone: nothing a live start reads can say so. */
  readonly outlivesPowerCut?: boolean;
}

export interface Product {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Only on the very first start, and only when none was configured. */
  readonly adminPassword: string | null;
  readonly pump: Pump;
  readonly database: Database;
  readonly channels: readonly Channel[];
  readonly app: NestFastifyApplication;
  close(): Promise<void>;
}

/** The settings or the rules are not right. Every problem is told at once; nothing was started. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

const placed = (problem: FileProblem): string => `${problem.file}:${problem.line}:${problem.column} ${problem.message}`;

@Module({})
class ProductModule {}

/** The whole product, composed: the database, what is decided by which rules, the ways to reach people, HTTP. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { config, clock, logger, outlivesPowerCut = true } = options;
  const files = await readRuleset(config.configDir);
  const problems = [
    ...(files.ok ? [] : files.problems.map(placed)),
    ...(await folderProblems(config.templatesDir)),
    ...chatProblems(options),
  ];
  if (!files.ok || problems.length > 0) throw new CannotStart(problems);
  const database = await Database.open({ url: config.databaseUrl, migrations, outlivesPowerCut }).catch(
    (cause: unknown) => {
      throw new CannotStart([`DATABASE_URL: the database cannot be opened (${reasonOf(cause)})`]);
    },
  );
  try {
    return await compose(database, files.value, options);
  } catch (cause) {
    await database.close();
    throw cause;
  }

  async function compose(
    db: Database,
    rules: Extract<typeof files, { ok: true }>['value'],
    { runsByItself = true, operators = [], tamePuppet, wecomQuotas }: ProductOptions,
  ): Promise<Product> {
    const templates = new TemplatesService(db, rules.vocabulary, rules.rules.sending);
    const seeded = await templates.seedFromFiles(config.templatesDir, clock.now());
    for (const problem of seeded.problems)
      logger.error(
        { ...problem },
        problem.code === 'empty_folder' || problem.code === 'unreadable'
          ? problem.message.en
          : 'a template file was not taken over',
      );
    if (seeded.gone.length > 0)
      logger.error(
        { templates: seeded.gone },
        'template files are gone: these templates are switched off until they are back',
      );
    if (seeded.back.length > 0)
      logger.info({ templates: seeded.back }, 'template files are back: these templates are switched as they were');
    const known = new Set((await templates.list()).map(({ key }) => key));
    const unknown = rules.templatesNamed.filter(({ key }) => !known.has(key));
    if (unknown.length > 0)
      throw new CannotStart(unknown.map((named) => placed({ ...named, message: noTemplate(named) })));
    const rulesets = await RulesetSource.open(db, rules, templates, clock.now());

    const open = openChannels(config, {
      clock,
      logger,
      isMemberCommand: isForTheBot,
      known: new EngineKnownCorp(db, () => engine),
      runs: new Comparisons(db),
      database: db,
      pastChatWrites: (since) => outboxStore.chatWrites(db.read, since),
      ...(tamePuppet ? { tamePuppet } : {}),
      ...(wecomQuotas ? { wecomQuotas } : {}),
    });
    const abilities = new Set(open.channels.flatMap((channel) => [...channel.abilities]));
    const engine: Engine = new Engine(db, rulesets, clock, logger, {
      timeZone: config.timeZone,
      abilities: () => abilities,
      operators,
      consoleUrl: config.publicUrl,
    });
    if (db.dialect === 'sqlite') await db.write((tx) => outboxStore.releaseAll(tx));

    const consequences = new EngineConsequences(db, engine, clock);
    const world = { clock, logger, worker: randomUUID(), timeZone: config.timeZone };
    const deliveries = new DeliveryWorker(db, outboxStore, open.channels, consequences, world);
    const pump = new Pump(
      {
        engine,
        commands: new CommandAnswers(db, engine, () => engine.operators, world),
        deliveries,
        massSends: new MassSendWorker(db, outboxStore, open.channels, consequences, world),
        channels: open.channels,
        timeZone: config.timeZone,
      },
      logger,
    );
    const watch = new WheelWatch({
      db,
      wheels: pump.wheels,
      clock,
      logger,
      heldKinds: () => deliveries.heldKinds(),
      massSends: abilities.has('mass_send'),
      turnsByItself: runsByItself,
    });
    const intake = new Intake(db, clock, pump.wake);
    const recounted = await engine.recount();
    if (recounted > 0) logger.info({ members: recounted }, 'figures of all members were counted anew from their facts');
    await seedWays(db, engine, clock, logger);
    if (abilities.has('ensure_tags')) await consequences.tags.ensureLibrary();
    if (abilities.has('read_tags')) await consequences.tags.readLibrary();

    const consoleModule = ConsoleModule.with({
      database: db,
      engine,
      rulesets,
      templates,
      clock,
      logger,
      pump,
      wheels: {
        standing: async () =>
          (await watch.standing()).map(({ wheel, since, why }) => ({ wheel, why, forMs: pump.wheels.now() - since })),
      },
      config: {
        timeZone: config.timeZone,
        mode: config.mode,
        apiToken: config.apiToken,
        adminPassword: config.adminPassword,
        publicUrl: config.publicUrl,
        webRoot: join(import.meta.dirname, '../console/web'),
      },
      channels: channelList(open.channels),
      compare: () => compareNow(open.channels, logger),
    });
    const root: DynamicModule = {
      module: ProductModule,
      imports: [
        LoggerModule.with(logger),
        HttpModule.with({
          checks: () => [
            databaseReadiness(db),
            watch.readiness,
            ...open.channels.map((channel) => ({ name: channel.id, check: () => channel.health() })),
          ],
        }),
        ChannelsModule.of(open),
        consoleModule,
      ],
      controllers: [FactsController],
      providers: [{ provide: Intake, useValue: intake }],
    };
    const app = await NestFactory.create<NestFastifyApplication>(
      root,
      createHttpAdapter({ trustProxy: config.trustProxy, publicUrl: config.publicUrl }),
      {
        logger: new NestLogger(logger),
        bufferLogs: false,
      },
    );
    exposeChannels(app.get<Registry>(METRICS, { strict: false }), open.channels);
    watch.expose(app.get<Registry>(METRICS, { strict: false }));
    const { password: adminPassword } = await app.get(AdminAccounts, { strict: false }).ensureFirst();
    await app.listen(config.port, config.host).catch((cause: unknown) => {
      throw new CannotStart([`PORT, HOST: cannot listen on ${config.host}:${config.port} (${reasonOf(cause)})`]);
    });
    await startChannels(open.channels, intake.receive);
    if (runsByItself) {
      pump.start();
      watch.start();
    }
    return {
      url: (await app.getUrl()).replace('[::1]', '127.0.0.1'),
      adminPassword,
      pump,
      database: db,
      channels: open.channels,
      app,
      async close() {
        watch.stop();
        await Promise.all(open.channels.map((channel) => channel.stop()));
        await pump.stop();
        await app.close();
        await db.close();
      },
    };
  }
}

const noTemplate = ({ key }: { readonly key: string }): string =>
  `there is no template ${key}: correct the key, leave it out, or make the template first`;

function chatProblems({ config, tamePuppet }: ProductOptions): string[] {
  if (!config.chat || tamePuppet) return [];
  return ['wechaty', config.chat.puppet]
    .filter((name) => !isInstalled(name))
    .map(
      (name) =>
        `WECHATY_PUPPET: the package ${name} is not installed; run npm install${name === 'wechaty' ? ' --include=optional' : ` ${name}`}, or unset WECHATY_PUPPET to use the official API only`,
    );
}

async function folderProblems(folder: string): Promise<string[]> {
  return readdir(folder).then(
    () => [],
    (cause: unknown) => [`TEMPLATES_DIR: the folder ${folder} cannot be read (${reasonOf(cause)})`],
  );
}

/** The innermost code there is: ECONNREFUSED says more than what was built around it. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause !== undefined) return reasonOf(cause.cause);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

async function seedWays(db: Database, engine: Engine, clock: Clock, logger: Logger): Promise<void> {
  const on = await engine.circumstances();
  const greetings = new Set(on.ruleset.campaigns.map(({ key }) => key));
  for (const { key: way, welcome } of on.ways.channels)
    if (welcome !== null && !greetings.has(welcome))
      logger.error(
        { file: 'contact-ways.yaml', way, welcome },
        'a contact way names a welcome template that is switched off or has a mistake; who comes by it is greeted like everybody',
      );
  await db.write((tx) => seedContactWays(tx, on, clock.now()));
}
