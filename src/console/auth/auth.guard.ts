import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { isGuarded, LOGIN_ROUTE } from './doorkeeper.js';
import { hasPrincipal } from './principal.js';
import type { WebRequest } from './session-cookie.js';

/** The second lock: a route that was put where the doorkeeper does not stand is shut, not open. */
@Injectable()
export class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<WebRequest>();
    const route = request.routeOptions?.url ?? '';
    if (!isGuarded(route) || route === LOGIN_ROUTE || hasPrincipal(request)) return true;
    throw new Error(`no doorkeeper stands before ${route}`);
  }
}
