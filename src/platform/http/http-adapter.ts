import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OperatorMistake } from '../errors.js';
import { bodyLimitOf, BODY_BYTES } from './body-limits.js';
import { answerFor } from './error-answer.js';
import { DEEPEST_JSON, isDeeperThan } from './json-depth.js';
import { refuseBrokenRequest } from './broken-request.js';
import { responseHeaders, type Arrived } from './response-headers.js';

/** As much of Fastify as is needed to answer. */
interface Reply {
  status(code: number): unknown;
  headers(all: Readonly<Record<string, string>>): unknown;
  send(body: never): unknown;
}

/** A client that sends its head or its whole request slower than this is cut off. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Node looks for late ones only so often; its own 30 s would double the times above. */
const CHECK_EVERY_MS = 1_000;
/** Far more than browsers, shops and WeCom's servers open; each costs some 50 kB. */
const MOST_CONNECTIONS = 2_000;

/** The routes whose rows are read one by one: there one that nests too deep is refused alone. */
const readsRowByRow: ReadonlySet<string> = new Set(['/api/v1/facts']);

/** How many proxies stand in front, or their addresses and networks: whose X-Forwarded-… is believed. */
export type TrustedProxies = number | readonly string[];

export interface HttpAdapterOptions {
  /** For every route; unless given, each has its own. */
  readonly bodyLimitBytes?: number;
  readonly trustProxy?: TrustedProxies | undefined;
  /** The https address under which the product is reached from outside. */
  readonly publicUrl?: string | undefined;
  readonly headersTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly mostConnections?: number;
}

/** Fastify as this product wants it: what it refuses before any route is reached is answered in our words, too. */
export function createHttpAdapter({
  bodyLimitBytes,
  trustProxy,
  publicUrl,
  headersTimeoutMs = HEADERS_TIMEOUT_MS,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
  mostConnections = MOST_CONNECTIONS,
}: HttpAdapterOptions = {}): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes ?? BODY_BYTES,
    requestTimeout: requestTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: CHECK_EVERY_MS },
    forceCloseConnections: 'idle',
    trustProxy: believed(trustProxy),
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors(error: Error, request: Arrived, reply: Reply) {
      const { status, body } = answerFor(error);
      reply.status(status);
      reply.headers(responseHeaders(request, publicUrl));
      reply.send(body as never);
    },
  });
  const server = adapter.getInstance();
  server.server.maxConnections = mostConnections;
  // Who only keeps a connection open for later gives way to who has something to ask.
  server.server.on('drop', () => server.server.closeIdleConnections());

  server.addHook('onRoute', (route) => {
    route.bodyLimit ??= bodyLimitBytes ?? bodyLimitOf(route.url);
  });
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers(responseHeaders(request, publicUrl));
    // Neither ids nor words have a NUL in them, and PostgreSQL reads none in a parameter.
    if (request.url.includes('%00')) return done(new OperatorMistake('bad_request', 'the address has a NUL in it'));
    // Fastify would read and parse the whole body before it says that nothing is here.
    if (request.is404) return done(new OperatorMistake('not_found', 'there is nothing here', undefined, 404));
    done();
  });
  // Nest sets its handler only when its routes are there; a body that cannot be read may come to a scope from before.
  server.setErrorHandler((error, _request, reply) => {
    const { status, body, retryAfterSeconds } = answerFor(error);
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    return reply.status(status).send(body);
  });
  // Ours is the last word on what Fastify refuses; what a route throws goes through Nest's filter all the same.
  adapter.setErrorHandler = () => server;
  // JSON is all that anybody posts; Nest's own parsers take forms too, which other people's pages can send.
  adapter.registerParserMiddleware = () => readJsonOnly(adapter);
  return adapter;
}

/** Fastify counts no hops by itself: a count cannot tell a proxy from a client that reaches the port directly. */
function believed(proxies: TrustedProxies | undefined): false | string[] | ((address: string, hop: number) => boolean) {
  if (proxies === undefined) return false;
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : [...proxies];
}

function readJsonOnly(adapter: FastifyAdapter): void {
  const server = adapter.getInstance();
  const parse = server.getDefaultJsonParser('error', 'ignore');
  // Where rows are read one by one, one that names a prototype is refused by its place, and the others are taken.
  const parseRows = server.getDefaultJsonParser('ignore', 'ignore');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    const isByRow = readsRowByRow.has(request.routeOptions.url ?? '');
    void (isByRow ? parseRows : parse)(request, text as string, (error, value: unknown) => {
      if (error) return done(error);
      if (!isByRow && isDeeperThan(value, DEEPEST_JSON))
        return done(new OperatorMistake('too_deep', `the body nests deeper than ${DEEPEST_JSON} levels`));
      done(null, value);
    });
  });
}
