import { HOUR_MS } from '../../../domain/day.js';
import type { Clock } from '../../../platform/clock.js';
import { RetryLater } from '../../../platform/errors.js';
import { fetchPicture } from '../../fetch-picture.js';
import { uploadImage } from '../client/media.js';
import type { WecomApi } from '../client/wecom-api.js';

/** A media_id is valid for three days (S). A mass send needs it until the sender confirms the task. */
const MEDIA_LIFE_MS = 48 * HOUR_MS;
const MAX_ENTRIES = 500;

/** How long a text waits for its picture. A welcome code is valid for 20 seconds. */
export interface PictureWaits {
  readonly welcomeMs: number;
  readonly massSendMs: number;
}
const defaultWaits: PictureWaits = { welcomeMs: 5_000, massSendMs: 12_000 };

/** Uploads pictures by URL. Each is downloaded and uploaded once and cached while WeCom keeps it; a restart empties the cache. */
export class Pictures {
  private readonly entries = new Map<string, { readonly mediaId: Promise<string>; readonly until: number }>();

  constructor(
    private readonly api: WecomApi,
    private readonly clock: Clock,
    readonly waits: PictureWaits = defaultWaits,
  ) {}

  mediaIdOf(url: string): Promise<string> {
    const found = this.entries.get(url);
    if (found && found.until > this.clock.now()) return found.mediaId;
    const mediaId = fetchPicture(url).then((picture) => uploadImage(this.api, picture));
    const entry = { mediaId, until: this.clock.now() + MEDIA_LIFE_MS };
    this.entries.delete(url);
    this.entries.set(url, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > MAX_ENTRIES && oldest !== undefined) this.entries.delete(oldest);
    mediaId.catch(() => {
      if (this.entries.get(url) === entry) this.entries.delete(url);
    });
    return mediaId;
  }

  /** As `mediaIdOf`, with a time limit. The upload continues after it, for the next caller. */
  async mediaIdWithin(url: string, waitMs: number): Promise<string> {
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
   * Drops a media_id that WeCom does not have any more (40007), so that the picture is uploaded again. A newer upload by a
   * concurrent caller stays.
   */
  async forget(url: string, mediaId: string): Promise<void> {
    const found = this.entries.get(url);
    if (found && (await found.mediaId.catch(() => undefined)) === mediaId && this.entries.get(url) === found)
      this.entries.delete(url);
  }
}
