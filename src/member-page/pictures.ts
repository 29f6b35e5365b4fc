import { fetchPicture, type Picture } from '../channels/fetch-picture.js';
import { MINUTE_MS } from '../domain/day.js';
import type { Clock } from '../platform/clock.js';

const KEPT_MS = 10 * MINUTE_MS;
const MOST_KEPT = 100;

/**
 * Pictures of codes, fetched from WeCom and served by us, so that the page loads nothing from anybody else. Kept for some
 * minutes: everybody in a tier looks at the same few codes.
 */
export class CodePictures {
  private readonly kept = new Map<string, { readonly at: number; readonly picture: Promise<Picture> }>();

  constructor(private readonly clock: Clock) {}

  get(url: string): Promise<Picture> {
    const now = this.clock.now();
    const known = this.kept.get(url);
    if (known && now - known.at < KEPT_MS) return known.picture;
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    const picture = fetchPicture(url);
    this.kept.set(url, { at: now, picture });
    picture.catch(() => this.kept.delete(url));
    return picture;
  }
}
