import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { addressOf } from '../../platform/http/client-address.js';
import type { ClickRecorder } from './click-recorder.js';
import { isPerson } from './is-person.js';
import type { KeptLinks } from './kept-links.js';
import { LINK_PATH } from './link-codes.js';
import { noSuchLinkPage } from './no-such-link-page.js';

export interface LinkParts {
  readonly links: KeptLinks;
  readonly clicks: ClickRecorder;
  /** Where a link that asks for it finds out who clicks, for `<path><code>`; undefined where nobody can be signed in. */
  readonly identifyAt?: string | undefined;
}

/**
 * Serves `GET /l/<code>` beside Nest's routes: a redirect to the stored address, to nothing that the request says. The click
 * is stored after the answer. A link with `identify` that many got is first led past the silent sign-in, inside WeChat only.
 */
export function serveLinks(server: FastifyAdapter, { links, clicks, identifyAt }: LinkParts): void {
  server.getInstance().get(`${LINK_PATH}*`, async (request, reply) => {
    const link = await links.find((request.params as { '*': string })['*']);
    void reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex, nofollow');
    if (link === null) {
      void reply
        .status(404)
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .type('text/html; charset=utf-8');
      return noSuchLinkPage;
    }
    void reply.header('referrer-policy', 'no-referrer');
    const agent = request.headers['user-agent'] ?? '';
    if (isPerson(request.method, request.headers)) {
      const mustIdentify = link.identify && link.delivery === null && /MicroMessenger/i.test(agent);
      // The click is counted where it is known who clicked.
      if (identifyAt !== undefined && mustIdentify) return reply.redirect(`${identifyAt}${link.code}`, 302);
      clicks.record(link, { browser: `${addressOf(request)} ${agent}` });
    }
    return reply.redirect(link.url, 302);
  });
}
