import { CHANNEL_STATES } from '../sandbox/people/arrivals.js';

type ChannelState = (typeof CHANNEL_STATES)[number];

const names: Readonly<Record<ChannelState, { readonly name: string; readonly tags: readonly string[] }>> = {
  'expo-2025': { name: '展会', tags: ['展会'] },
  'store-qr': { name: '门店', tags: ['门店'] },
  'wx-article': { name: '公众号文章', tags: [] },
  'live-room': { name: '直播间', tags: [] },
  'parcel-card': { name: '包裹卡', tags: [] },
};

export interface ConsoleDoor {
  readonly url: string;
  readonly password: string;
}

/**
 * Opens the demo's channel codes through the console, as an operator does, before the first visitor comes. The visitors of
 * the pretend corp already carry these states. Answers how many codes were opened.
 */
export async function openChannelCodes(door: ConsoleDoor, staff: readonly string[]): Promise<number> {
  const login = await post(door.url, 'login', { username: 'admin', password: door.password }, {});
  // A database from before may hold an account whose password we do not know, or that is locked.
  if (!login.ok) return 0;
  const cookie = login.headers
    .getSetCookie()
    .map((header) => header.split(';')[0] ?? '')
    .join('; ');
  const { csrf } = (await login.json()) as { readonly csrf: string };
  const session = { cookie, 'x-csrf-token': csrf };
  let opened = 0;
  for (const key of CHANNEL_STATES) {
    const answer = await post(door.url, 'contact-ways', { key, staff, ...names[key] }, session);
    if (answer.ok) opened += 1;
  }
  await post(door.url, 'logout', {}, session);
  return opened;
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
