import { isAscii } from 'node:buffer';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { CallbackQuery, CallbackReply } from './callback.js';

/** Answers callbacks; `handle` never rejects. */
interface CallbackHandler {
  isPlausible(query: CallbackQuery): boolean;
  handle(query: CallbackQuery, body: unknown): Promise<CallbackReply>;
}

/** An envelope is ASCII only. A small body with other characters is decoded as well, and refused later. */
export const textOf = (body: Buffer): string => (isAscii(body) ? body.toString('latin1') : body.toString());

/**
 * Answers ordinary calls of WeCom before Fastify: a POST of a few kB with a content length and a signature in its query. The
 * hooks and parsers of Fastify took a quarter of the time of a callback. Every other request goes to Fastify, whose routes
 * answer large, chunked or malformed calls.
 */
export function answerOrdinaryCalls(server: Server, path: string, mostBytes: number, callbacks: CallbackHandler): void {
  const usual = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    // While the server closes, Fastify refuses new calls and ends their connections; otherwise it could not close.
    const query = server.listening ? ordinaryQuery(request, path, mostBytes) : undefined;
    if (query && callbacks.isPlausible(query)) void answer(request, response, query, callbacks);
    else for (const listener of usual) listener.call(server, request, response);
  });
}

function ordinaryQuery(request: IncomingMessage, path: string, mostBytes: number): CallbackQuery | undefined {
  const { method, url = '', headers } = request;
  if (method !== 'POST' || !url.startsWith(`${path}?`) || headers['transfer-encoding'] !== undefined) return undefined;
  // False for a missing or invalid length.
  if (!(Number(headers['content-length']) <= mostBytes) || url.includes('%00')) return undefined;
  return parse(url.slice(path.length + 1));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  query: CallbackQuery,
  callbacks: CallbackHandler,
): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) return;
  const reply = await callbacks.handle(query, textOf(body));
  response.writeHead(reply.status, {
    'content-type': `${reply.type}; charset=utf-8`,
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(reply.body),
  });
  // A string is sent in one packet with the head; a buffer would not be.
  response.end(reply.body);
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
