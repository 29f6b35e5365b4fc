import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** An HTTP request with its whole body. */
export interface DoorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly ip: string;
  readonly body: Buffer;
  /** Aborted when the caller disconnects. */
  readonly gone: AbortSignal;
}

/** `cut` closes the connection without an answer, like a network failure. */
export type DoorResponse =
  | {
      readonly status: number;
      readonly json?: unknown;
      readonly bytes?: Buffer;
      readonly type?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly cut: true };

/** Answers requests of its paths; undefined for all others. */
export type Door = (request: DoorRequest) => Promise<DoorResponse | undefined>;

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

const BODY_LIMIT = 25 * 1024 * 1024;

/** Listens on the loopback address unless another is given: the sandbox is not meant for other machines. */
export async function listen(
  doors: readonly Door[],
  port: number,
  host = '127.0.0.1',
  tls?: { readonly key: string; readonly cert: string },
): Promise<Listening> {
  const receive = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(doors, request, response).catch((problem: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ error: 'sandbox_bug', message: problem instanceof Error ? problem.stack : String(problem) }),
      );
    });
  };
  const server = tls ? createTlsServer(tls, receive) : createServer(receive);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `${tls ? 'https' : 'http'}://${reachable(host)}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(doors: readonly Door[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await read(request);
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const left = new AbortController();
  response.on('close', () => left.abort());
  const doorRequest: DoorRequest = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    ip: request.socket.remoteAddress ?? '',
    body,
    gone: left.signal,
  };
  for (const door of doors) {
    const doorResponse = await door(doorRequest);
    if (doorResponse) return reply(response, doorResponse);
  }
  // The real host answers an unknown path with 404 and nothing else.
  response.writeHead(404).end();
}

function reply(response: ServerResponse, doorResponse: DoorResponse): void {
  if ('cut' in doorResponse) {
    response.destroy();
    return;
  }
  const bytes =
    doorResponse.bytes ?? Buffer.from(doorResponse.json === undefined ? '' : JSON.stringify(doorResponse.json));
  const type = doorResponse.type ?? 'application/json; charset=UTF-8';
  const headers = { ...doorResponse.headers, 'content-type': type, 'content-length': bytes.length };
  response.writeHead(doorResponse.status, headers).end(bytes);
}

/** The host name by which a program on this machine reaches a server that listens at `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > BODY_LIMIT) throw new Error('body too large for the sandbox');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
