import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Receive, Received } from '../../../src/channels/channel.js';
import { WecomCallback } from '../../../src/channels/wecom/callback/callback.js';
import { WecomModule } from '../../../src/channels/wecom/wecom.module.js';
import { RetryLater } from '../../../src/platform/errors.js';
import { aCorp, sealedCall, silent } from './a-corp.js';

const event = readFileSync(new URL('../../fixtures/wecom/cb_contact_add.xml', import.meta.url), 'utf8');
let receive: Receive | undefined;
let stored: Received[];

const now = 1_795_219_201_000;
const warned: object[] = [];
const logger = { ...silent, warn: (fields: object) => void warned.push(fields) };
const clock = { at: now, now: () => clock.at };
const callback = new WecomCallback(aCorp(), () => receive, clock, logger);
let app: NestFastifyApplication;

@Module({ imports: [WecomModule.forCallback(callback)] })
class Product {}

const post = (query: Record<string, string>, payload: string | Buffer, type = 'text/xml') =>
  app.inject({ method: 'POST', url: '/wecom/callback', query, payload, headers: { 'content-type': type } });

describe('the callback endpoint', () => {
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

  it('accepts a verification whose "+" was not url-encoded', async () => {
    let call = sealedCall('1616140317555161061');
    while (!call.ciphertext.includes('+')) call = sealedCall('1616140317555161061');
    const raw = new URLSearchParams(call.query).toString();
    const answer = await app.inject({ method: 'GET', url: `/wecom/callback?${raw}&echostr=${call.ciphertext}` });
    expect([answer.statusCode, answer.body]).toEqual([200, '1616140317555161061']);
  });

  it.each(['text/xml', 'application/xml', 'application/json', 'application/octet-stream', 'text/plain; charset=utf-8'])(
    'accepts an event sent as %s',
    async (type) => {
      const { query, xml } = sealedCall(event);
      const answer = await post(query, xml, type);
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
      expect(stored).toMatchObject([{ kind: 'fact', fact: { kind: 'contact_added' } }]);
    },
  );

  it('accepts an event in a JSON envelope', async () => {
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

  it('answers 503 when an event cannot be stored or the product is not ready, so that WeCom repeats it', async () => {
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

  it('drops large bodies of closed connections from the queue, so that a genuine one is read at once', async () => {
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const large = event.replace('</xml>', `<Remark>${'x'.repeat(40_000)}</Remark></xml>`);
    const { query, xml } = sealedCall(large);
    const path = `/wecom/callback?${new URLSearchParams(query).toString()}`;
    const giveUp = (length: string) =>
      new Promise((gone) => {
        const socket = connect(port, '127.0.0.1', () =>
          socket.end(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: text/xml\r\n${length}\r\n\r\n`),
        );
        socket.resume();
        socket.once('close', gone);
        socket.on('error', () => undefined);
      });
    for (let batch = 0; batch < 40; batch += 1)
      await Promise.all(
        Array.from({ length: 100 }, (_none, i) =>
          giveUp(i % 2 ? 'content-length: 200000' : 'transfer-encoding: chunked'),
        ),
      );
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      body: xml,
      headers: { 'content-type': 'text/xml' },
    });
    expect([answer.status, stored.length]).toEqual([200, 1]);
  });

  it('refuses a signed envelope around noise', async () => {
    const noise = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
    const { getSignature } = await import('@wecom/crypto');
    const timestamp = String(now / 1_000);
    const query = { msg_signature: getSignature(aCorp().callbackToken, timestamp, '2', noise), timestamp, nonce: '2' };
    const answer = await post(query, `<xml><Encrypt>${noise}</Encrypt></xml>`);
    expect([answer.statusCode, (answer.json() as { code: string }).code]).toEqual([400, 'garbled']);
  });

  it.each([
    ['of 2001', '1000000000'],
    ['of 2286', '9999999999'],
    ['of more than a day ago', String(now / 1_000 - 25 * 3_600)],
    ['of more than a day ahead', String(now / 1_000 + 25 * 3_600)],
  ])('refuses a timestamp %s, and counts it separately', async (_what, timestamp) => {
    const { query, xml } = sealedCall(event, aCorp(), timestamp);
    const before = callback.counts();
    const answer = await post(query, xml);
    expect([answer.statusCode, answer.json()]).toMatchObject([403, { code: 'stale' }]);
    expect(stored).toEqual([]);
    const echo = sealedCall('1616140317555161061', aCorp(), timestamp);
    const echoed = await app.inject({
      method: 'GET',
      url: '/wecom/callback',
      query: { ...echo.query, echostr: echo.ciphertext },
    });
    expect(echoed.json()).toMatchObject({ code: 'stale' });
    expect(callback.counts()).toMatchObject({ stale: before.stale + 2, refused: before.refused + 2 });
  });

  it('accepts a timestamp within the configured hours, and refuses others', async () => {
    const strict = new WecomCallback(aCorp({ callbackMaxAgeHours: 1 }), () => receive, { now: () => now }, silent);
    const signed = (secondsAgo: number) => sealedCall(event, aCorp(), String(now / 1_000 - secondsAgo));
    const [fresh, old] = [signed(3_599), signed(3_601)];
    expect((await strict.handle(fresh.query, fresh.xml)).status).toBe(200);
    expect(await strict.handle(old.query, old.xml)).toMatchObject({ status: 403 });
  });

  it.each([
    ['an event in XML', event],
    ['an event in JSON', '{"MsgType":"event"}'],
    ['an event behind spaces', `  ${event}`],
    ['a text longer than any echo', '7'.repeat(200)],
    ['a text of several lines', '123\n456'],
    ['nothing', ''],
  ])('never echoes %s that somebody recorded and sends as an echostr', async (_what, plaintext) => {
    const { query, ciphertext } = sealedCall(plaintext);
    const answer = await app.inject({
      method: 'GET',
      url: '/wecom/callback',
      query: { ...query, echostr: ciphertext },
    });
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'not_an_echo' }]);
    expect(answer.body).not.toContain('wmZk');
  });

  it('forbids content type guessing by browsers', async () => {
    const { query, xml, ciphertext } = sealedCall('1616140317555161061');
    const answers = await Promise.all([
      app.inject({ method: 'GET', url: '/wecom/callback', query: { ...query, echostr: ciphertext } }),
      app.inject({ method: 'GET', url: '/wecom/callback' }),
      post(query, xml),
      post({}, xml),
      post(query, 'hello'),
      post(query, ' '.repeat(300_000)),
    ]);
    expect(answers.map((answer) => answer.headers['x-content-type-options'])).toEqual(answers.map(() => 'nosniff'));
  });

  it('accepts a callback with the 2 000 members of the largest group', async () => {
    const items = Array.from({ length: 2_000 }, (_, n) => `<Item><![CDATA[wm${String(n).padStart(30, '0')}]]></Item>`);
    const { query, xml } = sealedCall(
      `<xml><CreateTime>${now / 1_000}</CreateTime><MsgType>event</MsgType><Event>change_external_chat</Event><ChatId>wr1</ChatId><ChangeType>update</ChangeType><UpdateDetail>add_member</UpdateDetail><MemChangeList>${items.join('')}</MemChangeList></xml>`,
    );
    expect((await post(query, xml)).statusCode).toBe(200);
    expect(stored).toHaveLength(2_001);
  });

  it('logs each refusal reason once in ten seconds, with the number of further refusals', async () => {
    const door = new WecomCallback(aCorp(), () => receive, clock, logger);
    const post = (query: Record<string, string>, body: string) => door.handle(query, body);
    warned.length = 0;
    const { query, xml } = sealedCall(event);
    const unsigned = { ...query, msg_signature: 'f'.repeat(40) };
    for (let n = 0; n < 5; n += 1) await post(unsigned, xml);
    await post(query, 'hello');
    expect(warned).toEqual([{ code: 'bad_signature' }, { code: 'malformed' }]);
    clock.at += 10_000;
    await post(unsigned, xml);
    expect(warned.at(-1)).toEqual({ code: 'bad_signature', alsoRefused: 4 });
    clock.at = now;
  });

  it('does not change the JSON bodies of other routes', async () => {
    const answer = await app.inject({ method: 'POST', url: '/elsewhere', payload: { a: 1 } });
    expect(answer.statusCode).toBe(404);
  });
});
