import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OperatorMistake } from '../errors.js';
import { bodyLimitOf, DEFAULT_BODY_BYTES } from './body-limits.js';
import { answerFor } from './error-answer.js';
import { MAX_JSON_DEPTH, isDeeperThan } from './json-depth.js';
import { refuseBrokenRequest } from './broken-request.js';
import { responseHeaders, type RequestTarget } from './response-headers.js';

/** The part of Fastify's reply that is used here. */
interface Reply {
  status(code: number): unknown;
  headers(all: Readonly<Record<string, string>>): unknown;
  send(body: never): unknown;
}

/** A client that sends its headers or its whole request slower than this is disconnected. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Node checks for late requests at this interval; its default of 30 s would add to the times above. */
const CHECK_EVERY_MS = 1_000;
/** Far more than browsers, shops and WeCom's servers open; each costs some 50 kB. */
const MAX_CONNECTIONS = 2_000;

/** These routes check each row alone and refuse only the bad ones. */
const rowByRowRoutes: ReadonlySet<string> = new Set(['/api/v1/facts']);

/** Under these paths are pages that people open by links. */
const pagePaths = ['/m/', '/l/'] as const;

/**
 * A link that a messenger cut in the middle of an escape (`%E7%8`) cannot be decoded, and Fastify would answer it before any
 * route, with JSON. Its percent signs are taken literally instead, so that the page of the path answers, or the code before
 * the escape is found.
 */
function readableAddress(address: string): string {
  const [path = '', ...query] = address.split('?');
  if (!pagePaths.some((prefix) => path.startsWith(prefix))) return address;
  try {
    if (!decodeURIComponent(path).includes('\0')) return address;
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
  }
  return [path.replaceAll('%', '%25'), ...query].join('?');
}

/** Number of proxies in front, or their addresses and networks: their X-Forwarded-… headers are trusted. */
export type TrustedProxies = number | readonly string[];

export interface HttpAdapterOptions {
  /** One limit for every route; `bodyLimitOf` by default. */
  readonly bodyLimitBytes?: number;
  readonly trustProxy?: TrustedProxies | undefined;
  /** The https address under which the product is reached from outside. */
  readonly publicUrl?: string | undefined;
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly maxConnections?: number;
}

/** Fastify with the product's limits and headers. Its own refusals have the product's error format, too. */
export function createHttpAdapter({
  bodyLimitBytes,
  trustProxy,
  publicUrl,
  headersTimeoutMs = HEADERS_TIMEOUT_MS,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
  maxConnections = MAX_CONNECTIONS,
}: HttpAdapterOptions = {}): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes ?? DEFAULT_BODY_BYTES,
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: CHECK_EVERY_MS },
    forceCloseConnections: 'idle',
    trustProxy: trustProxyOption(trustProxy),
    clientErrorHandler: refuseBrokenRequest,
    rewriteUrl: (request: { readonly url?: string }) => readableAddress(request.url ?? '/'),
    frameworkErrors(error: Error, request: RequestTarget, reply: Reply) {
      const { status, body } = answerFor(error);
      reply.status(status);
      reply.headers(responseHeaders(request, publicUrl));
      reply.send(body as never);
    },
  });
  const server = adapter.getInstance();
  server.server.maxConnections = maxConnections;
  // At the limit, idle keep-alive connections make room for new ones.
  server.server.on('drop', () => server.server.closeIdleConnections());

  server.addHook('onRoute', (route) => {
    route.bodyLimit ??= bodyLimitBytes ?? bodyLimitOf(route.url);
  });
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers(responseHeaders(request, publicUrl));
    // No id or text contains a NUL, and PostgreSQL refuses one in a parameter.
    if (request.url.includes('%00')) return done(new OperatorMistake('bad_request', 'the address has a NUL in it'));
    // Otherwise Fastify would read and parse the whole body before it answers 404.
    if (request.is404)
      return done(new OperatorMistake('not_found', 'there is nothing here', undefined, { status: 404 }));
    done();
  });
  // Nest sets its error handler together with its routes; scopes registered earlier need this one for unreadable bodies.
  server.setErrorHandler((error, _request, reply) => {
    const { status, body, retryAfterSeconds } = answerFor(error);
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    return reply.status(status).send(body);
  });
  // Nest must not replace this handler for Fastify's refusals; errors of routes still pass Nest's filter.
  adapter.setErrorHandler = () => server;
  // Only JSON is accepted: Nest's own parsers also accept forms, which other sites' pages can send.
  adapter.registerParserMiddleware = () => readJsonOnly(adapter);
  return adapter;
}

/** Fastify trusts nobody if its option is a number, so the hops are counted here. */
function trustProxyOption(
  proxies: TrustedProxies | undefined,
): false | string[] | ((address: string, hop: number) => boolean) {
  if (proxies === undefined) return false;
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : [...proxies];
}

function readJsonOnly(adapter: FastifyAdapter): void {
  const server = adapter.getInstance();
  const parse = server.getDefaultJsonParser('error', 'ignore');
  // On row-by-row routes only the row with a `__proto__` key is refused, with its index.
  const parseRows = server.getDefaultJsonParser('ignore', 'ignore');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    const isByRow = rowByRowRoutes.has(request.routeOptions.url ?? '');
    void (isByRow ? parseRows : parse)(request, text as string, (error, value: unknown) => {
      if (error) return done(error);
      if (!isByRow && isDeeperThan(value, MAX_JSON_DEPTH))
        return done(new OperatorMistake('too_deep', `the body nests deeper than ${MAX_JSON_DEPTH} levels`));
      done(null, value);
    });
  });
}
