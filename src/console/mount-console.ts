import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Doorkeeper } from './auth/doorkeeper.js';

export interface MountOptions {
  /** Folder of the built web app. */
  readonly webRoot: string;
  /** Further sources of pictures for the content security policy. */
  readonly pictureSources?: readonly string[];
  readonly doorkeeper: Doorkeeper;
}

/** These paths do not belong to the web app: an unknown one gets a 404 instead of the app. */
const notTheApp = /^\/(api|console|wecom|m|healthz|readyz|metrics|assets)(\/|$)/;

const assetName = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

/** WeCom's hosts for avatars and QR codes, http or https: `p.qpic.cn`, `wework.qpic.cn`, `wx.qlogo.cn`, `open.work.weixin.qq.com`. */
const wecomPictures = ['*.qpic.cn', '*.qlogo.cn', '*.weixin.qq.com'];

// antd and the editor insert inline styles at run time. Only our own scripts are allowed.
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

/** Installs the doorkeeper, and serves the web app at `/`; the app's own paths answer with its page. */
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
    // The name of a built asset contains its hash, so the asset never changes.
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
