import { isHttps, type RequestTarget } from '../../platform/http/response-headers.js';
import { isTokenShaped } from '../../platform/tokens.js';
import { SIGN_IN_MS } from './sign-ins.js';
import { SESSION_MS } from './member-sessions.js';

export interface CookieRequest extends RequestTarget {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

type CookieName = 'qunjie_member' | 'qunjie_member_browser';

/** The cookies of the member's page: the session, and the browser to which a sign-in is bound. Sent under `/m` only. */
export class PageCookies {
  constructor(private readonly publicUrl: string | undefined) {}

  sessionOf(request: CookieRequest): string | undefined {
    return this.valueOf(request, 'qunjie_member');
  }

  browserOf(request: CookieRequest): string | undefined {
    return this.valueOf(request, 'qunjie_member_browser');
  }

  /** The value of a `Set-Cookie` header. */
  session(request: CookieRequest, token: string): string {
    return this.header(request, 'qunjie_member', token, SESSION_MS);
  }

  noSession(request: CookieRequest): string {
    return this.header(request, 'qunjie_member', '', 0);
  }

  browser(request: CookieRequest, token: string): string {
    return this.header(request, 'qunjie_member_browser', token, SIGN_IN_MS);
  }

  private header(request: CookieRequest, cookie: CookieName, value: string, forMs: number): string {
    const secure = this.isSecure(request);
    // Lax, not Strict: the sign-in comes back from another site, and the cookie has to come with it.
    const rest = `Path=/m; Max-Age=${Math.floor(forMs / 1_000)}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
    return `${nameOf(cookie, secure)}=${value}; ${rest}`;
  }

  private valueOf(request: CookieRequest, cookie: CookieName): string | undefined {
    const wanted = nameOf(cookie, this.isSecure(request));
    const sent = [request.headers.cookie].flat().join('; ');
    for (const part of sent.split(';')) {
      const [name = '', value = ''] = part.trim().split('=', 2);
      if (name === wanted && isTokenShaped(value)) return value;
    }
    return undefined;
  }

  private isSecure(request: CookieRequest): boolean {
    return isHttps(request, this.publicUrl) || this.publicUrl?.startsWith('https:') === true;
  }
}

/** Browsers accept the prefix over https only. `__Host-` would need the path `/`, and the console has cookies of its own. */
const nameOf = (cookie: CookieName, secure: boolean): string => (secure ? `__Secure-${cookie}` : cookie);
