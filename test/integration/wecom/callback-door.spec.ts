import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Receive, Received } from '../../../src/channels/channel.js';
import { WecomCallback } from '../../../src/channels/wecom/callback.js';
import { WecomModule } from '../../../src/channels/wecom/wecom.module.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { aCorp, sealedCall, silent } from './a-corp.js';

const event = readFileSync(new URL('../../fixtures/wecom/cb_contact_add.xml', import.meta.url), 'utf8');
let receive: Receive | undefined;
let stored: Received[];

const callback = new WecomCallback(aCorp(), () => receive, { now: () => 1_795_219_201_000 }, silent);
let app: NestFastifyApplication;

@Module({ imports: [WecomModule.forCallback(callback)] })
class Product {}

const post = (query: Record<string, string>, payload: string | Buffer, type = 'text/xml') =>
  app.inject({ method: 'POST', url: '/wecom/callback', query, payload, headers: { 'content-type': type } });

describe('the callback door', () => {
  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(Product, new FastifyAdapter(), { logger: false });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => app.close());

  beforeEach(() => {
    stored = [];
    receive = (received) => {
      stored.push(...received);
      return Promise.resolve({ accepted: received.length, duplicates: 0 });
    };
  });

  it('answers the verification with the bare plaintext', async () => {
    const { query, ciphertext } = sealedCall('1616140317555161061');
    const answer = await app.inject({
      method: 'GET',
      url: '/wecom/callback',
      query: { ...query, echostr: ciphertext },
    });
    expect([answer.statusCode, answer.body, answer.headers['content-type']]).toEqual([
      200,
      '1616140317555161061',
      'text/plain; charset=utf-8',
    ]);
  });

  it('understands a verification whose "+" was not url-encoded', async () => {
    let call = sealedCall('1616140317555161061');
    while (!call.ciphertext.includes('+')) call = sealedCall('1616140317555161061');
    const raw = new URLSearchParams(call.query).toString();
    const answer = await app.inject({ method: 'GET', url: `/wecom/callback?${raw}&echostr=${call.ciphertext}` });
    expect([answer.statusCode, answer.body]).toEqual([200, '1616140317555161061']);
  });

  it.each(['text/xml', 'application/xml', 'application/json', 'application/octet-stream', 'text/plain; charset=utf-8'])(
    'takes an event sent as %s',
    async (type) => {
      const { query, xml } = sealedCall(event);
      const answer = await post(query, xml, type);
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
      expect(stored).toMatchObject([{ kind: 'fact', fact: { kind: 'contact_added' } }]);
    },
  );

  it('takes an event in a JSON envelope', async () => {
    const { query, ciphertext } = sealedCall(event);
    const answer = await post(
      query,
      JSON.stringify({ tousername: aCorp().corpId, encrypt: ciphertext, agentid: '1000002' }),
      'application/json',
    );
    expect([answer.statusCode, stored.length]).toEqual([200, 1]);
  });

  it('answers only once the event is durable', async () => {
    let durable: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      receive = () => {
        resolve();
        return new Promise((done) => (durable = () => done({ accepted: 1, duplicates: 0 })));
      };
    });
    const { query, xml } = sealedCall(event);
    let answered = false;
    const answer = post(query, xml).then((response) => {
      answered = true;
      return response.statusCode;
    });
    await asked;
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    durable();
    expect(await answer).toBe(200);
  });

  it('has WeCom repeat what could not be stored, and what came before the product was ready', async () => {
    const { query, xml } = sealedCall(event);
    receive = () => Promise.reject(new RetryLater('database_busy'));
    expect((await post(query, xml)).statusCode).toBe(503);
    receive = undefined;
    expect((await post(query, xml)).json()).toMatchObject({ code: 'not_ready' });
  });

  it.each([
    [
      'a wrong signature',
      403,
      'bad_signature',
      (call: ReturnType<typeof sealedCall>) => [{ ...call.query, msg_signature: 'f'.repeat(40) }, call.xml],
    ],
    ['no signature', 400, 'malformed', (call: ReturnType<typeof sealedCall>) => [{}, call.xml]],
    ['no body', 400, 'malformed', (call: ReturnType<typeof sealedCall>) => [call.query, '']],
    ['a body that is no envelope', 400, 'malformed', (call: ReturnType<typeof sealedCall>) => [call.query, 'hello']],
    ['an oversized body', 413, 'oversized', (call: ReturnType<typeof sealedCall>) => [call.query, ' '.repeat(300_000)]],
    [
      'the key of another corp',
      403,
      'wrong_corp',
      () => {
        const other = sealedCall(event, aCorp({ corpId: 'ww0000000000000009' }));
        return [other.query, other.xml];
      },
    ],
  ] as const)('refuses %s with its code', async (_what, status, code, made) => {
    const [query, body] = made(sealedCall(event)) as [Record<string, string>, string];
    const answer = await post(query, body);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code });
    expect(stored).toEqual([]);
  });

  it('refuses a signed envelope around noise', async () => {
    const noise = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
    const { getSignature } = await import('@wecom/crypto');
    const query = { msg_signature: getSignature(aCorp().callbackToken, '1', '2', noise), timestamp: '1', nonce: '2' };
    const answer = await post(query, `<xml><Encrypt>${noise}</Encrypt></xml>`);
    expect([answer.statusCode, (answer.json() as { code: string }).code]).toEqual([400, 'garbled']);
  });

  it('leaves the JSON bodies of other routes to Nest', async () => {
    const answer = await app.inject({ method: 'POST', url: '/elsewhere', payload: { a: 1 } });
    expect(answer.statusCode).toBe(404);
  });
});
