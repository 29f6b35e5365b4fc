import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Receive, Received } from '../../../src/channels/channel.js';
import { WecomCallback } from '../../../src/channels/wecom/callback/callback.js';
import { WecomModule } from '../../../src/channels/wecom/wecom.module.js';
import { createHttpAdapter } from '../../../src/platform/http/http-adapter.js';
import { aCorp, sealedCall, silent } from './a-corp.js';

const event = readFileSync(new URL('../../fixtures/wecom/cb_contact_add.xml', import.meta.url), 'utf8');
const now = 1_795_219_201_000;
let stored: Received[] = [];
const store: Receive = (received) => Promise.resolve(void stored.push(...received));
let receive = store;
let clockFault: Error | undefined;
const clock = {
  now: () => {
    if (clockFault) throw clockFault;
    return now;
  },
};
const callback = new WecomCallback(aCorp(), () => receive, clock, silent);

@Module({ imports: [WecomModule.forCallback(callback)] })
class Product {}

interface Call {
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly path?: string;
}
interface Answered {
  readonly status: number;
  readonly body: string;
  readonly type: string | undefined;
  readonly sniff: string | undefined;
}

const sealed = (plaintext = event): Call => {
  const { query, xml } = sealedCall(plaintext);
  return { query, body: xml };
};

let app: NestFastifyApplication;
let port: number;
let seenByFastify = 0;

const answered = (status: number, body: string, headers: IncomingHttpHeaders): Answered => ({
  status,
  body,
  type: headers['content-type'],
  sniff: headers['x-content-type-options'] as string | undefined,
});

const pathOf = ({ path = '/wecom/callback', query }: Call): string =>
  `${path}?${new URLSearchParams(query).toString()}`;

/** Sends the call over a socket, as WeCom does. */
async function overSocket(call: Call): Promise<Answered> {
  const { method = 'POST', body, headers = { 'content-length': String(Buffer.byteLength(body)) } } = call;
  const asked = request({ host: '127.0.0.1', port, method, path: pathOf(call), headers: { ...headers } });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  return answered(response.statusCode!, await text(response), response.headers);
}

/** The answer of Fastify alone. */
async function throughFastify(call: Call): Promise<Answered> {
  const { method = 'POST', body } = call;
  const { statusCode, headers, payload } = await app.inject({
    method: method as 'POST',
    url: pathOf(call),
    payload: body,
    headers: { 'content-type': 'text/xml' },
  });
  return answered(statusCode, payload, headers as IncomingHttpHeaders);
}

async function start(): Promise<void> {
  const adapter = createHttpAdapter();
  app = await NestFactory.create<NestFastifyApplication>(Product, adapter, { logger: false });
  adapter.getInstance().addHook('onSend', (_request, _reply, _payload, done) => {
    seenByFastify += 1;
    done();
  });
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as AddressInfo).port;
}

describe('an ordinary call', () => {
  beforeAll(start);
  afterAll(() => app.close());
  beforeEach(() => {
    stored = [];
    seenByFastify = 0;
  });

  const { query } = sealedCall(event);
  it.each<[string, Call]>([
    ['as WeCom sends it', sealed()],
    ['in a JSON envelope', { query, body: JSON.stringify({ encrypt: sealedCall(event).ciphertext }) }],
    ['with a wrong signature', { ...sealed(), query: { ...query, msg_signature: 'f'.repeat(40) } }],
    ['with an old timestamp', { ...sealed(), query: { ...query, timestamp: '1' } }],
    ['without a body', { query, body: '' }],
    ['with another body', { query, body: '<xml><Encrypt>群</Encrypt></xml>' }],
    ['with a body of 16 kB', { query, body: `<xml>${' '.repeat(16 * 1024 - 5)}` }],
  ])('%s gets the status, body and content type of Fastify without a call to Fastify', async (_how, call) => {
    const early = await overSocket(call);
    const kept = stored.length;
    expect(seenByFastify).toBe(0);
    expect(early).toEqual(await throughFastify(call));
    expect(stored).toHaveLength(2 * kept);
  });

  it.each<[string, Call, number]>([
    ['a large body', { query, body: `<xml>${' '.repeat(16 * 1024)}` }, 400],
    ['a body that comes in chunks', { ...sealed(), headers: { 'transfer-encoding': 'chunked' } }, 200],
    ['a call without a signature', { query: {}, body: '' }, 400],
    ['a signature given twice', { ...sealed(), path: '/wecom/callback?nonce=1&', query }, 400],
    ['another path', { ...sealed(), path: '/wecom/callbacks' }, 404],
    ['another method', { ...sealed(), method: 'PUT' }, 404],
    ['a NUL in the address', { ...sealed(), path: '/wecom/callback?x=%00&' }, 400],
  ])('is not %s: that goes to Fastify', async (_what, call, status) => {
    expect((await overSocket(call)).status).toBe(status);
    expect(seenByFastify).toBe(1);
  });

  it('is dropped when its connection breaks, and the next one is answered', async () => {
    const call = sealed();
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST ${pathOf(call)} HTTP/1.1\r\nHost: x\r\nContent-Length: ${call.body.length}\r\n\r\n${call.body.slice(0, 50)}`,
    );
    await once(socket, 'connect');
    await new Promise((later) => setTimeout(later, 20));
    socket.destroy();
    expect((await overSocket(call)).status).toBe(200);
    expect(stored).toHaveLength(1);
  });

  it('gets 503 for an error before its event is read, and the process lives on', async () => {
    clockFault = new Error('a bug');
    try {
      expect(await overSocket(sealed())).toMatchObject({
        status: 503,
        body: expect.stringContaining('not_stored') as string,
      });
    } finally {
      clockFault = undefined;
    }
    expect((await overSocket(sealed())).status).toBe(200);
  });
});

/** One keep-alive connection. */
class Connection {
  private received = '';
  private readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1').setEncoding('utf8');
    this.socket.on('data', (text: string) => (this.received += text));
  }

  send(call: Call): void {
    this.socket.write(
      `POST ${pathOf(call)} HTTP/1.1\r\nHost: x\r\nContent-Length: ${call.body.length}\r\n\r\n${call.body}`,
    );
  }

  statuses(): readonly string[] {
    return [...this.received.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status!);
  }
}

it('lets the server close although calls keep arriving on an open connection', async () => {
  await start();
  let release = (): void => undefined;
  const reached = new Promise<void>((begun) => {
    receive = async (received) => {
      begun();
      await new Promise<void>((resolve) => (release = resolve));
      return store(received);
    };
  });
  const connection = new Connection(port);
  connection.send(sealed());
  await reached;
  const closed = app.close();
  await expect.poll(() => app.getHttpServer().listening).toBe(false);
  release();
  await expect.poll(() => connection.statuses()).toEqual(['200']);
  receive = store;
  connection.send(sealed());
  await expect.poll(() => connection.statuses()).toEqual(['200', '503']);
  await closed;
});
