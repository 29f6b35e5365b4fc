import { createHash } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { CookieJar } from './cookie-jar.js';
import { formIn, titleIn } from './html-page.js';

/** One address of the way to a page. */
export interface Hop {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly status: number;
}

/** What somebody opened on their phone. */
export interface Opened {
  readonly who: string;
  /** Simulated. */
  readonly at: number;
  readonly url: string;
  readonly hops: readonly Hop[];
  /** The status of the page at the end; 0 when there is none. */
  readonly status: number;
  readonly title: string;
  /** Why there is no page: `elsewhere` is an address that is neither the product's nor the sandbox's, and is not requested. */
  readonly problem?: 'elsewhere' | 'too_many_redirects' | 'no_form' | 'unreachable';
}

export interface Visitor {
  /** As the sandbox's sign-in takes it. */
  readonly who: string;
  readonly isColleague: boolean;
}

export interface BrowserNet {
  /** Hosts with ports. */
  productHost(): string | undefined;
  sandboxHost(): string;
  now(): number;
}

interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly html: string;
}

interface Sent {
  readonly method: Hop['method'];
  readonly url: URL;
  readonly form?: Readonly<Record<string, string>>;
  /** The page that the form stands on. */
  readonly from?: URL;
}

const MAX_HOPS = 10;
const TIMEOUT_MS = 10_000;
const BODY_LIMIT = 2 * 1_024 * 1_024;
const ANDROID =
  'Mozilla/5.0 (Linux; Android 14; V2309A Build/UP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36';
const WECHAT = `${ANDROID} XWEB/1160117 MMWEBSDK/20240501 MicroMessenger/8.0.50.2701(0x2800323E) WeChat/arm64 Language/zh_CN`;
const WECOM = `${ANDROID} wxwork/4.1.28 MicroMessenger/7.0.1 Language/zh`;

/** The browsers inside the WeChat of customers and the WeCom of colleagues: they follow redirects and keep cookies. */
export class PhoneBrowser {
  readonly opened: Opened[] = [];
  private readonly jars = new Map<string, CookieJar>();
  private readonly pending = new Set<Promise<unknown>>();

  constructor(private readonly net: BrowserNet) {}

  /** Opens the address and records what came of it. */
  open(visitor: Visitor, url: string): Promise<Opened> {
    return this.count(this.visit(visitor, url, undefined));
  }

  /** Opens the address and posts the form of the page whose action ends with `action`, with some fields filled in. */
  submit(
    visitor: Visitor,
    url: string,
    form: { readonly action: string; readonly fields: Readonly<Record<string, string>> },
  ): Promise<Opened> {
    return this.count(this.visit(visitor, url, form));
  }

  get waiting(): number {
    return this.pending.size;
  }

  async settled(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  private count<T>(work: Promise<T>): Promise<T> {
    this.pending.add(work);
    void work.finally(() => this.pending.delete(work));
    return work;
  }

  private async visit(
    visitor: Visitor,
    url: string,
    form: { readonly action: string; readonly fields: Readonly<Record<string, string>> } | undefined,
  ): Promise<Opened> {
    const hops: Hop[] = [];
    const end = (status: number, title: string, problem?: Opened['problem']): Opened => {
      const opened = {
        who: visitor.who,
        at: this.net.now(),
        url,
        hops,
        status,
        title,
        ...(problem ? { problem } : {}),
      };
      this.opened.push(opened);
      return opened;
    };
    try {
      let page = await this.follow(visitor, { method: 'GET', url: new URL(url) }, hops);
      if (form && typeof page === 'object') {
        const found = formIn(page.html, form.action);
        if (!found) return end(page.status, titleIn(page.html), 'no_form');
        const [from, fields] = [page.url, { ...found.fields, ...form.fields }];
        page = await this.follow(
          visitor,
          { method: 'POST', url: new URL(found.action, from), form: fields, from },
          hops,
        );
      }
      return typeof page === 'string' ? end(0, '', page) : end(page.status, titleIn(page.html));
    } catch {
      return end(0, '', 'unreachable');
    }
  }

  private async follow(
    visitor: Visitor,
    first: Sent,
    hops: Hop[],
  ): Promise<
    { readonly url: URL; readonly status: number; readonly html: string } | 'elsewhere' | 'too_many_redirects'
  > {
    let sent = first;
    for (let i = 0; i < MAX_HOPS; i += 1) {
      if (![this.net.productHost(), this.net.sandboxHost()].includes(sent.url.host)) return 'elsewhere';
      const { status, location, html } = await this.request(visitor, sent);
      hops.push({ method: sent.method, url: sent.url.href, status });
      if (location === undefined || status < 300 || status >= 400) return { url: sent.url, status, html };
      // A form that was posted is not posted again at another address: 307 and 308 are not used by pages for people.
      sent = { method: 'GET', url: new URL(location, sent.url) };
    }
    return 'too_many_redirects';
  }

  private async request(visitor: Visitor, { method, url, form, from }: Sent): Promise<Answer> {
    const jar = this.jars.get(visitor.who) ?? new CookieJar();
    this.jars.set(visitor.who, jar);
    // The client of a phone knows who holds it: here the sign-in's cookie stands for that.
    const isOurs = url.host === this.net.sandboxHost();
    const known = [jar.header(url, Date.now()), isOurs ? `sandbox_as=${encodeURIComponent(visitor.who)}` : ''];
    const cookie = known.filter((one) => one !== '').join('; ');
    const body = form && new URLSearchParams(form).toString();
    const headers = {
      'user-agent': visitor.isColleague ? WECOM : WECHAT,
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8',
      'accept-language': 'zh-CN,zh;q=0.9',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      ...(cookie === '' ? {} : { cookie }),
      ...(from ? { origin: from.origin, referer: from.href } : {}),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(Buffer.byteLength(body)) }),
    };
    const answer = await exchange(url, { method, headers, body, from: addressOf(visitor.who, url) });
    jar.keep(url, answer.setCookie, Date.now());
    return answer;
  }
}

/**
 * An address for each phone: a product that counts requests by address must not take all people for one. Only Linux has the
 * whole loopback network without setting it up.
 */
function addressOf(who: string, { hostname }: URL): string | undefined {
  if (process.platform !== 'linux' || hostname !== '127.0.0.1') return undefined;
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(who).digest();
  return `127.${1 + (a % 254)}.${b}.${1 + (c % 254)}`;
}

interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** The address it comes from; undefined: any. */
  readonly from: string | undefined;
}

function exchange(
  url: URL,
  { method, headers, body, from }: Request,
): Promise<Answer & { readonly setCookie: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
    const options = {
      method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(from ? { localAddress: from } : {}),
    };
    const request = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > BODY_LIMIT) response.destroy(new Error('page too large'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          html: Buffer.concat(chunks).toString('utf8'),
          setCookie: response.headers['set-cookie'] ?? [],
        }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}
