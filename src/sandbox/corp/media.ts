import { createHash } from 'node:crypto';
import { DAY, monthOf, startOfDay } from '../calendar.js';
import type { IdMint } from './ids.js';

export interface Medium {
  readonly bytes: Buffer;
  readonly name: string;
  /** image, voice, video or file. */
  readonly type: string;
  readonly madeAt: number;
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Uploaded media. A code's picture is recognized by its bytes: downloaded and uploaded again, it is still that code. */
export class Media {
  private readonly byMediaId = new Map<string, Medium>();
  private readonly byUrlName = new Map<string, Medium>();
  private readonly qrs = new Map<string, string>();

  constructor(private readonly ids: IdMint) {}

  keep(medium: Medium): string {
    const mediaId = this.ids.letters('media', 64);
    this.byMediaId.set(mediaId, medium);
    return mediaId;
  }

  /** Stores a picture that never expires; returns the last part of its address. */
  keepImage(medium: Medium): string {
    const name = this.ids.letters('wwpic', 25);
    this.byUrlName.set(name, medium);
    return name;
  }

  /** Undefined once it has expired, after three days. */
  find(mediaId: string, at: number): Medium | undefined {
    const medium = this.byMediaId.get(mediaId);
    return medium && at - medium.madeAt <= 3 * DAY ? medium : undefined;
  }

  imagesLately(at: number): { readonly today: number; readonly thisMonth: number } {
    const thisMonth = [...this.byUrlName.values()].filter((one) => monthOf(one.madeAt) === monthOf(at));
    return { thisMonth: thisMonth.length, today: thisMonth.filter((one) => one.madeAt >= startOfDay(at)).length };
  }

  image(url: string): Medium | undefined {
    return this.byUrlName.get(lastPart(url));
  }

  rememberQr(bytes: Buffer, configId: string): void {
    this.qrs.set(hashOf(bytes), configId);
  }

  /** The join way or contact way whose picture this is. */
  wayOf(medium: { readonly mediaId?: string; readonly url?: string }): string | undefined {
    const known = medium.mediaId ? this.byMediaId.get(medium.mediaId) : this.image(medium.url ?? '');
    return known && this.qrs.get(hashOf(known.bytes));
  }
}

const lastPart = (url: string): string => url.split(/[?#]/)[0]?.split('/').at(-1) ?? '';
