import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** Who asks: an admin by a session, or a program by a bearer token. */
export interface Principal {
  readonly name: string;
  readonly csrf: string | null;
}

const principals = new WeakMap<object, Principal>();

export const rememberPrincipal = (request: object, principal: Principal): void =>
  void principals.set(request, principal);

export const hasPrincipal = (request: object): boolean => principals.has(request);

/** The one the doorkeeper let in. */
export const Who = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = principals.get(context.switchToHttp().getRequest<object>());
  if (!principal) throw new Error('a route asks who is there, and no guard stands before it');
  return principal;
});
