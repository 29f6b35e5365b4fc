import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Doorkeeper } from './auth/doorkeeper.js';

export interface MountOptions {
  /** Folder of the built web app. */
  readonly webRoot: string;
  /** Pictures may also come from here; the sandbox's are on this machine. */
  readonly pictureSources?: readonly string[];
  readonly doorkeeper: Doorkeeper;
}

/** Addresses that are never the web app's: a wrong one is told so instead of being shown the app. */
const notTheApp = /^\/(api|console|wecom|healthz|readyz|metrics|assets)(\/|$)/;

const assetName = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

/** Where WeCom keeps faces and codes, by http or https: `p.qpic.cn`, `wework.qpic.cn`, `wx.qlogo.cn`, `open.work.weixin.qq.com`. */
const wecomPictures = ['*.qpic.cn', '*.qlogo.cn', '*.weixin.qq.com'];

// antd and the editor write their styles while the page runs, hence the inline styles; scripts are ours alone.
const policyWith = (pictures: readonly string[]): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    ['img-src', "'self'", 'data:', 'blob:', ...wecomPictures, ...pictures].join(' '),
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Lets nobody in unasked, and serves the web app at `/` with its own addresses falling back to its page. */
export async function mountConsole(
  server: FastifyAdapter,
  { webRoot, pictureSources = [], doorkeeper }: MountOptions,
): Promise<void> {
  const root = resolve(webRoot);
  // The adapter's plugin type is narrower than the plugin's own.
  await server.register(cookie as unknown as Parameters<FastifyAdapter['register']>[0]);
  server.getInstance().addHook('onRequest', (request, reply) => doorkeeper.admit(request, reply));
  await server.register((scope, _options, done) => {
    const headers = {
      'content-security-policy': policyWith(pictureSources),
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
    };
    scope.register(fastifyStatic, { root, serve: false, cacheControl: false });
    scope.addHook('onSend', (_request, reply, _payload, next) => {
      void reply.headers(headers);
      next();
    });
    // Built assets carry their hash in their name: they never change.
    scope.get('/assets/*', (request, reply) => {
      const { '*': path } = request.params as { '*': string };
      if (!assetName.test(path) || !existsSync(join(root, 'assets', path))) return reply.callNotFound();
      return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(join('assets', path));
    });
    scope.get('/*', (request, reply) => {
      const path = request.url.split('?')[0] ?? '/';
      const wantsPage = path === '/' || (request.headers.accept ?? '').includes('text/html');
      if (notTheApp.test(path) || !wantsPage || !existsSync(join(root, 'index.html'))) return reply.callNotFound();
      return reply.header('cache-control', 'no-cache').sendFile('index.html');
    });
    done();
  });
}
