import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { addressOf, networkOf } from '../../../platform/http/client-address.js';
import { SpacedQueue } from './spaced-queue.js';
import type { CallbackQuery, CallbackReply, WecomCallback } from './callback.js';
import { answerOrdinaryCalls, textOf } from './ordinary-calls.js';

export const CALLBACK_PATH = '/wecom/callback';
/** Callbacks usually have a few kB; one with the 2 000 members of the largest possible group has 160 kB. */
const BODY_LIMIT = 256 * 1024;

/** Few callbacks are larger; the bodies of an attack usually are. */
const SMALL_BODY = 16 * 1024;
/**
 * The interval between reads of large bodies. However many arrive, they take a fifth of a core, and small bodies are not
 * delayed. Until then they wait on the network, which costs nothing.
 */
const LARGE_BODY_EVERY_MS = 5;
/** Two seconds of large bodies: WeCom disconnects after five seconds and repeats the call. */
const MOST_LARGE_BODIES_WAITING = 400;

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
 * Adds the callback routes to the server, in a separate Fastify scope: the body is raw text for any content type, and neither
 * the pipeline of Nest nor the login of the console slows it. Ordinary calls are answered before Fastify.
 */
export async function mountCallback(server: FastifyAdapter, callback: WecomCallback): Promise<void> {
  await server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, parsed) =>
      parsed(null, textOf(body as Buffer, SMALL_BODY)),
    );
    const largeBodies = new SpacedQueue(LARGE_BODY_EVERY_MS, MOST_LARGE_BODIES_WAITING);
    scope.addHook('onRequest', async (request, reply) => {
      if (!callback.isPlausible(request.query as CallbackQuery)) return answer(reply, callback.refuse('malformed'));
      const announced = Number(request.headers['content-length'] ?? (request.method === 'GET' ? 0 : NaN));
      if (announced <= SMALL_BODY) return undefined;
      const network = networkOf(addressOf(request));
      const turn = await largeBodies.waitForTurn(network, (leave) => request.raw.once('close', leave));
      return turn === 'begun' ? undefined : answer(reply, callback.refuse('crowded'));
    });
    scope.setErrorHandler((error, _request, reply) => {
      const status = (error as { statusCode?: number }).statusCode;
      return answer(reply, callback.refuse(status === 413 ? 'oversized' : 'malformed'));
    });
    scope.get(CALLBACK_PATH, (request, reply) => answer(reply, callback.verify(request.query as CallbackQuery)));
    scope.post(CALLBACK_PATH, { bodyLimit: BODY_LIMIT }, async (request, reply) =>
      answer(reply, await callback.handle(request.query as CallbackQuery, request.body)),
    );
    done();
  });
  answerOrdinaryCalls(server.getInstance().server, CALLBACK_PATH, SMALL_BODY, callback);
}
