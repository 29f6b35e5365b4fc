import type { Clock } from '../../platform/clock.js';
import { HOUR_MS } from '../../domain/day.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Picture } from '../fetch-picture.js';

const REMEMBERED = 20;
const SENT_REMEMBERED = 500;
/** The words may wait for the next hour's allowance. */
const AHEAD_MS = 2 * HOUR_MS;

/** The pictures of direct messages: fetched once, and each sent once though its words had to be tried again. */
export class DmPictures {
  private readonly fetched = new Map<string, Picture>();
  private readonly sent = new Map<string, number>();

  constructor(
    private readonly fetchPicture: (url: string) => Promise<Picture>,
    private readonly clock: Clock,
  ) {}

  /** Undefined when it cannot be had: words do not wait for a picture. */
  async pictureAt(url: string): Promise<Picture | undefined> {
    const known = this.fetched.get(url);
    if (known) return known;
    try {
      const picture = await this.fetchPicture(url);
      remember(this.fetched, url, picture, REMEMBERED);
      return picture;
    } catch (error) {
      if (error instanceof GiveUp || error instanceof RetryLater) return undefined;
      throw error;
    }
  }

  /** The picture has gone, and the words that belong to it have not yet. */
  isAhead(contactId: string, url: string): boolean {
    const at = this.sent.get(`${contactId} ${url}`);
    return at !== undefined && this.clock.now() - at < AHEAD_MS;
  }

  wentAhead(contactId: string, url: string): void {
    remember(this.sent, `${contactId} ${url}`, this.clock.now(), SENT_REMEMBERED);
  }

  wordsFollowed(contactId: string, urls: readonly string[]): void {
    for (const url of urls) this.sent.delete(`${contactId} ${url}`);
  }
}

function remember<T>(known: Map<string, T>, key: string, value: T, most: number): void {
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.keys();
  if (known.size > most && oldest !== undefined) known.delete(oldest);
}
