import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OperatorMistake } from '../errors.js';
import { answerFor } from './error-answer.js';

/** As much of Fastify as is needed to answer. */
interface Reply {
  status(code: number): unknown;
  send(body: never): unknown;
}

const BODY_LIMIT_BYTES = 1_048_576;
/** A client that sends its request slower than this is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Fastify as this product wants it: what it refuses before any route is reached is answered in our words, too. */
export function createHttpAdapter({ bodyLimitBytes = BODY_LIMIT_BYTES } = {}): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    frameworkErrors(error: Error, _request: unknown, reply: Reply) {
      const { status, body } = answerFor(error);
      reply.status(status);
      reply.send(body as never);
    },
  });
  // Neither ids nor words have a NUL in them, and PostgreSQL reads none in a parameter.
  adapter.getInstance().addHook('onRequest', (request, reply, done) => {
    if (!request.url.includes('%00')) return done();
    const { status, body } = answerFor(new OperatorMistake('bad_request', 'the address has a NUL in it'));
    void reply.status(status).send(body);
  });
  // Nest sets its handler only when its routes are there; a body that cannot be read may come to a scope from before.
  adapter.getInstance().setErrorHandler((error, _request, reply) => {
    const { status, body, retryAfterSeconds } = answerFor(error);
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    return reply.status(status).send(body);
  });
  // Ours is the last word on what Fastify refuses; what a route throws goes through Nest's filter all the same.
  adapter.setErrorHandler = () => adapter.getInstance();
  return adapter;
}
