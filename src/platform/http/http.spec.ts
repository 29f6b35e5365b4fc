import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Body, Controller, ForbiddenException, Get, HttpException, Module, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GiveUp, OperatorMistake, RetryLater } from '../errors.js';
import { createLogger } from '../logger/logger.js';
import { LoggerModule } from '../logger/logger.module.js';
import { createHttpAdapter } from './http-adapter.js';
import { HttpModule } from './http.module.js';
import { parseInput } from './parse-input.js';
import { checkAll, type Readiness } from './readiness.js';

const failures: Record<string, () => unknown> = {
  mistake: () => new OperatorMistake('bad_rule', 'unknown metric "ordres"', { line: 1, column: 5 }),
  conflict: () => new OperatorMistake('version_conflict', 'saved by somebody else', undefined, { status: 409 }),
  later: () => new RetryLater('database_unavailable', 1_200, { message: 'database: SQLITE_BUSY' }),
  gone: () => new GiveUp('contact_gone', { message: 'the contact is gone' }),
  own: () => new HttpException({ code: 'bad_template', message: 'two problems', problems: [{ line: 3 }] }, 400),
  forbidden: () => new ForbiddenException(),
  bug: () => new Error('SELECT password FROM admin_user failed'),
  nonsense: () => 'just a string',
};

@Controller('try')
class TryController {
  @Get('fail')
  fail(@Query('how') how: string): never {
    throw failures[how]?.();
  }

  @Post('facts')
  facts(@Body() body: unknown): unknown {
    return parseInput(z.object({ facts: z.array(z.object({ key: z.string() })) }), body);
  }
}

@Module({ controllers: [TryController] })
class TryModule {}

describe('over HTTP', () => {
  const lines: string[] = [];
  let app: NestFastifyApplication;
  let database: Readiness = { ok: true, detail: '' };

  beforeAll(async () => {
    const logger = createLogger({ level: 'info', write: (line) => void lines.push(line) });
    const root = {
      module: TryModule,
      imports: [
        LoggerModule.with(logger),
        HttpModule.with({ checks: () => [{ name: 'database', check: () => database }] }),
      ],
    };
    app = await NestFactory.create<NestFastifyApplication>(root, createHttpAdapter({ bodyLimitBytes: 1_000 }), {
      logger: false,
    });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => app.close());

  it.each([
    ['mistake', 400, { code: 'bad_rule', message: 'unknown metric "ordres"', where: { line: 1, column: 5 } }],
    ['conflict', 409, { code: 'version_conflict', message: 'saved by somebody else' }],
    ['later', 503, { code: 'database_unavailable', message: 'try again later' }],
    ['gone', 502, { code: 'contact_gone', message: 'the contact is gone' }],
    ['own', 400, { code: 'bad_template', message: 'two problems', problems: [{ line: 3 }] }],
    ['forbidden', 403, { code: 'forbidden', message: 'not allowed' }],
    ['bug', 500, { code: 'internal', message: 'something went wrong here; it has been logged' }],
    ['nonsense', 500, { code: 'internal', message: 'something went wrong here; it has been logged' }],
  ])('answers %s with %i', async (how, status, body) => {
    const answer = await app.inject(`/try/fail?how=${how}`);
    expect([answer.statusCode, answer.json()]).toEqual([status, body]);
  });

  it('answers with a Retry-After header', async () => {
    expect((await app.inject('/try/fail?how=later')).headers['retry-after']).toBe('2');
  });

  it('logs the stack of a bug', async () => {
    lines.length = 0;
    await app.inject('/try/fail?how=bug');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'error', method: 'GET', route: '/try/fail', err: { stack: expect.stringContaining('http.spec') } },
    ]);
  });

  it.each([
    ['broken JSON', '{"facts": [', 'application/json', 400, 'bad_json'],
    ['an empty body', '', 'application/json', 400, 'bad_json'],
    ['a body that is too large', JSON.stringify({ facts: ['x'.repeat(2_000)] }), 'application/json', 413, 'too_large'],
    ['a strange content type', '<facts/>', 'application/facts', 415, 'unsupported_media_type'],
    ['a form', 'facts=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['plain text', '{"facts":[]}', 'text/plain', 415, 'unsupported_media_type'],
    ['a body that nests without end', '['.repeat(400) + ']'.repeat(400), 'application/json', 400, 'too_deep'],
    ['objects that nest without end', '{"a":'.repeat(100) + '1' + '}'.repeat(100), 'application/json', 400, 'too_deep'],
    ['a key named __proto__', '{"__proto__":{"a":1}}', 'application/json', 400, 'bad_json'],
    ['a body of the wrong shape', '{"facts":[{"key":"a"},{"key":2}]}', 'application/json', 400, 'bad_request'],
  ])('refuses %s', async (...[, payload, type, status, code]) => {
    const answer = await app.inject({ method: 'POST', url: '/try/facts', payload, headers: { 'content-type': type } });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
  });

  it('reports the index of the wrong item', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/try/facts',
      payload: { facts: [{ key: 'a' }, { key: 2 }] },
    });
    expect(answer.json()).toMatchObject({ where: { index: 1 }, message: expect.stringMatching(/^facts\.1\.key: /) });
  });

  it.each([
    ['GET', '/nowhere', 404, 'not_found'],
    ['GET', '/%E0%A4%A', 400, 'bad_request'],
  ] as const)('answers %s %s with %i', async (method, url, status, code) => {
    const answer = await app.inject({ method, url });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
  });

  it('answers the probes and exposes metrics', async () => {
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await app.inject('/readyz')).json()).toEqual({
      status: 'ready',
      checks: [{ name: 'database', ok: true, detail: '' }],
    });
    const metrics = await app.inject('/metrics');
    expect(metrics.headers['content-type']).toContain('text/plain');
    expect(metrics.body).toContain('process_resident_memory_bytes');
  });

  it('is not ready while a check fails', async () => {
    database = { ok: false, detail: 'locked' };
    const answer = await app.inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      {
        code: 'not_ready',
        message: 'not ready: database',
        checks: [{ name: 'database', ok: false, detail: 'locked' }],
      },
    ]);
  });

  it('logs one line when readiness changes, and none for each probe', async () => {
    database = { ok: true, detail: '' };
    await app.inject('/readyz');
    lines.length = 0;
    await app.inject('/readyz');
    for (const detail of ['locked', 'locked still', 'locked for 5 s']) {
      database = { ok: false, detail };
      await app.inject('/readyz');
    }
    database = { ok: true, detail: '' };
    await app.inject('/readyz');
    await app.inject('/readyz');
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged.map(({ level, msg }) => [level, msg])).toEqual([
      ['warn', 'not ready: database: locked'],
      ['info', 'ready again'],
    ]);
    for (const line of logged) expect(line).not.toHaveProperty('err');
  });

  it('limits the time of a check, and reports one that throws as failed', async () => {
    const answers = await checkAll(
      [
        { name: 'slow', check: () => new Promise(() => undefined) },
        { name: 'broken', check: () => Promise.reject(new Error('x')) },
      ],
      20,
    );
    expect(answers).toEqual([
      { name: 'slow', ok: false, detail: 'no answer within 20 ms' },
      { name: 'broken', ok: false, detail: 'the check failed' },
    ]);
  });
});

describe('a slow client', () => {
  it.each([
    ['with its head', 'POST /healthz HTTP/1.1\r\nHost: localhost\r\n'],
    [
      'with its body',
      'POST /try/facts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ],
    ['with anything at all', ''],
  ])('is disconnected with our own error body: %s', async (_, sent) => {
    const app = await NestFactory.create<NestFastifyApplication>(
      {
        module: TryModule,
        imports: [LoggerModule.with(createLogger({ level: 'silent' })), HttpModule.with({ checks: () => [] })],
      },
      createHttpAdapter({ headersTimeoutMs: 30, requestTimeoutMs: 30 }),
      { logger: false },
    );
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const received = await new Promise<string>((settle) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(sent));
      socket.on('data', (data) => (text += data.toString('utf8')));
      socket.on('error', () => undefined);
      socket.on('close', () => settle(text));
    });
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(received).toContain('nosniff');
    expect(received).toContain('"code":"too_slow"');
    await app.close();
  });
});

describe('connections beyond the limit', () => {
  it('are closed, and the earlier ones are served', async () => {
    const app = await NestFactory.create<NestFastifyApplication>(
      {
        module: TryModule,
        imports: [LoggerModule.with(createLogger({ level: 'silent' })), HttpModule.with({ checks: () => [] })],
      },
      createHttpAdapter({ maxConnections: 2 }),
      { logger: false },
    );
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const open = () =>
      new Promise<Socket>((connected, fail) => {
        const socket = connect(port, '127.0.0.1', () => connected(socket));
        socket.once('error', fail);
      });
    const heard = (socket: Socket) =>
      new Promise<string>((settle) => {
        let text = '';
        socket.on('data', (data) => (text += data.toString('utf8')));
        socket.on('error', () => undefined);
        socket.on('close', () => settle(text));
        socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      });
    const kept = [await open(), await open()];
    expect(await heard(await open())).toBe('');
    // An idle keep-alive connection makes room.
    kept[0]!.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(kept[0]!, 'data');
    const leaves = once(kept[0]!, 'close');
    expect(await heard(await open())).toBe('');
    await leaves;
    kept[0] = await open();
    expect(await Promise.all(kept.map(heard))).toEqual([
      expect.stringMatching(/^HTTP\/1\.1 200 /),
      expect.stringMatching(/^HTTP\/1\.1 200 /),
    ]);
    await app.close();
  });
});
