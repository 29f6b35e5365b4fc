import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes } from '../../../src/console/api/api-routes.js';
import type { Database } from '../../../src/platform/database/database.js';
import { aConsole, type ConsoleApp } from '../../support/console-app.js';
import { aProduct } from '../../support/test-product.js';
import { freshSqlite } from '../../support/databases.js';

describe('the public part of the console', () => {
  let db: Database;
  let app: ConsoleApp;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'console-web-'));
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>群阶</title>');
    await writeFile(join(folder, 'assets', 'index-abc.js'), 'let made = 1;');
    await writeFile(join(folder, 'secret.txt'), 'not for the web');
    db = await freshSqlite();
    app = await aConsole(await aProduct(db), { webRoot: folder });
  });
  afterAll(async () => {
    await app.close();
    await db.close();
    await rm(folder, { recursive: true });
  });

  it('serves the web app at its root and at its own paths, never in a frame', async () => {
    for (const url of ['/', '/members/12', '/templates/one-week?tab=versions']) {
      const { status, text, headers } = await app.ask('GET', url, { headers: { accept: 'text/html,*/*' } });
      expect([url, status, text]).toEqual([url, 200, '<!doctype html><title>群阶</title>']);
      expect(headers['content-security-policy']).toMatch(
        /default-src 'self'.*script-src 'self';.*frame-ancestors 'none'/,
      );
      expect(headers).toMatchObject({
        'cache-control': 'no-cache',
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('allows pictures of WeCom only, so that a page sends no request to other hosts', async () => {
    const pictures = async (mode: 'sandbox' | 'live'): Promise<string | undefined> => {
      const shown = await aConsole(await aProduct(db), { webRoot: folder, mode });
      const { headers } = await shown.ask('GET', '/', { headers: { accept: 'text/html' } });
      await shown.close();
      return /img-src ([^;]*);/.exec(String(headers['content-security-policy']))?.[1];
    };
    const wecoms = "'self' data: blob: *.qpic.cn *.qlogo.cn *.weixin.qq.com";
    expect(await pictures('live')).toBe(wecoms);
    expect(await pictures('sandbox')).toBe(`${wecoms} http://127.0.0.1:* http://localhost:*`);
  });

  it('serves the assets of the app with unlimited caching', async () => {
    const { status, text, headers } = await app.ask('GET', '/assets/index-abc.js');
    expect([status, text, headers['cache-control']]).toEqual([
      200,
      'let made = 1;',
      'public, max-age=31536000, immutable',
    ]);
    for (const url of ['/assets/index-old.js', '/assets/..%2fsecret.txt', '/assets/%2e%2e/secret.txt', '/assets/'])
      expect([url, (await app.ask('GET', url)).status]).toEqual([url, 404]);
  });

  it('does not answer paths of the API and of files with the page of the app', async () => {
    for (const url of [
      '/api/v1/nothing',
      '/console/api/nothing',
      '/wecom/nothing',
      '/healthz/nothing',
      '/secret.txt',
    ]) {
      const { status, body } = await app.ask('GET', url, {
        headers: url === '/secret.txt' ? {} : { accept: 'text/html' },
      });
      expect([url, status, body['code']]).toEqual([url, 404, 'not_found']);
    }
    expect((await app.ask('POST', '/members', { headers: { accept: 'text/html' } })).status).toBe(404);
    expect((await app.ask('GET', '/healthz')).body).toEqual({ status: 'ok' });
  });

  it('serves the OpenAPI document, which names every route', async () => {
    const { body } = await app.ask<{ paths: Record<string, Record<string, unknown>> }>('GET', '/api/openapi.json');
    const documented = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(documented.sort()).toEqual(apiRoutes.map(({ method, path }) => `${method} ${path}`).sort());
    expect(body.paths['/api/v1/members']).toMatchObject({
      get: {
        parameters: expect.arrayContaining([expect.objectContaining({ name: 'where', in: 'query' })]) as unknown,
        responses: { 200: {}, 400: {}, 401: {} },
      },
    });
    expect(body.paths['/api/v1/facts']).toMatchObject({
      post: {
        requestBody: { content: { 'application/json': { schema: { properties: { facts: { maxItems: 1000 } } } } } },
      },
    });
    for (const route of documented.filter((name) => name.startsWith('get'))) {
      const path = route
        .slice(4)
        .replace('{id}', '1')
        .replace('{document}', 'tiers')
        .replace('{version}', '1')
        .replace('{key}', 'no-such-key');
      const { status } = await app.asProgram('GET', path);
      expect([route, status]).toEqual([route, /\{(?:id|key)\}/.test(route) ? 404 : 200]);
    }
  });

  it('serves the document as a self-contained page', async () => {
    const { status, text, headers } = await app.ask('GET', '/api/docs');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    for (const { path } of apiRoutes) expect(text).toContain(path);
    expect(text).not.toMatch(/<script|src=|url\(/);
  });
});
