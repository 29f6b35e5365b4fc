import type { Attachment } from '../../domain/action.js';
import { GiveUp, RetryLater } from '../../platform/errors.js';
import type { Picture } from '../fetch-picture.js';

const REMEMBERED = 20;

/** Downloads the pictures of direct messages, once even when a message is tried again. */
export class DmPictures {
  private readonly fetched = new Map<string, Picture>();

  constructor(private readonly fetchPicture: (url: string) => Promise<Picture>) {}

  /** The pictures that are available, by URL. The text does not wait for the others. */
  async fetchAvailable(attachments: readonly Attachment[]): Promise<ReadonlyMap<string, Picture>> {
    const urls = new Set(attachments.flatMap(({ kind, url }) => (kind === 'image' ? [url] : [])));
    const pictures = await Promise.all([...urls].map(async (url) => [url, await this.fetchOnce(url)] as const));
    return new Map(pictures.flatMap(([url, picture]) => (picture ? [[url, picture] as const] : [])));
  }

  private async fetchOnce(url: string): Promise<Picture | undefined> {
    const known = this.fetched.get(url);
    if (known) return known;
    try {
      const picture = await this.fetchPicture(url);
      this.remember(url, picture);
      return picture;
    } catch (error) {
      if (error instanceof GiveUp || error instanceof RetryLater) return undefined;
      throw error;
    }
  }

  private remember(url: string, picture: Picture): void {
    this.fetched.set(url, picture);
    const [oldest] = this.fetched.keys();
    if (this.fetched.size > REMEMBERED && oldest !== undefined) this.fetched.delete(oldest);
  }
}
