import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { isGuarded, LOGIN_ROUTE } from './doorkeeper.js';
import { hasPrincipal } from './principal.js';
import type { WebRequest } from './session-cookie.js';

/** Second check: a guarded route that the doorkeeper's hook did not see fails instead of being open. */
@Injectable()
export class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<WebRequest>();
    const route = request.routeOptions?.url ?? '';
    if (!isGuarded(route) || route === LOGIN_ROUTE || hasPrincipal(request)) return true;
    throw new Error(`the doorkeeper did not check ${route}`);
  }
}
