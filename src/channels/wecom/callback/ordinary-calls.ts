import { isAscii } from 'node:buffer';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { CallbackQuery, CallbackReply } from './callback.js';

/** What answers a call: `take` never rejects. */
interface Door {
  isPlausible(query: CallbackQuery): boolean;
  take(query: CallbackQuery, body: unknown): Promise<CallbackReply>;
}

/** An envelope is ASCII from end to end. A body of this size that is not still becomes text, and is refused as one. */
export const textOf = (body: Buffer): string => (isAscii(body) ? body.toString('latin1') : body.toString());

/**
 * Answers ordinary calls of WeCom before Fastify hears of them: a POST of a few kB whose length is announced and whose
 * address has a signature. Fastify's hooks and parsers took a quarter of a callback's time. Every other request goes the
 * usual way, where the same door answers what is large, sent in chunks or malformed.
 */
export function answerOrdinaryCalls(server: Server, path: string, mostBytes: number, door: Door): void {
  const usual = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const query = ordinaryQuery(request, path, mostBytes);
    if (query && door.isPlausible(query)) void answer(request, response, query, door);
    else for (const listener of usual) listener.call(server, request, response);
  });
}

function ordinaryQuery(request: IncomingMessage, path: string, mostBytes: number): CallbackQuery | undefined {
  const { method, url = '', headers } = request;
  if (method !== 'POST' || !url.startsWith(`${path}?`) || headers['transfer-encoding'] !== undefined) return undefined;
  // Without a length, and with one that is no number, this is false.
  if (!(Number(headers['content-length']) <= mostBytes) || url.includes('%00')) return undefined;
  return parse(url.slice(path.length + 1));
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  query: CallbackQuery,
  door: Door,
): Promise<void> {
  const body = await bodyOf(request);
  if (body === undefined) return;
  const reply = await door.take(query, textOf(body));
  response.writeHead(reply.status, {
    'content-type': `${reply.type}; charset=utf-8`,
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(reply.body),
  });
  // A text goes out in one piece with the head, and bytes would not.
  response.end(reply.body);
}

/** Nothing when the caller went away before the end: nobody waits for an answer then. */
const bodyOf = (request: IncomingMessage): Promise<Buffer | undefined> =>
  new Promise((settle) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => settle(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', () => settle(undefined));
    request.on('close', () => settle(undefined));
  });
