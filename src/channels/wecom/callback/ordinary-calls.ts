import { isAscii } from 'node:buffer';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { CallbackQuery, CallbackReply } from './callback.js';

/** Answers callbacks; `handle` never rejects. */
interface CallbackHandler {
  isPlausible(query: CallbackQuery): boolean;
  handle(query: CallbackQuery, body: unknown): Promise<CallbackReply>;
}

/** An envelope is ASCII only. Other bodies are refused later; a large one is not even decoded, because that is slow. */
export const textOf = (body: Buffer, smallBytes: number): string =>
  isAscii(body) ? body.toString('latin1') : body.length > smallBytes ? '' : body.toString();

/**
 * Answers ordinary calls of WeCom before Fastify: a POST of a few kB with a content length and a signature in its query. The
 * hooks and parsers of Fastify took a quarter of the time of a callback. Every other request goes to Fastify, whose routes
 * answer large, chunked or malformed calls.
 */
export function answerOrdinaryCalls(
  server: Server,
  path: string,
  smallBytes: number,
  callbacks: CallbackHandler,
): void {
  const usual = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    // While the server closes, Fastify refuses new calls and ends their connections; otherwise it could not close.
    const query = server.listening ? ordinaryQuery(request, path, smallBytes) : undefined;
    if (query && callbacks.isPlausible(query))
      void bodyOf(request).then(async (body) => {
        if (body) answer(response, await callbacks.handle(query, textOf(body, smallBytes)));
      });
    else for (const listener of usual) listener.call(server, request, response);
  });
}

function ordinaryQuery(request: IncomingMessage, path: string, smallBytes: number): CallbackQuery | undefined {
  const { method, url = '', headers } = request;
  if (method !== 'POST' || !url.startsWith(`${path}?`) || headers['transfer-encoding'] !== undefined) return undefined;
  // False for a missing or invalid length.
  if (!(Number(headers['content-length']) <= smallBytes) || url.includes('%00')) return undefined;
  return parse(url.slice(path.length + 1));
}

function answer(response: ServerResponse, { status, type, body }: CallbackReply): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(body),
  });
  // A string is sent in one packet with the head; a buffer would not be.
  response.end(body);
}

/** Undefined when the caller disconnected before the end. */
const bodyOf = (request: IncomingMessage): Promise<Buffer | undefined> =>
  new Promise((settle) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => settle(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', () => settle(undefined));
    request.on('close', () => settle(undefined));
  });
