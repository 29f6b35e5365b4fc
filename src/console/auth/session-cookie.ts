import { isHttps } from '../../platform/http/response-headers.js';
import { SESSION_MS } from './admin-sessions.js';
import { PLACE_IS_KNOWN_MS } from './login-throttle.js';
import { isTokenShaped } from '../../platform/tokens.js';

/** The part of Fastify and its cookie plugin that is used here. */
export interface WebRequest {
  readonly method: string;
  readonly ip: string;
  readonly host: string;
  readonly protocol: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly cookies?: Readonly<Record<string, string | undefined>>;
  readonly raw: { readonly socket?: { readonly remoteAddress?: string | undefined } | null };
  readonly routeOptions?: { readonly url?: string | undefined };
}

export interface WebReply {
  setCookie(name: string, value: string, options: Readonly<Record<string, unknown>>): unknown;
  header(name: string, value: string): unknown;
}

const header = (request: WebRequest, name: string): string => {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
};

// A proxy that ends TLS sets the header. A client that forges it only makes its own cookie stricter.
const isSecure = (request: WebRequest, publicUrl: string | undefined): boolean =>
  isHttps(request, publicUrl) || header(request, 'x-forwarded-proto').split(',')[0]?.trim() === 'https';

/** The prefix `__Host-` proves that no other host of the domain set the cookie; browsers accept it over https only. */
const nameOf = (name: CookieName, secure: boolean): string => (secure ? `__Host-${name}` : name);
type CookieName = 'qunjie_session' | 'qunjie_browser';

/** The cookie of the session, and the device cookie by which a browser is recognised later. */
export class SessionCookie {
  constructor(private readonly publicUrl: string | undefined) {}

  send(request: WebRequest, reply: WebReply, token: string): void {
    this.set(request, reply, { name: 'qunjie_session', value: token, forMs: SESSION_MS });
  }

  sendBrowser(request: WebRequest, reply: WebReply, token: string): void {
    this.set(request, reply, { name: 'qunjie_browser', value: token, forMs: PLACE_IS_KNOWN_MS });
  }

  clear(request: WebRequest, reply: WebReply): void {
    this.set(request, reply, { name: 'qunjie_session', value: '', forMs: 0 });
  }

  tokenOf(request: WebRequest): string | undefined {
    return this.valueOf('qunjie_session', request);
  }

  browserOf(request: WebRequest): string | undefined {
    const value = this.valueOf('qunjie_browser', request);
    return value !== undefined && isTokenShaped(value) ? value : undefined;
  }

  private valueOf(cookie: CookieName, request: WebRequest): string | undefined {
    const sent = request.cookies ?? {};
    const name = nameOf(cookie, isSecure(request, this.publicUrl));
    return Object.hasOwn(sent, name) ? sent[name] || undefined : undefined;
  }

  private set(
    request: WebRequest,
    reply: WebReply,
    { name, value, forMs }: { readonly name: CookieName; readonly value: string; readonly forMs: number },
  ): void {
    const secure = isSecure(request, this.publicUrl);
    const maxAge = Math.floor(forMs / 1_000);
    reply.setCookie(nameOf(name, secure), value, { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge });
  }
}

export const csrfOf = (request: WebRequest): string => header(request, 'x-csrf-token');

/** The token of `Authorization: Bearer …`; undefined without the header, empty for another scheme. */
export function bearerOf(request: WebRequest): string | undefined {
  const given = header(request, 'authorization');
  if (given === '') return undefined;
  return /^Bearer +(\S+)$/i.exec(given)?.[1] ?? '';
}

/**
 * Whether another site's page sent the request. Sec-Fetch-Site decides if the browser sends it; otherwise the Origin must
 * be our host. Programs send neither header.
 */
export function isCrossSite(request: WebRequest, publicUrl: string | undefined): boolean {
  const site = header(request, 'sec-fetch-site');
  if (site !== '') return site !== 'same-origin' && site !== 'none';
  const origin = header(request, 'origin');
  if (origin === '') return false;
  if (origin === publicUrl) return false;
  return !URL.canParse(origin) || new URL(origin).host !== request.host.toLowerCase();
}
