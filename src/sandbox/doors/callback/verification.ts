import { randomBytes } from 'node:crypto';
import { seconds } from '../../calendar.js';
import { seal, signatureOf, type CallbackKeys } from './crypto.js';
import type { Envelope } from './envelope.js';

/** The platform waits no longer than this when an address is saved. */
const LIMIT_MS = 1_000;

export type Verified = { readonly ok: true } | { readonly ok: false; readonly because: string };

/** What the platform does when an administrator saves the callback address: the answer must be the bare echo, and soon. */
export async function verifyAddress(
  address: string,
  keys: CallbackKeys,
  now: number,
  { rawPlus }: Pick<Envelope, 'rawPlus'>,
): Promise<Verified> {
  const echo = String(randomBytes(6).readUIntBE(0, 6));
  let sealed = seal(echo, keys);
  while (rawPlus && !sealed.includes('+')) sealed = seal(echo, keys);
  const [timestamp, nonce] = [String(seconds(now)), String(randomBytes(4).readUInt32BE())];
  const url = new URL(address);
  url.searchParams.set('msg_signature', signatureOf(keys.token, timestamp, nonce, sealed));
  url.searchParams.set('timestamp', timestamp);
  url.searchParams.set('nonce', nonce);
  url.searchParams.set('echostr', sealed);
  try {
    const answer = await fetch(rawPlus ? url.href.replaceAll('%2B', '+') : url, {
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const body = await answer.text();
    if (answer.status !== 200) return { ok: false, because: `HTTP ${answer.status}` };
    return body === echo
      ? { ok: true }
      : { ok: false, because: `answered ${JSON.stringify(body.slice(0, 80))}, expected the bare echo` };
  } catch (problem) {
    return { ok: false, because: problem instanceof Error ? problem.message : String(problem) };
  }
}
