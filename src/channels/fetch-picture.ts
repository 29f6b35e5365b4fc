import { GiveUp, RetryLater } from '../platform/errors.js';

export interface Picture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: 'image/jpeg' | 'image/png';
}

const FETCH_TIMEOUT_MS = 10_000;
const MAX_BYTES = 10 * 1024 * 1024;
const RETRY_MS = 5_000;

/** Downloads a picture. Throws `RetryLater` when a later try may succeed, and `GiveUp` when it cannot. */
export async function fetchPicture(url: string): Promise<Picture> {
  const where = urlWithoutQuery(url);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (response.status >= 400 && response.status < 500)
      throw new GiveUp('picture_not_found', { message: `${where} answered ${response.status}` });
    if (!response.ok)
      throw new RetryLater('picture_unreachable', RETRY_MS, {
        message: `${where} answered ${response.status}`,
      });
    if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES) throw tooLarge(where);
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof GiveUp || error instanceof RetryLater) throw error;
    throw new RetryLater('picture_unreachable', RETRY_MS, { message: `${where} cannot be reached` });
  }
  if (bytes.length > MAX_BYTES) throw tooLarge(where);
  return { bytes, type: typeOf(bytes, where) };
}

/** For messages: the query may contain a signature. */
function urlWithoutQuery(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')
    throw new GiveUp('bad_picture_address', { message: 'a picture needs an http(s) address' });
  return `${parsed.origin}${parsed.pathname}`;
}

const tooLarge = (where: string): GiveUp =>
  new GiveUp('picture_too_large', { message: `${where} is larger than 10 MB` });

/** Decides by the first bytes: WeCom accepts JPEG and PNG only, and some servers send a wrong content type. */
function typeOf(bytes: Uint8Array, where: string): Picture['type'] {
  if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47) return 'image/png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  throw new GiveUp('not_a_picture', { message: `${where} is neither JPEG nor PNG` });
}
