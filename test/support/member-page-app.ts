import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ApiCall, Outcome, WecomApp } from '../../src/channels/wecom-app.js';
import { ClickRecorder } from '../../src/features/links/click-recorder.js';
import { KeptLinks } from '../../src/features/links/kept-links.js';
import { serveLinks } from '../../src/features/links/serve-links.js';
import { MemberPageModule } from '../../src/member-page/member-page.module.js';
import { IDENTIFY_PATH } from '../../src/member-page/page-handlers.js';
import { PushedClock } from '../../src/platform/clock.js';
import { createHttpAdapter } from '../../src/platform/http/http-adapter.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import { createLogger } from '../../src/platform/logger/logger.js';
import { LoggerModule } from '../../src/platform/logger/logger.module.js';
import type { TestProduct } from './test-product.js';

/** WeCom as the sign-in sees it: each code says who came, once. */
export class FakeWecomApp implements WecomApp {
  readonly corpId = 'wwTheCorp';
  readonly agentId = 1_000_002;
  readonly exchanged: string[] = [];
  /** By code: the answer, an errcode, or what is thrown. */
  readonly codes = new Map<string, Readonly<Record<string, string>> | number | Error>();

  async call<T>(call: ApiCall<T>): Promise<T> {
    const outcome = await this.tryCall(call);
    if (!outcome.ok) throw new Error(`errcode ${outcome.errcode}`);
    return outcome.data;
  }

  async tryCall<T>({ endpoint, query, answer }: ApiCall<T>): Promise<Outcome<T>> {
    if (endpoint !== 'auth/getuserinfo') throw new Error(`the member page does not call ${endpoint}`);
    const code = query?.['code'] ?? '';
    this.exchanged.push(code);
    const known = this.codes.get(code) ?? 40029;
    this.codes.delete(code);
    if (known instanceof Error) throw known;
    return typeof known === 'number' ? { ok: false, errcode: known } : { ok: true, data: answer.parse(known) };
  }

  mediaIdOf(): Promise<string> {
    return Promise.reject(new Error('the member page uploads nothing'));
  }

  async forgetMedia(): Promise<void> {}

  onNotice(): void {}
}

export interface PageReply {
  readonly status: number;
  readonly text: string;
  readonly location: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A browser with cookies, without scripts. */
export interface PageVisitor {
  get(path: string, headers?: Record<string, string>): Promise<PageReply>;
  post(path: string, form: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<PageReply>;
  ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS',
    path: string,
    request?: { readonly payload?: string; readonly headers?: Record<string, string> },
  ): Promise<PageReply>;
  /** Goes through WeChat's sign-in, which comes back with this code. Resolves to the answer of our own page. */
  signIn(code: string, to?: string): Promise<PageReply>;
  /** Submits a form of a page as a browser does, with its hidden fields. */
  submit(page: string, action: string, fields?: Readonly<Record<string, string>>): Promise<PageReply>;
  cookies: Map<string, string>;
}

export interface MemberPageApp {
  readonly wecom: FakeWecomApp;
  readonly wall: PushedClock;
  visitor(): PageVisitor;
  /** The clicks so far are stored and applied. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** The member's page over a test product; requests are injected without a port. */
export async function aMemberPage(
  product: TestProduct,
  {
    publicUrl,
    hasWecom = true,
    oauthBase = 'https://open.weixin.qq.com',
    applyFacts = () => product.engine.advance(),
  }: {
    readonly publicUrl?: string;
    readonly hasWecom?: boolean;
    readonly oauthBase?: string;
    readonly applyFacts?: () => Promise<unknown>;
  } = {},
): Promise<MemberPageApp> {
  const wecom = new FakeWecomApp();
  const wall = new PushedClock(product.clock.now());
  const logger = createLogger({ level: 'silent' });
  const links = new KeptLinks(product.db);
  const clicks = new ClickRecorder({
    ...{ db: product.db, codes: product.links, clock: product.clock, receive: product.inbox.receive },
    logger,
  });
  const page = MemberPageModule.with({
    database: product.db,
    engine: product.engine,
    inbox: product.inbox,
    commands: product.commands,
    clock: product.clock,
    wallClock: wall,
    timeZone: 'Asia/Shanghai',
    logger,
    app: hasWecom ? wecom : undefined,
    oauthBase,
    publicUrl,
    applyFacts,
    links,
    clicks,
  });
  @Module({ imports: [LoggerModule.with(logger), HttpModule.with({ checks: () => [] }), page] })
  class RootModule {}
  const app = await NestFactory.create<NestFastifyApplication>(RootModule, createHttpAdapter({ publicUrl }), {
    logger: false,
    abortOnError: false,
  });
  serveLinks(app.getHttpAdapter() as FastifyAdapter, {
    links,
    clicks,
    identifyAt: hasWecom ? IDENTIFY_PATH : undefined,
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const settled = async (): Promise<void> => {
    await clicks.close();
    await product.workLoop.drain();
  };
  return { wecom, wall, settled, visitor: () => visitorOf(app), close: () => app.close() };
}

function visitorOf(app: NestFastifyApplication): PageVisitor {
  const cookies = new Map<string, string>();
  const ask = async (
    method: Parameters<PageVisitor['ask']>[0],
    url: string,
    { payload, headers = {} }: Parameters<PageVisitor['ask']>[2] = {},
  ): Promise<PageReply> => {
    const answer = await app.inject({
      method,
      url,
      headers: {
        'user-agent': 'Mozilla/5.0 MicroMessenger/8.0',
        'accept-language': 'zh-CN',
        cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
        ...(payload === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const set of [answer.headers['set-cookie'] ?? []].flat()) {
      const [name = '', value = ''] = set.split(';')[0]!.split('=', 2);
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const { location = '' } = answer.headers;
    return { status: answer.statusCode, text: answer.payload, location: String(location), headers: answer.headers };
  };
  const visitor: PageVisitor = {
    cookies,
    get: (path, headers) => ask('GET', path, headers ? { headers } : {}),
    ask,
    post: (path, form, headers = {}) => ask('POST', path, { payload: new URLSearchParams(form).toString(), headers }),
    async signIn(code, to = 'level') {
      const begun = await visitor.get(`/m/sign-in?to=${to}`);
      const state = new URL(begun.location).searchParams.get('state') ?? '';
      return visitor.get(`/m/signed-in?${new URLSearchParams({ code, state }).toString()}`);
    },
    async submit(page, action, fields = {}) {
      const { text } = await visitor.get(page);
      const form = formTo(text, action);
      return visitor.post(action, { ...hiddenFieldsOf(form), ...fields });
    },
  };
  return visitor;
}

/** The HTML of the first form with this action. */
function formTo(text: string, action: string): string {
  const form = [...text.matchAll(/<form[^>]*action="([^"]*)"[^]*?<\/form>/g)].find((match) => match[1] === action);
  if (!form) throw new Error(`the page has no form to ${action}`);
  return form[0];
}

export const hiddenFieldsOf = (form: string): Record<string, string> =>
  Object.fromEntries(
    [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      /name="([^"]*)"/.exec(input)?.[1] ?? '',
      /value="([^"]*)"/.exec(input)?.[1] ?? '',
    ]),
  );
