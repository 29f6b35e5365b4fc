import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { MINUTE_MS } from '../domain/day.js';
import { GiveUp, RetryLater } from '../platform/errors.js';
import { answerFor } from '../platform/http/error-answer.js';
import { addressOf as networkAddressOf, networkOf, type Sender } from '../platform/http/client-address.js';
import type { Logger } from '../platform/logger/logger.js';
import { IDENTIFY_PATH, PageHandlers, type PageAnswer, type PageRequest } from './page-handlers.js';
import type { MemberPageParts } from './parts.js';
import { RequestThrottle } from './request-throttle.js';

/** The longest form is a question of 1,000 characters, each percent-encoded. */
const LONGEST_FORM_BYTES = 16 * 1_024;
/** Per network, of visitors who are not signed in. Thousands of phones share one address of a mobile operator. */
const REQUESTS_A_MINUTE = 2_400;

/** No inline scripts or styles, nothing from other sites, no frames. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
};

interface Request extends Sender {
  readonly host: string;
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: unknown;
  readonly params: unknown;
  readonly body?: unknown;
}

interface Reply {
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  send(body: string | Buffer): unknown;
}

/**
 * Adds the routes of the member's page to the server, in a separate Fastify scope: forms are accepted here and nowhere else, and
 * errors are pages for members.
 */
export async function mountMemberPage(server: FastifyAdapter, parts: MemberPageParts): Promise<void> {
  // What is stored is done. When it cannot be applied at once, the work loop records the failure and tries again.
  const applyFacts = (): Promise<unknown> => Promise.allSettled([parts.applyFacts()]);
  const handlers = new PageHandlers({ ...parts, applyFacts });
  const throttle = new RequestThrottle(REQUESTS_A_MINUTE, MINUTE_MS);
  const answered = (handle: Handle) => async (request: Request, reply: Reply) => {
    const asked = pageRequestOf(request);
    // Who is signed in is throttled by themselves, so that many members behind one address do not close the page for each other.
    const isAdmitted =
      (await handlers.isSignedIn(asked)) ||
      throttle.admits(networkOf(networkAddressOf(request)), parts.wallClock.now());
    return send(reply, isAdmitted ? await handle(asked) : handlers.problem(asked, 'too_many', 429));
  };
  const errorPage = (error: unknown, asked: PageRequest): PageAnswer => {
    logFailure(error, parts.logger);
    const { status } = answerFor(error);
    return handlers.problem(asked, status === 413 ? 'too_long' : status < 500 ? 'unreadable' : 'broken', status);
  };
  await server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: LONGEST_FORM_BYTES },
      (_request, body, parsed) => parsed(null, Object.fromEntries(new URLSearchParams(body as string))),
    );
    scope.setErrorHandler((error, request, reply) => send(reply, errorPage(error, pageRequestOf(request))));
    for (const [path, handle] of pagesOf(handlers)) scope.get(path, answered(handle));
    for (const url of ['/m', '/m/*'])
      scope.route({
        method: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
        url,
        handler: answered((request) => handlers.problem(request, 'not_found', 405)),
      });
    scope.get('/m/assets/:name', (request, reply) => send(reply, handlers.asset(pageRequestOf(request))));
    scope.post(
      '/m/acts/:name',
      { bodyLimit: LONGEST_FORM_BYTES },
      answered((request) => handlers.act(request)),
    );
    done();
  });
}

type Handle = (request: PageRequest) => Promise<PageAnswer> | PageAnswer;

const pagesOf = (handlers: PageHandlers): readonly (readonly [string, Handle])[] => [
  ['/m', (request) => handlers.page(request, 'level')],
  ['/m/sign-in', (request) => handlers.beginSignIn(request)],
  ['/m/signed-in', (request) => handlers.finishSignIn(request)],
  [`${IDENTIFY_PATH}:name`, (request) => handlers.openLink(request)],
  ['/m/pictures/:name', (request) => handlers.picture(request)],
  ['/m/:name', (request) => handlers.namedPage(request)],
  ['/m/*', (request) => handlers.problem(request, 'not_found', 404)],
];

function logFailure(error: unknown, logger: Logger): void {
  if (answerFor(error).status < 500) return;
  if (error instanceof RetryLater || error instanceof GiveUp)
    logger.warn({ err: error }, 'the member page could not answer; the code of the error says why');
  else logger.error({ err: error }, 'the member page could not answer');
}

function pageRequestOf({ host, protocol, headers, query, params, body }: Request): PageRequest {
  return {
    host,
    protocol,
    headers,
    query: textsOf(query),
    name: textsOf(params)['name'] ?? '',
    form: textsOf(body),
  };
}

/** A repeated parameter is an array and is ignored: none of ours is repeated. */
const textsOf = (given: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((given ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

function send(reply: Reply, { status, type, body, headers = {}, cookies = [] }: PageAnswer): unknown {
  const all = {
    ...HEADERS,
    'content-type': type,
    'cache-control': 'private, no-store',
    vary: 'accept-language',
    ...headers,
  };
  reply.code(status);
  for (const [name, value] of Object.entries(all)) reply.header(name, value);
  // Each call adds one cookie; Fastify does not replace this header.
  for (const cookie of cookies) reply.header('set-cookie', cookie);
  return reply.send(body);
}
