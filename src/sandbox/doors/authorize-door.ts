import { isPerson, type Corp } from '../corp/corp.js';
import { SCOPES, type SignInScope, type Visitor } from '../corp/sign-ins.js';
import type { Door, DoorRequest, DoorResponse } from './http.js';
import { pickPage, problemPage, type Problem } from './sign-in-pages.js';

const AUTHORIZE = '/connect/oauth2/authorize';
const CHOOSE = '/connect/as';
/** Says as whom a page is opened: as a parameter for programs, as a cookie for browsers. */
const AS = 'sandbox_as';

/**
 * The page by which a page in WeChat learns who opened it (contract part 2 §7), without a WeChat client: who it is says
 * the parameter `sandbox_as`, else the cookie that `/connect/as?who=…&to=…` sets, else whom the tester picks.
 */
export function authorizeDoor(corp: Corp, ownUrl: () => string): Door {
  return async (request) => {
    if (request.path === AUTHORIZE) return authorize(request);
    if (request.path === CHOOSE) return choose(request);
    return undefined;
  };

  function authorize(request: DoorRequest): DoorResponse {
    const asked = readRequest(corp, request.query);
    if ('problem' in asked) return problemPage(asked.problem);
    const who = request.query.get(AS) ?? cookie(request, AS);
    if (who === undefined || who === '') return pickPage(corp, request.query, `${ownUrl()}${AUTHORIZE}`);
    const { signIns } = corp;
    const code = signIns.makeCode(visitorNamed(corp, who), asked, corp.now());
    return redirect(withQuery(asked.redirectUri, { code, state: stateFor(asked.state) }));
  }

  function stateFor(state: string): string | undefined {
    const kept = { kept: state, changed: `${state}x`.slice(-128), dropped: '' }[corp.signIns.manners.state];
    return kept === '' ? undefined : kept;
  }

  /** Makes this browser somebody's, and goes on to a page of the app or to the sign-in itself. */
  function choose({ query }: DoorRequest): DoorResponse {
    const to = query.get('to') ?? '';
    const hosts = [corp.signIns.trustedDomain, new URL(ownUrl()).host];
    if (!URL.canParse(to) || !/^https?:/.test(to) || !hosts.includes(new URL(to).host))
      return problemPage({ errcode: 50001, words: `to must be an address at ${hosts.filter(Boolean).join(' or ')}` });
    const value = encodeURIComponent(query.get('who') ?? '');
    return redirect(to, { 'set-cookie': `${AS}=${value}; Path=/connect; HttpOnly; SameSite=Lax` });
  }
}

interface Asked {
  readonly redirectUri: string;
  readonly state: string;
  readonly agentId: string;
  readonly scope: SignInScope;
}

/** A request as the documents have it. Which errcode a wrong one shows is documented for the domain only (50001). */
function readRequest(corp: Corp, query: URLSearchParams): Asked | { readonly problem: Problem } {
  const problem = (errcode: number, words: string) => ({ problem: { errcode, words } });
  const [redirectUri, state] = [query.get('redirect_uri') ?? '', query.get('state') ?? ''];
  const scope = SCOPES.find((one) => one === query.get('scope'));
  const agentId = query.get('agentid') ?? '';
  if (query.get('appid') !== corp.corpId) return problem(40013, 'appid is not the corp id');
  if (query.get('response_type') !== 'code') return problem(40058, 'response_type must be code');
  if (!scope) return problem(40058, `scope must be one of ${SCOPES.join(' ')}`);
  if (scope === 'snsapi_privateinfo' && agentId === '') return problem(40056, 'this scope needs an agentid');
  if (!/^[a-zA-Z0-9]{0,128}$/.test(state)) return problem(40058, 'state: up to 128 letters and digits');
  if (!URL.canParse(redirectUri) || !/^https?:/.test(redirectUri)) return problem(50001, 'redirect_uri is no address');
  const { host } = new URL(redirectUri);
  const { trustedDomain } = corp.signIns;
  if (host !== trustedDomain)
    return problem(50001, `redirect_uri leads to ${host}; the app's trusted domain is ${trustedDomain ?? 'not set'}`);
  return { redirectUri, state, scope, agentId: agentId === '' ? corp.agentId : agentId };
}

/** Anybody the corp does not know is a stranger, each name another one. */
function visitorNamed(corp: Corp, who: string): Visitor {
  const known = corp.who(who);
  // Who has left the company is no colleague any more.
  return known && (isPerson(known) || !known.hasLeft) ? known : { strangerName: who };
}

/** Adds the parameters and leaves the rest of the address as it was written. */
function withQuery(address: string, given: Readonly<Record<string, string | undefined>>): string {
  const [, front = '', fragment = ''] = /^([^#]*)(.*)$/s.exec(address) ?? [];
  const query = Object.entries(given)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&');
  if (query === '') return address;
  return `${front}${front.includes('?') ? '&' : '?'}${query}${fragment}`;
}

const redirect = (location: string, headers: Readonly<Record<string, string>> = {}): DoorResponse => ({
  status: 302,
  bytes: Buffer.alloc(0),
  type: 'text/plain',
  headers: { ...headers, location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
});

function cookie({ headers }: DoorRequest, name: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = pairs.find(([key]) => key === name)?.[1];
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
