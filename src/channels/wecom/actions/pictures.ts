import { HOUR_MS } from '../../../domain/day.js';
import type { Clock } from '../../../platform/clock.js';
import { RetryLater } from '../../../platform/errors.js';
import { fetchPicture } from '../../fetch-picture.js';
import { uploadImage } from '../client/media.js';
import type { WecomApi } from '../client/wecom-api.js';

/** A media_id lives three days (S); a mass send made with one must still find it when the sender taps. */
const MEDIA_LIFE_MS = 48 * HOUR_MS;
const REMEMBERED = 500;

/** How long words wait for their picture. A welcome code lives for 20 seconds. */
export interface Patience {
  readonly welcomeMs: number;
  readonly massSendMs: number;
}
const somePatience: Patience = { welcomeMs: 5_000, massSendMs: 12_000 };

/** Turns a picture's address into a media_id: fetched once, uploaded once, remembered while WeCom keeps it. A restart uploads it once more. */
export class Pictures {
  private readonly known = new Map<string, { readonly mediaId: Promise<string>; readonly until: number }>();

  constructor(
    private readonly api: WecomApi,
    private readonly clock: Clock,
    readonly patience: Patience = somePatience,
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

  /** As `mediaIdOf`, for so long at most; the reading goes on by itself, and the next who asks has it. */
  async soon(url: string, waitMs: number): Promise<string> {
    const mediaId = this.mediaIdOf(url);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new RetryLater('picture_slow')), waitMs);
    });
    try {
      return await Promise.race([mediaId, late]);
    } finally {
      clearTimeout(timer);
    }
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
