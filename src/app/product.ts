import 'reflect-metadata';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startChannels } from '../channels/open-channels.js';
import type { Channel } from '../channels/channel.js';
import { RulesService } from '../features/ruleset/rules.service.js';
import { RulesetSource } from '../features/ruleset/ruleset-source.js';
import { LinkCodes } from '../features/links/link-codes.js';
import { migrations } from '../migrations/index.js';
import { leaseStore } from '../outbox/lease.store.js';
import { Database } from '../platform/database/database.js';
import { buildEngine, buildLoops, type Core, type Loops } from './build-engine.js';
import { CannotStart, reasonOf } from './cannot-start.js';
import { buildHttpShell, listen } from './http-shell.js';
import type { ProductOptions } from './options.js';
import { readRules } from './read-rules.js';
import { seedTemplates, seedWays } from './seed.js';
import type { WorkLoop } from './work-loop.js';

export interface Product {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** The generated password of the first admin: set only on the first start, and only if none was configured. */
  readonly adminPassword: string | null;
  readonly workLoop: WorkLoop;
  readonly database: Database;
  readonly channels: readonly Channel[];
  readonly app: NestFastifyApplication;
  close(): Promise<void>;
}

/** Starts the whole product, composed by hand: the database, the rules, the channels, the engine, HTTP. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const db = await openDatabase(options);
  try {
    return await compose(db, options);
  } catch (cause) {
    await db.close();
    throw cause;
  }
}

const openDatabase = ({ config, survivesPowerCut = true }: ProductOptions): Promise<Database> =>
  Database.open({ url: config.databaseUrl, migrations, survivesPowerCut }).catch((cause: unknown) => {
    throw new CannotStart([`DATABASE_URL: the database cannot be opened (${reasonOf(cause)})`]);
  });

async function compose(db: Database, options: ProductOptions): Promise<Product> {
  const rules = await readRules(db, options);
  const templates = await seedTemplates(db, rules, options);
  const rulesets = await RulesetSource.open(db, rules, templates, options.clock.now());
  const links = await LinkCodes.open(db, options.config.publicUrl, options.clock.now());
  const core = buildEngine(db, { rulesets, links }, options);
  // Only one process writes to SQLite, so a lease that is still there belongs to a process that has ended.
  if (db.dialect === 'sqlite') await db.write((tx) => leaseStore.releaseAll(tx));
  const loops = buildLoops(db, core, options);
  await catchUp(db, core, loops, options);
  const rulesService = new RulesService(db, rulesets, templates, {
    directory: options.config.configDir,
    // The rules are in force whatever becomes of this; the next start does it again.
    published: () =>
      setUpByRules(db, core, loops, options).catch((cause: unknown) =>
        options.logger.error({ err: cause }, 'what the published rules require in WeCom could not be planned'),
      ),
  });
  const app = await buildHttpShell({ db, templates, rulesets, rulesService, core, loops }, options);
  const adminPassword = await listen(app, options);
  await startLoops(core, loops, options);
  return {
    url: (await app.getUrl()).replace('[::1]', '127.0.0.1'),
    adminPassword,
    workLoop: loops.workLoop,
    database: db,
    channels: core.open.channels,
    app,
    async close() {
      loops.watch.stop();
      await Promise.all(core.open.channels.map((channel) => channel.stop()));
      await loops.workLoop.stop();
      await app.close();
      await loops.clicks.close();
      await db.close();
    },
  };
}

/** Does what a new version, new files or a new channel require before the first event comes in. */
async function catchUp(db: Database, core: Core, loops: Loops, options: ProductOptions): Promise<void> {
  const members = await core.engine.recount();
  if (members > 0) options.logger.info({ members }, 'the figures of all members were counted anew from their facts');
  await setUpByRules(db, core, loops, options);
  if (core.abilities.has('read_tags')) await loops.hooks.tags.readLibrary();
}

/** Plans what the rules require in WeCom: contact codes and tags. Runs at the start, and when other rules come into force. */
async function setUpByRules(
  db: Database,
  { engine, abilities }: Core,
  loops: Loops,
  options: ProductOptions,
): Promise<void> {
  await seedWays(db, engine, options);
  if (abilities.has('ensure_tags')) await loops.hooks.tags.ensureLibrary();
  loops.workLoop.wake();
}

async function startLoops({ open }: Core, loops: Loops, { runsByItself = true }: ProductOptions): Promise<void> {
  await startChannels(open.channels, loops.inbox.receive);
  if (!runsByItself) return;
  loops.workLoop.start();
  loops.watch.start();
}
