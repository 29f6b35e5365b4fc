interface Cookie {
  readonly host: string;
  readonly path: string;
  readonly isSecure: boolean;
  readonly value: string;
  /** Real epoch ms; undefined: until the sandbox ends. */
  readonly expiresAt: number | undefined;
}

/** The cookies of one phone. Like a browser's they belong to a host, whatever the port, and to a path. */
export class CookieJar {
  private readonly cookies = new Map<string, Cookie>();

  keep(url: URL, setCookie: readonly string[], now: number): void {
    for (const header of setCookie) {
      const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
      const [name, value] = splitAt(pair, '=');
      if (name === '') continue;
      const given = new Map(attributes.map((one) => splitAt(one, '=')).map(([key, text]) => [key.toLowerCase(), text]));
      const path = given.get('path')?.startsWith('/') ? (given.get('path') ?? '/') : defaultPath(url.pathname);
      const expiresAt = expiry(given, now);
      const key = `${url.hostname} ${path} ${name}`;
      if (expiresAt !== undefined && expiresAt <= now) this.cookies.delete(key);
      else this.cookies.set(key, { host: url.hostname, path, isSecure: given.has('secure'), value, expiresAt });
    }
  }

  /** The `Cookie` header for the address; empty when there is none. */
  header(url: URL, now: number): string {
    return [...this.cookies]
      .filter(
        ([, { host, path, isSecure, expiresAt }]) =>
          host === url.hostname &&
          isWithin(url.pathname, path) &&
          (!isSecure || url.protocol === 'https:') &&
          (expiresAt === undefined || expiresAt > now),
      )
      .map(([key, { value }]) => `${key.split(' ').at(-1) ?? ''}=${value}`)
      .join('; ');
  }
}

function splitAt(text: string, mark: string): [before: string, after: string] {
  const place = text.indexOf(mark);
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + 1)];
}

function expiry(attributes: ReadonlyMap<string, string>, now: number): number | undefined {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1_000;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? undefined : expires;
}

const defaultPath = (pathname: string): string => pathname.slice(0, pathname.lastIndexOf('/')) || '/';

const isWithin = (pathname: string, path: string): boolean =>
  pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
