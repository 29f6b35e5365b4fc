import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { OperatorMistake } from '../../platform/errors.js';
import { AdminSessions } from './admin-sessions.js';
import { ApiTokens } from './api-tokens.js';
import { rememberPrincipal, type Principal } from './principal.js';
import {
  bearerOf,
  csrfOf,
  sendSessionCookie,
  sessionTokenOf,
  type WebReply,
  type WebRequest,
} from './session-cookie.js';
import { isSameToken } from './tokens.js';

const LOGIN = '/console/api/login';

/**
 * Stands before every route under `/console/api` and `/api/v1`, whoever wrote it. It goes by the route that was
 * matched, not by the address that was asked for: `/api/%761/members` reaches the same route.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(AdminSessions) private readonly sessions: AdminSessions,
    @Inject(ApiTokens) private readonly tokens: ApiTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<WebRequest>();
    const route = request.routeOptions?.url ?? '';
    const isApi = isUnder(route, '/api/v1');
    if (!isApi && !isUnder(route, '/console/api')) return true;
    const reply = http.getResponse<WebReply>();
    reply.header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
    if (route === LOGIN) return true;
    const bearer = bearerOf(request);
    const principal = isApi && bearer !== undefined ? await this.byToken(bearer) : await this.bySession(request, reply);
    rememberPrincipal(request, principal);
    return true;
  }

  private async byToken(bearer: string): Promise<Principal> {
    const name = await this.tokens.nameOf(bearer);
    if (name === null) throw unauthorized('the token is not valid');
    return { name, csrf: null };
  }

  private async bySession(request: WebRequest, reply: WebReply): Promise<Principal> {
    const token = sessionTokenOf(request);
    const session = token === undefined ? null : await this.sessions.find(token);
    if (!session || token === undefined) throw unauthorized('log in, or send a valid token');
    if (request.method !== 'GET' && request.method !== 'HEAD' && !isSameToken(csrfOf(request), session.csrf)) {
      throw new OperatorMistake('bad_csrf', 'send the x-csrf-token that came with the session', undefined, 403);
    }
    if (session.prolonged) sendSessionCookie(request, reply, token);
    return { name: session.name, csrf: session.csrf };
  }
}

const isUnder = (route: string, prefix: string): boolean => route === prefix || route.startsWith(`${prefix}/`);

const unauthorized = (message: string): OperatorMistake => new OperatorMistake('unauthorized', message, undefined, 401);
