import { SESSION_MS } from './admin-sessions.js';

export const SESSION_COOKIE = 'qunjie_session';

/** As much of Fastify, with its cookie plugin, as is needed here. */
export interface WebRequest {
  readonly method: string;
  readonly ip: string;
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly cookies?: Readonly<Record<string, string | undefined>>;
  readonly routeOptions?: { readonly url?: string };
}

export interface WebReply {
  setCookie(name: string, value: string, options: Readonly<Record<string, unknown>>): unknown;
  header(name: string, value: string): unknown;
}

const header = (request: WebRequest, name: string): string => {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
};

// A proxy in front ends TLS and says so. Whoever lies about it only makes their own cookie stricter.
const isHttps = (request: WebRequest): boolean =>
  request.protocol === 'https' || header(request, 'x-forwarded-proto').split(',')[0]?.trim() === 'https';

export function sendSessionCookie(request: WebRequest, reply: WebReply, token: string): void {
  reply.setCookie(SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(request),
    maxAge: Math.floor(SESSION_MS / 1_000),
  });
}

export function clearSessionCookie(request: WebRequest, reply: WebReply): void {
  reply.setCookie(SESSION_COOKIE, '', {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(request),
    maxAge: 0,
  });
}

export const sessionTokenOf = (request: WebRequest): string | undefined =>
  request.cookies?.[SESSION_COOKIE] || undefined;

export const csrfOf = (request: WebRequest): string => header(request, 'x-csrf-token');

/** The token of `Authorization: Bearer …`; undefined when there is no such header, empty when it is another scheme. */
export function bearerOf(request: WebRequest): string | undefined {
  const given = header(request, 'authorization');
  if (given === '') return undefined;
  return /^Bearer +(\S+)$/i.exec(given)?.[1] ?? '';
}
