import { HOUR_MS } from '../../domain/day.js';
import type { Clock } from '../../platform/clock.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import { uploadImage, type Picture } from './client/media.js';
import type { WecomApi } from './client/wecom-api.js';
import { withJitter } from './client/wire.js';

/** A media_id lives three days (S); a mass send made with one must still find it when the sender taps. */
const MEDIA_LIFE_MS = 48 * HOUR_MS;
const FETCH_TIMEOUT_MS = 10_000;
const MAX_BYTES = 10 * 1024 * 1024;
const REMEMBERED = 500;

/** Turns a picture's address into a media_id: fetched once, uploaded once, remembered while WeCom keeps it. A restart uploads it once more. */
export class Pictures {
  private readonly known = new Map<string, { readonly mediaId: Promise<string>; readonly until: number }>();

  constructor(
    private readonly api: WecomApi,
    private readonly clock: Clock,
  ) {}

  mediaIdOf(url: string): Promise<string> {
    const found = this.known.get(url);
    if (found && found.until > this.clock.now()) return found.mediaId;
    const mediaId = fetchPicture(url).then((picture) => uploadImage(this.api, picture));
    const entry = { mediaId, until: this.clock.now() + MEDIA_LIFE_MS };
    this.known.delete(url);
    this.known.set(url, entry);
    const [oldest] = this.known.keys();
    if (this.known.size > REMEMBERED && oldest !== undefined) this.known.delete(oldest);
    mediaId.catch(() => {
      if (this.known.get(url) === entry) this.known.delete(url);
    });
    return mediaId;
  }

  /**
   * WeCom does not know a media_id we gave it (40007): the picture is uploaded anew next time. Of many who find that out at
   * once only the first has it uploaded: what was put in its place meanwhile stays.
   */
  async forget(url: string, mediaId: string): Promise<void> {
    const found = this.known.get(url);
    if (found && (await found.mediaId.catch(() => undefined)) === mediaId && this.known.get(url) === found)
      this.known.delete(url);
  }
}

async function fetchPicture(url: string): Promise<Picture> {
  const where = placeOf(url);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (response.status >= 400 && response.status < 500)
      throw new GiveUp('picture_not_found', { message: `${where} answered ${response.status}` });
    if (!response.ok)
      throw new RetryLater('picture_unreachable', withJitter(5_000), {
        message: `${where} answered ${response.status}`,
      });
    if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES) throw tooLarge(where);
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof GiveUp || error instanceof RetryLater) throw error;
    throw new RetryLater('picture_unreachable', withJitter(5_000), { message: `${where} cannot be reached` });
  }
  if (bytes.length > MAX_BYTES) throw tooLarge(where);
  return { bytes, type: typeOf(bytes, where) };
}

/** A picture's address without its query, which may be signed. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')
    throw new GiveUp('bad_picture_address', { message: 'a picture needs an http(s) address' });
  return `${parsed.origin}${parsed.pathname}`;
}

const tooLarge = (where: string): GiveUp =>
  new GiveUp('picture_too_large', { message: `${where} is larger than 10 MB` });

/** Told by its first bytes: WeCom takes JPEG and PNG only, and servers mislabel. */
function typeOf(bytes: Uint8Array, where: string): Picture['type'] {
  if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47) return 'image/png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  throw new GiveUp('not_a_picture', { message: `${where} is neither JPEG nor PNG` });
}
