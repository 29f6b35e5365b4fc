import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** Who sent the request: an admin with a session, or a program with a bearer token. */
export interface Principal {
  readonly name: string;
  readonly csrf: string | null;
}

const principals = new WeakMap<object, Principal>();

export const rememberPrincipal = (request: object, principal: Principal): void =>
  void principals.set(request, principal);

export const hasPrincipal = (request: object): boolean => principals.has(request);

/** The principal that the doorkeeper authenticated. */
export const Who = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const principal = principals.get(context.switchToHttp().getRequest<object>());
  if (!principal) throw new Error('a route asks for its principal, but the doorkeeper did not check the request');
  return principal;
});
