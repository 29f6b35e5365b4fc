import { z } from 'zod';
import { CHANNEL_STATES } from '../sandbox/people/arrivals.js';

type ChannelState = (typeof CHANNEL_STATES)[number];

const names: Readonly<Record<ChannelState, { readonly name: string; readonly tags: readonly string[] }>> = {
  'expo-2025': { name: '展会', tags: ['展会'] },
  'store-qr': { name: '门店', tags: ['门店'] },
  'wx-article': { name: '公众号文章', tags: [] },
  'live-room': { name: '直播间', tags: [] },
  'parcel-card': { name: '包裹卡', tags: [] },
};

/** Acquisition links stand in advertisements. Their names are those of the codes beside them, so that one can compare. */
const LINKS = [
  { key: 'sms-link', name: '短信链接', tags: ['短信'] },
  { key: 'ad-link', name: '广告投放', tags: ['广告'] },
] as const;

export interface ConsoleDoor {
  readonly url: string;
  readonly password: string;
}

/**
 * Opens the demo's channel codes through the console, as an operator does, before the first visitor comes. The visitors of
 * the pretend corp already carry these states. Answers how many codes were opened.
 */
export const openChannelCodes = (door: ConsoleDoor, staff: readonly string[]): Promise<number> =>
  withSession(door, 0, async (session) => {
    let opened = 0;
    for (const key of CHANNEL_STATES) {
      const answer = await post(door.url, 'contact-ways', { key, staff, ...names[key] }, session);
      if (answer.ok) opened += 1;
    }
    return opened;
  });

/** Opens the demo's acquisition links in the same way. Returns their addresses, to be published. */
export const openAcquisitionLinks = (door: ConsoleDoor, staff: readonly string[]): Promise<readonly string[]> =>
  withSession<readonly string[]>(door, [], async (session) => {
    const addresses: string[] = [];
    for (const link of LINKS) {
      const answer = await post(door.url, 'contact-ways', { kind: 'link', staff, ...link }, session);
      const address = answer.ok ? openedWay.parse(await answer.json()).way.qr : null;
      if (address !== null) addresses.push(address);
    }
    return addresses;
  });

/** Null until WeCom has made the link. */
const openedWay = z.object({ way: z.object({ qr: z.string().nullable() }) });

/** `refused`: the answer when the console refuses the login. */
async function withSession<T>(
  door: ConsoleDoor,
  refused: T,
  work: (session: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const login = await post(door.url, 'login', { username: 'admin', password: door.password }, {});
  // A database from before may hold an account whose password we do not know, or that is locked.
  if (!login.ok) return refused;
  const cookie = login.headers
    .getSetCookie()
    .map((header) => header.split(';')[0] ?? '')
    .join('; ');
  const { csrf } = (await login.json()) as { readonly csrf: string };
  const session = { cookie, 'x-csrf-token': csrf };
  const done = await work(session);
  await post(door.url, 'logout', {}, session);
  return done;
}

/** 401 and 429: the login fails. 409: the code exists, in a database from an earlier run. */
const EXPECTED_REFUSALS = [401, 409, 429];

async function post(
  url: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const answer = await fetch(`${url}/console/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok && !EXPECTED_REFUSALS.includes(answer.status))
    throw new Error(`the console answered ${answer.status} to ${path}`);
  return answer;
}
