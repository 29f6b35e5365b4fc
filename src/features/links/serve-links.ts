import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Database } from '../../platform/database/database.js';
import { addressOf } from '../../platform/http/client-address.js';
import type { ClickRecorder } from './click-recorder.js';
import { isPerson } from './is-person.js';
import { codeIn, LINK_PATH } from './link-codes.js';
import { linkStore, type StoredLink } from './link.store.js';
import { noSuchLinkPage } from './no-such-link-page.js';

/** A link never changes its address, so it may be kept. A mass-send is opened thousands of times within minutes. */
const MOST_KEPT = 5_000;

/**
 * Serves `GET /l/<code>` beside Nest's routes: a redirect to the stored address, to nothing that the request says. The click
 * is stored after the answer.
 */
export function serveLinks(server: FastifyAdapter, db: Database, clicks: ClickRecorder): void {
  const kept = new Map<string, StoredLink>();
  const find = async (code: string): Promise<StoredLink | null> => {
    const known = kept.get(code);
    if (known) return known;
    const link = await linkStore.read(db.read, code);
    if (link === null) return null;
    const [oldest] = kept.keys();
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(code, link);
    return link;
  };
  server.getInstance().get(`${LINK_PATH}*`, async (request, reply) => {
    const code = codeIn((request.params as { '*': string })['*']);
    const link = code === null ? null : await find(code);
    void reply.header('cache-control', 'no-store').header('x-robots-tag', 'noindex, nofollow');
    if (link === null) {
      void reply
        .status(404)
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .type('text/html; charset=utf-8');
      return noSuchLinkPage;
    }
    if (isPerson(request.method, request.headers))
      clicks.record(link, { browser: `${addressOf(request)} ${request.headers['user-agent'] ?? ''}` });
    return reply.header('referrer-policy', 'no-referrer').redirect(link.url, 302);
  });
}
