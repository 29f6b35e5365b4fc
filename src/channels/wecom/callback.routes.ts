import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { CallbackQuery, CallbackReply, WecomCallback } from './callback.js';

export const CALLBACK_PATH = '/wecom/callback';
/** Real callbacks are a few kB; one that lists the 2 000 members of the largest group there is has 160 kB. */
const BODY_LIMIT = 256 * 1024;

interface Answer {
  code(status: number): Answer;
  header(name: string, value: string): Answer;
  send(body: string): unknown;
}

const answer = (to: Answer, reply: CallbackReply): unknown =>
  to
    .code(reply.status)
    .header('content-type', `${reply.type}; charset=utf-8`)
    .header('x-content-type-options', 'nosniff')
    .send(reply.body);

/**
 * Hangs the callback door on the server, in a Fastify scope of its own: there the body is raw text whatever its content
 * type says, and neither Nest's pipeline nor the console's login stands in the hot path.
 */
export async function mountCallback(server: FastifyAdapter, callback: WecomCallback): Promise<void> {
  await server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_LIMIT }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.addHook('onRequest', (request, reply, done) => {
      if (callback.isPlausible(request.query as CallbackQuery)) return done();
      answer(reply, callback.refuse('malformed'));
    });
    scope.setErrorHandler((error, _request, reply) => {
      const status = (error as { statusCode?: number }).statusCode;
      return answer(reply, callback.refuse(status === 413 ? 'oversized' : 'malformed'));
    });
    scope.get(CALLBACK_PATH, (request, reply) => answer(reply, callback.verify(request.query as CallbackQuery)));
    scope.post(CALLBACK_PATH, { bodyLimit: BODY_LIMIT }, async (request, reply) =>
      answer(reply, await callback.take(request.query as CallbackQuery, request.body)),
    );
    done();
  });
}
