import { OperatorMistake } from '../../platform/errors.js';
import { addressOf } from '../../platform/http/client-address.js';
import type { AdminSessions } from './admin-sessions.js';
import type { ApiTokens } from './api-tokens.js';
import { tooManyTries } from './too-many-tries.js';
import { rememberPrincipal, type Principal } from './principal.js';
import { bearerOf, csrfOf, isCrossSite, type SessionCookie, type WebReply, type WebRequest } from './session-cookie.js';
import type { TokenWatch } from './token-watch.js';
import { isSameToken } from '../../platform/tokens.js';

export const LOGIN_ROUTE = '/console/api/login';
const FACTS_ROUTE = '/api/v1/facts';

export interface DoorkeeperParts {
  readonly sessions: AdminSessions;
  readonly tokens: ApiTokens;
  readonly watch: TokenWatch;
  readonly cookie: SessionCookie;
  readonly publicUrl: string | undefined;
}

/**
 * Authenticates every request under `/console/api` and `/api/v1`, in every module, before its body is read. It checks the
 * matched route and not the requested path: `/api/%761/members` reaches the same route.
 */
export class Doorkeeper {
  constructor(private readonly parts: DoorkeeperParts) {}

  /** Throws the error that the client gets. */
  async admit(request: WebRequest, reply: WebReply): Promise<void> {
    const route = request.routeOptions?.url ?? '';
    if (!isGuarded(route)) return;
    reply.header('cache-control', 'no-store');
    if (route === LOGIN_ROUTE) return this.admitToLogin(request);
    const bearer = bearerOf(request);
    const isProgram = isUnder(route, '/api/v1') && bearer !== undefined;
    rememberPrincipal(request, isProgram ? await this.byToken(request, bearer) : await this.bySession(request));
  }

  /** Login CSRF: a form on another site could log its visitor in here under the attacker's name. */
  private admitToLogin(request: WebRequest): void {
    if (isCrossSite(request, this.parts.publicUrl))
      throw new OperatorMistake('foreign_origin', 'log in from the console itself', undefined, { status: 403 });
  }

  private async byToken(request: WebRequest, bearer: string): Promise<Principal> {
    const { tokens, watch } = this.parts;
    const name = await tokens.nameOf(bearer);
    const address = addressOf(request);
    if (name === null) {
      const waitMs = await watch.countWrong(address);
      if (waitMs !== null) throw tooManyTries('too many wrong tokens; wait a while', waitMs);
      throw unauthorized('the token is not valid');
    }
    if (request.routeOptions?.url === FACTS_ROUTE) await watch.countPostedFacts(name, address);
    return { name, csrf: null };
  }

  private async bySession(request: WebRequest): Promise<Principal> {
    const token = this.parts.cookie.tokenOf(request);
    const session = token === undefined ? null : await this.parts.sessions.find(token);
    if (!session) throw unauthorized('log in, or send a valid token');
    if (request.method !== 'GET' && request.method !== 'HEAD' && !isSameToken(csrfOf(request), session.csrf))
      throw new OperatorMistake('bad_csrf', 'send the x-csrf-token that came with the session', undefined, {
        status: 403,
      });
    return session;
  }
}

export const isGuarded = (route: string): boolean => isUnder(route, '/api/v1') || isUnder(route, '/console/api');

const isUnder = (route: string, prefix: string): boolean => route === prefix || route.startsWith(`${prefix}/`);

const unauthorized = (message: string): OperatorMistake =>
  new OperatorMistake('unauthorized', message, undefined, { status: 401 });
