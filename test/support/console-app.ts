import { scryptSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { forecast } from '../../src/channels/wecom/rate-limits/forecast.js';
import { publishedQuotas } from '../../src/channels/wecom/rate-limits/published-quotas.js';
import type { DemoSettings } from '../../src/console/console.tokens.js';
import { ConsoleModule } from '../../src/console/console.module.js';
import { Questions, type QuestionKind, type QuestionLimits } from '../../src/console/api/questions.js';
import { AdminAccounts } from '../../src/console/auth/admin-accounts.js';
import { defaultVocabulary } from '../../src/domain/rules/index.js';
import { RulesService } from '../../src/features/ruleset/rules.service.js';
import type { CompiledRules } from '../../src/features/ruleset/compile-rules.js';
import { ruleDocumentStore } from '../../src/features/ruleset/rule-document.store.js';
import { SAVED_FROM_FILES } from '../../src/features/ruleset/seed-rules.js';
import { ruleDocuments } from '../../src/domain/rule-document.js';
import { RulesetSource } from '../../src/features/ruleset/ruleset-source.js';
import { FactsController } from '../../src/inbox/facts.controller.js';
import { Inbox } from '../../src/inbox/inbox.js';
import { PushedClock } from '../../src/platform/clock.js';
import { createHttpAdapter } from '../../src/platform/http/http-adapter.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { createLogger } from '../../src/platform/logger/logger.js';
import { LoggerModule } from '../../src/platform/logger/logger.module.js';
import type { TemplatesService } from '../../src/features/templates/templates.service.js';
import { CompiledOnce, rulesOfTheFiles, type TestProduct } from './test-product.js';

export const PASSWORD = 'a good password';
export const API_TOKEN = 'token-of-the-configuration';
const SALT = 'the salt of tests';
const CHEAP = { N: 32, r: 8, p: 1 };
const CHEAP_HASH = [
  'scrypt',
  ...Object.values(CHEAP),
  Buffer.from(SALT).toString('base64'),
  scryptSync(PASSWORD, SALT, 32, CHEAP).toString('base64'),
].join('$');

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface ConsoleApp {
  readonly accounts: AdminAccounts;
  readonly questions: Questions;
  /** The wall clock of sessions and throttling. */
  readonly wall: PushedClock;
  ask<T = Record<string, unknown>>(
    method: Method,
    url: string,
    more?: { body?: unknown; headers?: Record<string, string>; ip?: string },
  ): Promise<Answer<T>>;
  /** With the bearer token of the configuration. */
  asProgram<T = Record<string, unknown>>(method: Method, url: string, body?: unknown): Promise<Answer<T>>;
  /** As the admin, with session cookie and CSRF token. */
  asAdmin<T = Record<string, unknown>>(method: Method, url: string, body?: unknown): Promise<Answer<T>>;
  /** As the admin, with a raw body. */
  askRaw(method: 'POST', url: string, payload: string): Promise<Answer>;
  /** Listens on a free port, for tests that need a socket; resolves to the port. */
  listen(): Promise<number>;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly webRoot?: string;
  /** Receives every log line. */
  readonly logged?: (line: string) => void;
  readonly adminPassword?: string | undefined;
  readonly trustProxy?: number | readonly string[];
  readonly publicUrl?: string;
  readonly mode?: 'sandbox' | 'live';
  readonly questionLimits?: Readonly<Record<QuestionKind, QuestionLimits>>;
  readonly templates?: TemplatesService;
  /** The console publishes the rules of the product's engine. Default: it has rules of its own. */
  readonly sharesRules?: boolean;
  readonly demo?: DemoSettings;
}

/** The console over a test product; requests are injected without a port. */
export async function aConsole(
  product: TestProduct,
  {
    webRoot = 'nowhere',
    trustProxy,
    publicUrl,
    mode = 'sandbox',
    questionLimits,
    logged,
    demo,
    sharesRules = false,
    ...given
  }: AppOptions = {},
): Promise<ConsoleApp> {
  const files = await rulesOfTheFiles();
  const sharedTemplates = sharesRules ? product.templates : undefined;
  const templates = given.templates ?? sharedTemplates ?? new CompiledOnce(product.db, files, defaultVocabulary);
  const rulesets = sharesRules
    ? product.rulesets
    : await RulesetSource.open(product.db, files, templates, product.clock.now());
  await storedAlready(product, files);
  const rulesService = new RulesService(product.db, rulesets, templates, { directory: 'config' });
  const logger = createLogger(logged ? { level: 'warn', write: logged } : { level: 'silent' });
  const wall = new PushedClock(Date.parse('2026-03-02T01:00:00Z'));
  const adminPassword = 'adminPassword' in given ? given.adminPassword : PASSWORD;

  @Module({ controllers: [FactsController], providers: [{ provide: Inbox, useValue: product.inbox }] })
  class InboxModule {}

  const root = {
    module: class RootModule {},
    imports: [
      LoggerModule.with(logger),
      HttpModule.with({ checks: () => [] }),
      InboxModule,
      ConsoleModule.with({
        database: product.db,
        engine: product.engine,
        rulesets,
        rulesService,
        templates,
        clock: product.clock,
        wallClock: wall,
        ...(questionLimits ? { questionLimits } : {}),
        logger,
        config: { timeZone: 'Asia/Shanghai', mode, apiToken: API_TOKEN, adminPassword, publicUrl, webRoot, demo },
        channels: {
          list: () => [{ id: 'fake', label: { zh: '演示', en: 'Demo' }, ok: true, detail: '', connection: null }],
          checkUp: () => Promise.resolve([]),
          forecast: (work) => forecast(publishedQuotas, work),
        },
        startReconciliation: () => 'nothing_to_compare',
        workLoop: { drain: () => product.workLoop.drain(), review: () => product.engine.review() },
      }),
    ],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, createHttpAdapter({ trustProxy, publicUrl }), {
    logger: false,
    abortOnError: false,
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const accounts = app.get(AdminAccounts);
  if (adminPassword !== undefined) {
    if (adminPassword === PASSWORD) await knownAlready(product);
    await accounts.ensureFirst();
  }

  const ask: ConsoleApp['ask'] = async (method, url, { body, headers = {}, ip } = {}) => {
    const answer = await app.inject({
      method,
      url,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      ...(ip === undefined ? {} : { remoteAddress: ip }),
    });
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status: answer.statusCode,
      body: (isJson ? answer.json() : {}) as never,
      text: answer.payload,
      headers: answer.headers,
    };
  };
  let session: Promise<Record<string, string>> | undefined;
  const login = async (): Promise<Record<string, string>> => {
    const { headers, body } = await ask<{ csrf: string }>('POST', '/console/api/login', {
      body: { username: 'admin', password: PASSWORD },
    });
    return { cookie: cookieOf(headers), 'x-csrf-token': body.csrf };
  };
  return {
    accounts,
    questions: app.get(Questions),
    wall,
    ask,
    asProgram: (method, url, body) => ask(method, url, { body, headers: { authorization: `Bearer ${API_TOKEN}` } }),
    asAdmin: async (method, url, body) => ask(method, url, { body, headers: await (session ??= login()) }),
    async askRaw(method, url, payload) {
      const headers = { 'content-type': 'application/json', ...(await (session ??= login())) };
      const answer = await app.inject({ method, url, headers, payload });
      return { status: answer.statusCode, body: answer.json(), text: answer.payload, headers: answer.headers };
    },
    async listen() {
      await app.listen(0, '127.0.0.1');
      return (app.getHttpServer().address() as AddressInfo).port;
    },
    close: () => app.close(),
  };
}

/** The rules as the start of the product stores them: `files` are compiled already, which takes longer than to make the console. */
async function storedAlready({ db, clock }: TestProduct, { texts }: CompiledRules): Promise<void> {
  await db.write(async (tx) => {
    const stored = await ruleDocumentStore.current(tx);
    const first = { version: 1, savedAt: clock.now(), savedBy: SAVED_FROM_FILES, note: '' };
    for (const document of ruleDocuments.filter((each) => !stored.has(each)))
      await ruleDocumentStore.append(tx, document, { ...first, text: texts[document] });
  });
}

/**
 * The admin as an earlier start made it, of a password hashed at a thousandth of the usual cost: the real one costs a
 * third of a second with every start and every login. Who starts with another password, or none, pays it.
 */
async function knownAlready({ db, clock }: TestProduct): Promise<void> {
  const row = { name: 'admin', password_hash: CHEAP_HASH, created_at: clock.now() };
  await db.write((tx) => tx.insert('admin_user', [row], '(name) DO NOTHING'));
}

/** `name=value` of the first cookie that was set. */
export const cookieOf = (headers: Answer['headers']): string =>
  String([headers['set-cookie']].flat()[0]).split(';')[0]!;
